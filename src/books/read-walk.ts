import type { Page } from '../contracts/primitives.ts';
import { compareNewest, cursorOf, isAfter, type Position } from './read-cursor.ts';

/** A row that an index walk passes; `hit` tells whether it belongs in the page. */
export interface Passed extends Position {
  hit: 0 | 1;
}

export interface WalkLimits {
  limit: number;
  /** Rows that one page may pass, hits or not: beyond it the page ends and `next` carries on. */
  scanRowsMax: number;
}

/**
 * Takes one page out of an index walk. A page may hold fewer than `limit` rows while `next` is not
 * null: rare matches then cost several short reads instead of one that blocks the process.
 */
export function pageOfWalk(rows: Iterable<Passed>, limits: WalkLimits): Page<string> {
  const items: string[] = [];
  let last: Position | undefined;
  let passed = 0;
  for (const row of rows) {
    if (row.hit === 1 && items.length === limits.limit) return page(items, last);
    passed += 1;
    last = row;
    if (row.hit === 1) items.push(row.key);
    if (passed >= limits.scanRowsMax) return page(items, last);
  }
  return page(items, undefined);
}

/** One page of rows that are all at hand. */
export function pageOfAll<Row extends Position>(
  rows: readonly Row[],
  after: Position,
  limit: number,
): Page<Row> {
  const rest = rows.filter((row) => isAfter(row, after)).sort(compareNewest);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rest.length > limit && last ? cursorOf(last) : null };
}

function page(items: string[], last: Position | undefined): Page<string> {
  return { items, next: last === undefined ? null : cursorOf(last) };
}
