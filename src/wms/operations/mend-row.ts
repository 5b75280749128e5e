import {
  addCounters,
  availableOf,
  NO_COUNTERS,
  sameCounters,
  type Counters,
} from '../domain/movement.ts';
import type { StockKey } from '../store/stock-store.ts';
import type { Work } from '../work.ts';
import { mendLine, type LineFinding } from './mend-line.ts';
import { releaseReservations } from './release-for-count.ts';

export interface RowDrift {
  key: StockKey;
  /** Sums of the ledger up to and with movement `upTo`. */
  fold: Counters;
  upTo: number;
  /** Pick lines of the sku that hold reservations which they may not hold. */
  suspects: readonly string[];
}

export interface MendedRow {
  /** False when somebody else has set the counters right meanwhile. */
  changed: boolean;
  lines: { pickLine: string; found: LineFinding }[];
}

/**
 * Sets the counters of one row of stock to the fold of the ledger. When they promised goods that
 * are not there, and these were reserved, reservations are taken back as a count would: first those
 * that nobody may hold, then the least urgent and the youngest. What cannot be real goods even then
 * is refused by the CHECKs of the row, and left to a count.
 */
export function mendRow(work: Work, { key, fold, upTo, suspects }: RowDrift): MendedRow {
  const { audits, stock } = work.stores;
  const counters = addCounters(fold, audits.since(key, upTo) ?? NO_COUNTERS);
  const present = stock.find(key) ?? NO_COUNTERS;
  if (sameCounters(present, counters)) return { changed: false, lines: [] };
  const correctionId = audits.record({
    ...{ at: work.now, class: 'D9', ...key, pickLine: '' },
    before: namesOf(present),
    after: namesOf(counters),
  });
  const row = work.writer.correct(key, { counters, correctionId });
  const lines: MendedRow['lines'] = [];
  for (const pickLine of availableOf(row) < 0 ? suspects : []) {
    const found = mendLine(work, pickLine);
    if (found !== undefined) lines.push({ pickLine, found });
  }
  releaseReservations(work, {
    ...{ ...key, missing: -availableOf(row), reason: 'allocation_lost' },
  });
  return { changed: true, lines };
}

function namesOf({ onHand, reserved, picked, held, counting }: Counters) {
  return { on_hand: onHand, reserved, picked, held, counting };
}
