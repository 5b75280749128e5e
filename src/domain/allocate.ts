import { priorityRank, type Priority } from './priority.ts';

/** Later than any promise: Infinity minus itself would be no number. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** A backorder on the waiting list. Times in epoch ms. */
export interface Waiter {
  backorderId: string;
  sku: string;
  qty: number;
  priority: Priority;
  promisedAt: number | null;
  since: number;
  notBefore: number;
}

export interface Allotment {
  backorderId: string;
  sku: string;
  qty: number;
}

export interface AllocateInput {
  /** Units that nobody holds, per SKU: available at the WMS less what is already offered. */
  free: ReadonlyMap<string, number>;
  waiters: readonly Waiter[];
  now: number;
  /** Waiting this long lifts a backorder by one priority, so that none is starved. */
  ageingMs: number;
}

/**
 * Shares free units among the waiting: priority lifted by age, then promised date, then age
 * (fulfilment 3.6). Never gives out more than is free.
 */
export function allocate(input: AllocateInput): Allotment[] {
  const left = new Map(input.free);
  const allotments: Allotment[] = [];
  for (const waiter of input.waiters.toSorted((a, b) => compare(a, b, input))) {
    if (waiter.notBefore > input.now) continue;
    const qty = Math.min(waiter.qty, left.get(waiter.sku) ?? 0);
    if (qty <= 0) continue;
    left.set(waiter.sku, (left.get(waiter.sku) ?? 0) - qty);
    allotments.push({ backorderId: waiter.backorderId, sku: waiter.sku, qty });
  }
  return allotments;
}

function compare(a: Waiter, b: Waiter, { now, ageingMs }: AllocateInput): number {
  return (
    rank(a, now, ageingMs) - rank(b, now, ageingMs) ||
    (a.promisedAt ?? NEVER) - (b.promisedAt ?? NEVER) ||
    a.since - b.since ||
    (a.backorderId < b.backorderId ? -1 : 1)
  );
}

/** Not bounded below: in the end the one that has waited longest comes before any new urgent one. */
function rank(waiter: Waiter, now: number, ageingMs: number): number {
  return priorityRank(waiter.priority) - Math.floor(Math.max(0, now - waiter.since) / ageingMs);
}
