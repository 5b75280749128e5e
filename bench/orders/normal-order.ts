import { lineIdOf, pickKey, type OrderAddress } from '../../src/domain/ids.ts';
import type { OrderInput } from '../../src/domain/inputs.ts';
import { DEFAULT_ORDER_POLICY } from '../../src/domain/policy.ts';
import type { ConnectionKind } from '../../src/wiring/spec.ts';
import { shippedReading } from '../../test/support/shipped-wiring.ts';

/** One order that meets no trouble: one task, one pick of all of it, one shipment. */
export interface NormalOrder {
  order: OrderAddress;
  /** What is sent, one signal each. */
  signals: OrderInput[][];
}

interface Item {
  sku: string;
  qty: number;
}

/** What every order is started with. */
export const ORDER_TEMPLATE = {
  wms: 'wms',
  tasks: 'tasks',
  mappingBundle: 'built-in',
  policy: DEFAULT_ORDER_POLICY,
};

const ITEMS: readonly Item[] = [
  { sku: 'SKU-111', qty: 2 },
  { sku: 'SKU-222', qty: 1 },
];

/** The ids that the stub connectors give, so that events can be written before the answers. */
export const taskIdOf = (orderId: string): string => `T-${orderId}`;
export const pickIdOf = (orderId: string): string => `PICK-${orderId}`;

/**
 * The seed's order, through the same mapping as the webhooks of the three systems. Events that only
 * echo our own commands are not among its signals: the dispatcher wakes nobody for them.
 */
export function normalOrder(orderId: string, at: number): NormalOrder {
  const [created, , picked, , shipped] = eventsOf(orderId, at);
  return { order: { connection: 'crm', orderId }, signals: [[created], [picked], [shipped]] };
}

/** The same order with every event that reaches the inbox, each kind at its own time. */
export function normalOrderWithEchoes(orderId: string, at: number): NormalOrder {
  const [created, confirmed, picked, closed, shipped] = eventsOf(orderId, at);
  return {
    order: { connection: 'crm', orderId },
    signals: [[created], confirmed, [picked], [closed], [shipped]],
  };
}

type Events = readonly [
  created: OrderInput,
  confirmed: OrderInput[],
  picked: OrderInput,
  closed: OrderInput,
  shipped: OrderInput,
];

function eventsOf(orderId: string, at: number): Events {
  const event = reader(orderId, at);
  const pick = (status: string, sequence: number) => pickPayload(orderId, at, { status, sequence });
  return [
    event('crm', 'ORDER.CREATED', orderPayload(orderId)),
    [
      event('tasks', 'TASK.CREATED', taskPayload(orderId, 'OPEN')),
      event('wms', 'PICK.CREATED', pick('CREATED', 1)),
    ],
    event('wms', 'PICK.COMPLETED', pick('COMPLETED', 2)),
    event('tasks', 'TASK.COMPLETED', taskPayload(orderId, 'COMPLETED')),
    event('wms', 'SHIPMENT.CREATED', pick('COMPLETED', 3)),
  ];
}

type ReadInput = (kind: ConnectionKind, type: string, payload: unknown) => OrderInput;

function reader(orderId: string, at: number): ReadInput {
  return (kind, type, payload) => {
    const eventId = `evt_${type}_${orderId}`;
    const timestamp = new Date(at).toISOString();
    const body = { event_id: eventId, event_type: type, timestamp, source: kind, payload };
    const fact = { connection: kind, eventId, receivedAt: at };
    const text = Buffer.from(JSON.stringify(body));
    const normalised = shippedReading.normalise({ ...fact, kind, eventType: type, body: text });
    if (normalised?.to !== 'order')
      throw new Error(`${type} of the bench does not reach its order`);
    return normalised.input;
  };
}

function orderPayload(orderId: string) {
  return {
    order_id: orderId,
    customer: { id: 'CUST-123', name: 'Acme Co', account_priority: 'gold' },
    items: ITEMS,
    fulfillment: { method: 'standard', requested_date: '2026-01-20' },
    total: 1450,
  };
}

function taskPayload(orderId: string, status: string) {
  return {
    task_id: taskIdOf(orderId),
    external_ref: { type: 'order', id: orderId },
    task_type: 'fulfillment_pick',
    status,
    assignee: null,
    priority: 'high',
  };
}

function pickPayload(orderId: string, at: number, news: { status: string; sequence: number }) {
  const none = news.sequence === 1;
  return {
    pick_id: pickIdOf(orderId),
    order_id: orderId,
    reference: pickKey({ connection: 'crm', orderId }, 1, 1),
    ...news,
    occurred_at: new Date(at).toISOString(),
    lines: ITEMS.map(({ sku, qty }, index) => ({
      line_id: lineIdOf(orderId, index + 1),
      sku,
      delta: none ? 0 : qty,
      cumulative: none ? 0 : qty,
      short: 0,
      cancelled: 0,
    })),
  };
}
