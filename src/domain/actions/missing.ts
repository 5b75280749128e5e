import type { Decision } from '../../contracts/operators.ts';
import type { Line } from '../books.ts';

/** What may be done with units that are missing. */
export const ON_MISSING: Decision[] = [
  'ship_partial',
  'wait',
  'substitute',
  'cancel_line',
  'cancel_order',
];

/** Units of a line that nobody at the warehouse is working on. */
export function missingOf(line: Line): number {
  return line.buckets.open + line.buckets.backordered;
}

/** `1 unit`, `3 units`. */
export function unitsOf(count: number): string {
  return count === 1 ? '1 unit' : `${count} units`;
}
