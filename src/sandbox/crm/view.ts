import type { CrmOrder } from '../../contracts/crm.ts';
import type { Line, Order } from './store.ts';

/** An order on the wire. */
export function orderView(order: Order, lines: Line[]): CrmOrder {
  const { customer, items, fulfillment, total, cancellation } = order.content;
  return {
    order_id: order.orderId,
    version: order.version,
    status: order.status,
    sequence: order.sequence,
    customer,
    items,
    fulfillment,
    ...(total === undefined ? {} : { total }),
    lines,
    cancellation: cancellation ?? null,
    created_at: new Date(order.createdAt).toISOString(),
    updated_at: new Date(order.updatedAt).toISOString(),
  };
}
