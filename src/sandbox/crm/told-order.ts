import type { CrmEvent } from '../../contracts/crm.ts';
import type { Line, Order, OrderStore } from './store.ts';

/** Marks an order that this CRM did not make: it only knows what it was told about it. */
const TOLD = 'told';

export function isTold(order: Order): boolean {
  return order.createdFrom === TOLD;
}

/**
 * An order rehearsed by posting its `ORDER.CREATED` straight to the orchestrator was never made
 * here. Its first event makes it known, so that what it was told can be seen.
 */
export function learnOrder(store: OrderStore, event: CrmEvent, at: number): Order {
  const order: Order = {
    orderId: event.payload.order_id,
    version: 1,
    status: 'OPEN',
    sequence: 0,
    content: { customer: {}, items: [], fulfillment: {} },
    createdFrom: TOLD,
    createdAt: at,
    updatedAt: at,
  };
  store.insert(order);
  return order;
}

/**
 * A line that an event names and the order does not have is added: what Crossdock took on beside
 * what was ordered, such as a substitute, and every line of a told order. Nothing of it was ordered.
 */
export function withToldLines(lines: readonly Line[], event: CrmEvent): Line[] {
  const known = new Set(lines.map((line) => line.line_id));
  const fresh = new Map(
    event.payload.lines
      .filter((line) => !known.has(line.line_id))
      .map((line) => [line.line_id, line.sku]),
  );
  const untouched = { ordered: 0, picked: 0, shipped: 0, backordered: 0, cancelled: 0 };
  return [...lines, ...[...fresh].map(([line_id, sku]) => ({ line_id, sku, ...untouched }))];
}
