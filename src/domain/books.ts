import { invariant } from './assert.ts';

export const BUCKETS = [
  'open',
  'requested',
  'allocated',
  'picked',
  'shipped',
  'backordered',
  'cancelled',
  'substitutedOut',
] as const;

export type Bucket = (typeof BUCKETS)[number];

/** One order line: every unit ever ordered is in exactly one bucket (L1). */
export interface Line {
  lineId: string;
  sku: string;
  /** Running total ever asked: grows on an increase, never falls (L2). */
  ordered: number;
  /** What each known version asks of this line, in their order; null where one is silent on it. */
  asked: (number | null)[];
  /** Units that the CRM wants now; what is ordered beyond it is to be cancelled. */
  wanted: number;
  buckets: Record<Bucket, number>;
  /** How many of the cancelled were the customer's wish; the rest was for want of stock. */
  cancelledByCustomer: number;
  /** Delivered beyond what was ordered: outside L1. */
  over: number;
}

export interface Transfer {
  from: Bucket;
  to: Bucket;
  qty: number;
}

export interface Move extends Transfer {
  lineId: string;
  sku: string;
}

/** A line that nothing is asked of yet. */
export function newLine(lineId: string, sku: string): Line {
  return {
    lineId,
    sku,
    ordered: 0,
    asked: [],
    wanted: 0,
    buckets: {
      open: 0,
      requested: 0,
      allocated: 0,
      picked: 0,
      shipped: 0,
      backordered: 0,
      cancelled: 0,
      substitutedOut: 0,
    },
    cancelledByCustomer: 0,
    over: 0,
  };
}

/** Asks for more units of a line; they begin open. */
export function raise(line: Line, qty: number): void {
  line.ordered += qty;
  line.buckets.open += qty;
}

/** Units that are to be cancelled and are not yet. */
export function cancelWish(line: Line): number {
  const live = line.ordered - line.buckets.cancelled - line.buckets.substitutedOut;
  return Math.max(0, live - line.wanted);
}

/** Moves units between two buckets; refuses what would break L1 or leave a bucket negative. */
export function moveUnits(line: Line, { from, to, qty }: Transfer): Move | null {
  invariant(Number.isInteger(qty) && qty >= 0, `${line.lineId}: cannot move ${qty} units`);
  if (qty === 0) return null;
  invariant(from !== to, `${line.lineId}: ${from} to itself`);
  invariant(from !== 'shipped' && from !== 'cancelled', `${line.lineId}: ${from} never falls`);
  invariant(
    line.buckets[from] >= qty,
    `${line.lineId}: ${qty} of ${line.buckets[from]} ${from} to ${to}`,
  );
  line.buckets[from] -= qty;
  line.buckets[to] += qty;
  return { lineId: line.lineId, sku: line.sku, from, to, qty };
}

/** L1: the buckets of every line sum to what was ordered, each at least 0. */
export function assertBooks(lines: readonly Line[]): void {
  for (const line of lines) {
    let sum = 0;
    for (const bucket of BUCKETS) {
      invariant(line.buckets[bucket] >= 0, `${line.lineId}: ${bucket} is negative`);
      sum += line.buckets[bucket];
    }
    invariant(sum === line.ordered, `${line.lineId}: buckets sum to ${sum} of ${line.ordered}`);
    invariant(
      line.cancelledByCustomer <= line.buckets.cancelled && line.over >= 0,
      `${line.lineId}: counters beside the buckets`,
    );
  }
}

export function total(lines: readonly Line[], bucket: Bucket): number {
  return lines.reduce((sum, line) => sum + line.buckets[bucket], 0);
}
