import type { OrderAddress } from '../domain/ids.ts';

/**
 * Events of one lane are handed over in the order of their arrival, one call at a time. An order's
 * lane is its key in the books; the marks of other lanes cannot begin a connection's name.
 */
export type Lane = string;

const STOCK = '~stock/';

/** The grammar of a connection's name: it stands in paths, keys and workflow ids. */
export const CONNECTION_NAME = /^[a-z][a-z0-9-]{0,62}$/;

export function orderLane(order: OrderAddress): Lane {
  return `${order.connection}/${order.orderId}`;
}

/** All alerts of one warehouse. */
export function stockLane(wms: string): Lane {
  return STOCK + wms;
}

export function orderOfLane(lane: Lane | null): OrderAddress | null {
  if (lane === null || lane.startsWith('~')) return null;
  const slash = lane.indexOf('/');
  return { connection: lane.slice(0, slash), orderId: lane.slice(slash + 1) };
}
