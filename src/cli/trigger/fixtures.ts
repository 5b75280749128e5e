import { lineIdOf } from '../../domain/ids.ts';
import type { PickStatus } from '../../contracts/picks.ts';

/** Where an event is sent, and whose secret signs it. */
export type Webhook = 'orders' | 'tasks' | 'wms';

export interface Fixture {
  webhook: Webhook;
  source: string;
  payload: (orderId: string, now: Date) => Record<string, unknown>;
}

/** The order of the template pack (seed 4), which every fixture is about. */
export const SEED_ORDER_ID = 'ORD-20260117-001';
export const SEED_PICK_ID = 'PICK-5001';

const SEED_ITEMS = [
  { sku: 'SKU-111', qty: 2 },
  { sku: 'SKU-222', qty: 1 },
];
const DAY_MS = 86_400_000;

function order(orderId: string, now: Date): Record<string, unknown> {
  return {
    order_id: orderId,
    customer: { id: 'CUST-123', name: 'Acme Co', account_priority: 'gold' },
    items: SEED_ITEMS,
    fulfillment: { method: 'standard', requested_date: dayAfter(now, 3) },
    total: 1450,
  };
}

function task(orderId: string, now: Date): Record<string, unknown> {
  return {
    task_id: 'T-789',
    external_ref: { type: 'order', id: orderId },
    task_type: 'fulfillment_pick',
    assignee: null,
    priority: 'high',
    instructions: 'Assemble kit A then pack in box B',
    due_date: `${dayAfter(now, 2)}T23:59:00Z`,
  };
}

/** How far each kind of PICK event has come with a line of `qty`. */
export function pickLine(status: PickStatus, qty: number): { delta: number; cancelled?: number } {
  if (status === 'COMPLETED') return { delta: qty };
  if (status === 'CANCELLED') return { delta: 0, cancelled: qty };
  return { delta: status === 'PARTIAL' ? Math.min(1, qty) : 0 };
}

function pick(status: PickStatus): Fixture {
  return {
    webhook: 'wms',
    source: 'wms.prod',
    payload: (orderId, now) => ({
      pick_id: SEED_PICK_ID,
      order_id: orderId,
      reference: null,
      status,
      sequence: 1,
      occurred_at: now.toISOString(),
      lines: SEED_ITEMS.map(({ sku, qty }, index) => {
        const { delta, ...rest } = pickLine(status, qty);
        const line_id = lineIdOf(orderId, index + 1);
        return { line_id, sku, delta, cumulative: delta, short: 0, ...rest };
      }),
    }),
  };
}

const crm = (payload: Fixture['payload']): Fixture => ({
  webhook: 'orders',
  source: 'crm.prod',
  payload,
});

const tasks = (status: string): Fixture => ({
  webhook: 'tasks',
  source: 'taskmgr.prod',
  payload: (orderId, now) => ({ ...task(orderId, now), status }),
});

/** What can be triggered, by the type of the event in lower case. */
export const FIXTURES: Readonly<Record<string, Fixture>> = {
  'order.created': crm(order),
  'order.updated': crm(order),
  'order.cancelled': crm((orderId) => ({ order_id: orderId, reason: 'crossdock trigger' })),
  'pick.created': pick('CREATED'),
  'pick.assigned': pick('ASSIGNED'),
  'pick.in_progress': pick('IN_PROGRESS'),
  'pick.partial': pick('PARTIAL'),
  'pick.completed': pick('COMPLETED'),
  'pick.cancelled': pick('CANCELLED'),
  'task.created': tasks('OPEN'),
  'task.assigned': tasks('ASSIGNED'),
  'task.completed': tasks('COMPLETED'),
};

function dayAfter(now: Date, days: number): string {
  return new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10);
}
