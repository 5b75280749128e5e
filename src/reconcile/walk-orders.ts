import { z } from 'zod';
import type { LocalOrder } from './drift.ts';
import type { RunDeps } from './run-deps.ts';

const PlaceSchema = z.tuple([z.string(), z.int(), z.string()]);

interface Walk {
  cursor: string | null;
  until: number;
  stages: readonly string[];
  /** Orders changed before this are passed over. */
  from?: number;
}

/** Orders of these stages, the longest unchanged first, one page. */
export function walkOrders(
  { book, settings }: RunDeps,
  { cursor, until, stages, from = -1 }: Walk,
): { orders: LocalOrder[]; next: string | null } {
  const [first = ''] = stages;
  const [stage, at, orderKey] =
    cursor === null ? [first, from, ''] : PlaceSchema.parse(JSON.parse(cursor));
  const orders = book.walk({ stage, at, orderKey }, until, settings.pageRows);
  const last = orders.at(-1);
  if (orders.length === settings.pageRows && last !== undefined) {
    const key = `${last.address.connection}/${last.address.orderId}`;
    return { orders, next: JSON.stringify([stage, last.updatedAt, key]) };
  }
  const following = stages[stages.indexOf(stage) + 1];
  return { orders, next: following === undefined ? null : JSON.stringify([following, from, '']) };
}
