import { availableOf, type Counters } from './movement.ts';

/** A row of stock as a plan sees it; `lot` is `''` when the goods carry none. */
export interface StockRow extends Counters {
  sku: string;
  location: string;
  lot: string;
  receivedAt: number;
  expiresAt: number | null;
}

export interface Place {
  location: string;
  lot: string;
}

export interface PlanRequest {
  rows: readonly StockRow[];
  qty: number;
  /** Goods whose lot has expired by then are not given. */
  now: number;
  policy: 'fifo' | 'fefo';
  /** Locations, the most wanted first; others are used when these do not suffice. */
  preferences: readonly string[];
  /** Only this lot will do. */
  lot?: string | null | undefined;
  /** Only this location will do. */
  location?: string | undefined;
  /** Where a picker has just found nothing. */
  except?: readonly Place[] | undefined;
}

export interface PlannedDraw extends Place {
  qty: number;
}

/**
 * Which rows give how many units; may give fewer than asked. FEFO puts expiry before the
 * preferred location, since goods that expire cannot wait; FIFO takes the preferred location
 * first and the oldest goods within it.
 */
export function planAllocation(request: PlanRequest): PlannedDraw[] {
  const plan: PlannedDraw[] = [];
  let left = request.qty;
  for (const row of candidates(request)) {
    if (left <= 0) break;
    const qty = Math.min(left, availableOf(row));
    plan.push({ location: row.location, lot: row.lot, qty });
    left -= qty;
  }
  return plan;
}

export function samePlace(left: Place, right: Place): boolean {
  return left.location === right.location && left.lot === right.lot;
}

export function isExpired(row: StockRow, now: number): boolean {
  return row.expiresAt !== null && row.expiresAt <= now;
}

function candidates(request: PlanRequest): StockRow[] {
  return request.rows
    .filter((row) => availableOf(row) > 0 && !isExpired(row, request.now))
    .filter((row) => request.lot == null || row.lot === request.lot)
    .filter((row) => request.location === undefined || row.location === request.location)
    .filter((row) => !(request.except ?? []).some((place) => samePlace(place, row)))
    .sort((left, right) => compare(rankOf(left, request), rankOf(right, request)));
}

type Rank = readonly (number | string)[];

function rankOf(row: StockRow, request: PlanRequest): Rank {
  const wanted = request.preferences.indexOf(row.location);
  const preference = wanted === -1 ? request.preferences.length : wanted;
  const expiry = row.expiresAt ?? Number.MAX_SAFE_INTEGER;
  const byPolicy = request.policy === 'fefo' ? [expiry, preference] : [preference];
  return [...byPolicy, row.receivedAt, row.location, row.lot];
}

function compare(left: Rank, right: Rank): number {
  for (let i = 0; i < left.length; i += 1) {
    const a = left[i] ?? 0;
    const b = right[i] ?? 0;
    if (a !== b) return a < b ? -1 : 1;
  }
  return 0;
}
