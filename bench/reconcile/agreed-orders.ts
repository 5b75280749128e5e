import type { OrderView } from '../../src/contracts/operators.ts';
import { pickKey } from '../../src/domain/ids.ts';

/** Long enough ago that nothing is still settling. */
const CHANGED_BEFORE_MS = 3_600_000;

/** The bundle that all orders are pinned to. */
export const BUNDLE = 'built-in';

const ITEMS = [
  { sku: 'SKU-111', qty: 2 },
  { sku: 'SKU-222', qty: 2 },
] as const;

/** An order that all four sides tell alike: two lines, allocated in one pick. */
export interface AgreedOrder {
  number: number;
  orderId: string;
  pickId: string;
  taskId: string;
  reference: string;
  items: { line_id: string; sku: string; qty: number }[];
  /** Epoch ms. */
  changedAt: number;
}

export function* agreedOrders(count: number, now: number): Generator<AgreedOrder> {
  for (let number = 1; number <= count; number += 1) {
    const orderId = `ORD-${String(number).padStart(6, '0')}`;
    yield {
      number,
      orderId,
      pickId: `PCK-${String(number).padStart(6, '0')}`,
      taskId: `T-${number}`,
      reference: pickKey({ connection: 'crm', orderId }, 1, 1),
      items: ITEMS.map((item, index) => ({ line_id: `${orderId}-${index + 1}`, ...item })),
      changedAt: now - CHANGED_BEFORE_MS + number,
    };
  }
}

/** The order as the worker would have written it. */
export function viewOfAgreed(order: AgreedOrder): OrderView {
  const { orderId, pickId, taskId, reference, items } = order;
  const none = { picked: 0, shipped: 0, backordered: 0, cancelled: 0, substituted_out: 0, over: 0 };
  return {
    ...{ order_id: orderId, connection: 'crm', version: 1, stage: 'FULFILLING' },
    ...{ headline: 'ALLOCATED', flags: [], priority: 'high' },
    lines: items.map(({ line_id, sku, qty }) => ({
      ...{ line_id, sku, ordered: qty, open: 0, requested: 0, allocated: qty, ...none },
    })),
    task: { task_id: taskId, status: 'OPEN' },
    picks: [
      {
        pick_id: pickId,
        reference,
        status: 'CREATED',
        lines: items.map(({ line_id, sku, qty }) => ({
          ...{ line_id, sku, requested: qty, allocated: qty },
          ...{ picked: 0, shipped: 0, short: 0, cancelled: 0 },
        })),
      },
    ],
    backorders: [],
    actions: [],
    in_flight: 0,
    waits_for: [`The warehouse to pick ${pickId} (4 units to go)`],
    mapping_bundle: BUNDLE,
  };
}
