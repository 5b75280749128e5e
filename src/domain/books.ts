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
  /** Units ever taken off what is ordered by a person's decision, whatever the CRM wants. */
  cut: number;
  /** How many of the cancelled were the customer's wish; the rest was decided, or for want of stock. */
  cancelledByCustomer: number;
  /** Of a substitute: the line whose units it stands in for. The CRM's lists do not speak of it. */
  source: LineSource | null;
  /** Delivered beyond what was ordered: outside L1. */
  over: number;
  /** How much of `over` a person has accepted (L4). */
  overAccepted: number;
}

export interface LineSource {
  lineId: string;
  /** Units of the substitute for one unit of the source. */
  ratio: number;
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
    cut: 0,
    cancelledByCustomer: 0,
    source: null,
    over: 0,
    overAccepted: 0,
  };
}

/** Asks for more units of a line; they begin open. */
export function raise(line: Line, qty: number): void {
  line.ordered += qty;
  line.buckets.open += qty;
}

/** Units that are neither cancelled nor stood in for. */
export function liveOf(line: Line): number {
  return line.ordered - line.buckets.cancelled - line.buckets.substitutedOut;
}

/** Units of the line that are to come to the customer, by the CRM's wish and people's decisions. */
export function goalOf(line: Line): number {
  return Math.min(line.wanted, line.ordered - line.cut);
}

/** Units that are to be cancelled and are not yet. */
export function cancelWish(line: Line): number {
  return Math.max(0, liveOf(line) - goalOf(line));
}

/** How many of the units that are about to be cancelled the CRM itself wants no more. */
export function customerPart(line: Line, qty: number): number {
  return Math.min(qty, Math.max(0, liveOf(line) - line.wanted));
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
