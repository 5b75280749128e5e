import { isExpired } from '../domain/allocation.ts';
import { availableOf } from '../domain/movement.ts';
import type { PickLine } from '../domain/pick-line.ts';
import { moveLine, type PickChange } from '../pick-change.ts';
import type { Work } from '../work.ts';
import { fillLine } from './fill.ts';
import { releaseReservations } from './release-for-count.ts';

const REASON = 'expired';

/** Units of an expired lot that nobody has are held, so that nobody gets them. */
export function holdExpired(work: Work, sku: string): void {
  const expired = work.writer
    .rowsOf(sku)
    .filter((row) => isExpired(row, work.now) && availableOf(row) > 0);
  if (expired.length === 0) return;
  // The rows of this work come after the ledger's last one, so no cause is used twice.
  const causeId = `expiry:${sku}:${work.stores.audits.lastMovementId()}`;
  for (const row of expired) {
    const { location, lot } = row;
    const move = { kind: 'hold' as const, sku, location, lot, qty: availableOf(row) };
    work.writer.move({ ...move, causeId, reason: REASON });
  }
}

/**
 * A lot has expired: its reservations are given other goods, the most urgent pick first, or their
 * picks are short on the floor; then what is left of it is held.
 */
export function expireLot(work: Work, { sku, lot }: { sku: string; lot: string }): void {
  for (const row of work.writer.rowsOf(sku)) {
    if (row.lot !== lot || !isExpired(row, work.now)) continue;
    releaseReservations(work, {
      ...{ sku, lot, location: row.location, missing: row.reserved },
      ...{ reason: REASON, first: 'most-urgent' },
    });
  }
  holdExpired(work, sku);
}

/** Frees a pick of reservations in expired lots; returns the lines that came short by it. */
export function dropExpired(change: PickChange): PickLine[] {
  const { work, pick } = change;
  return pick.lines.filter((line) => {
    let dropped = 0;
    const rows = line.allocated > 0 ? work.writer.rowsOf(line.sku) : [];
    for (const row of rows.filter((one) => isExpired(one, work.now))) {
      const { location, lot } = row;
      const draw = line.draws.find((one) => one.location === location && one.lot === lot);
      const qty = draw?.reserved ?? 0;
      if (qty === 0) continue;
      change.reasons.set(line.pickLine, REASON);
      moveLine(change, line, { kind: 'release', location, lot, qty });
      dropped += qty;
    }
    return dropped > 0 && fillLine(change, { line, qty: dropped }) < dropped;
  });
}
