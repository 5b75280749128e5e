import type { Delivery } from '../../delivery/delivery.ts';
import { AppError } from '../../errors.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { Answer } from '../idempotency.ts';
import {
  itemsOfChange,
  itemsOfNewOrder,
  type CancelInput,
  type Item,
  type OrderInput,
  type OrderPatch,
} from './content.ts';
import { outgoingEvent } from './outgoing.ts';
import type { Line, Order, OrderStore } from './store.ts';
import { isTold } from './told-order.ts';
import { orderView } from './view.ts';

interface CommandDeps {
  store: OrderStore;
  delivery: Delivery;
  now: () => number;
}

/** Status of an order that the orchestrator has told nothing about yet. */
const OPEN = 'OPEN';

/** Stays until an event confirms the cancellation: the CRM believes only what it is told. */
const CANCEL_REQUESTED = 'CANCEL_REQUESTED';

const UNTOUCHED = { picked: 0, shipped: 0, backordered: 0, cancelled: 0 };

/** Makes an order and tells it as `ORDER.CREATED`. */
export function createOrder(deps: CommandDeps, input: OrderInput): Answer {
  const { store, delivery, now } = deps;
  const at = now();
  const createdFrom = fingerprintOf(input);
  const known = input.order_id === undefined ? undefined : store.find(input.order_id);
  if (known && !isTold(known)) return repeatOf(known, { createdFrom, store });
  const orderId = input.order_id ?? newOrderId(store, at);
  const { customer = {}, fulfillment = {}, total } = input;
  const items = itemsOfNewOrder(orderId, input.items);
  const content = { customer, items, fulfillment, ...(total === undefined ? {} : { total }) };
  const order: Order = {
    ...(known ?? { orderId, version: 1, status: OPEN, sequence: 0, createdAt: at }),
    content,
    createdFrom,
    updatedAt: at,
  };
  const lines = known ? linesAfter(store.lines(orderId), items) : items.map(newLine);
  if (known) store.update(order);
  else store.insert(order);
  store.writeLines(orderId, lines);
  delivery.enqueue(outgoingEvent({ order, kind: 'created', payload: content }));
  return { status: 201, body: orderView(order, lines), effect: 'created' };
}

interface RepeatInput {
  createdFrom: string;
  store: OrderStore;
}

function repeatOf(known: Order, { createdFrom, store }: RepeatInput): Answer {
  if (known.createdFrom === createdFrom) {
    const body = orderView(known, store.lines(known.orderId));
    return { status: 200, body, effect: 'replayed' };
  }
  throw new AppError(
    'conflict',
    `Order ${known.orderId} exists with other content. Nothing was done; change it with PATCH /orders/{id}.`,
    { problem: 'order-exists' },
  );
}

function newOrderId(store: OrderStore, at: number): string {
  const day = new Date(at).toISOString().slice(0, 10).replaceAll('-', '');
  for (;;) {
    const orderId = `ORD-${day}-${String(store.nextNumber(day)).padStart(3, '0')}`;
    if (store.find(orderId) === undefined) return orderId;
  }
}

interface ChangeInput {
  order: Order;
  patch: OrderPatch;
}

/** Makes the next version of an order and tells it as `ORDER.UPDATED`. */
export function changeOrder(deps: CommandDeps, { order, patch }: ChangeInput): Answer {
  const { store, delivery, now } = deps;
  const { orderId } = order;
  const before = store.lines(orderId);
  const items =
    patch.items === undefined
      ? order.content.items
      : itemsOfChange({
          orderId,
          before: order.content.items,
          items: patch.items,
          everUsed: new Map(before.map((line) => [line.line_id, line.sku])),
        });
  // The new whole list is the customer's last word: it overtakes a cancel before it.
  const { cancellation: _overtaken, ...kept } = order.content;
  const content = {
    ...kept,
    items,
    customer: { ...order.content.customer, ...patch.customer },
    fulfillment: { ...order.content.fulfillment, ...patch.fulfillment },
  };
  const next: Order = { ...order, content, version: order.version + 1, updatedAt: now() };
  const lines = linesAfter(before, items);
  store.update(next);
  store.writeLines(orderId, lines);
  delivery.enqueue(outgoingEvent({ order: next, kind: 'updated', payload: content }));
  return { status: 200, body: orderView(next, lines), effect: 'created' };
}

/** A line that left the order stays with `ordered` 0, for what was already told about it. */
function linesAfter(before: readonly Line[], items: readonly Item[]): Line[] {
  const qtyOf = new Map(items.map((item) => [item.line_id, item.qty]));
  const kept = before.map((line) => ({ ...line, ordered: qtyOf.get(line.line_id) ?? 0 }));
  const known = new Set(before.map((line) => line.line_id));
  return [...kept, ...items.filter((item) => !known.has(item.line_id)).map(newLine)];
}

function newLine(item: Item): Line {
  return { line_id: item.line_id, sku: item.sku, ordered: item.qty, ...UNTOUCHED };
}

interface CancelCommand {
  order: Order;
  input: CancelInput;
}

/** Asks for a cancellation and tells it as `ORDER.CANCELLED`; only an event confirms it. */
export function cancelOrder(deps: CommandDeps, { order, input }: CancelCommand): Answer {
  const { store, delivery, now } = deps;
  const lines = store.lines(order.orderId);
  const known = new Set(lines.map((line) => line.line_id));
  const unknown = (input.lines ?? []).flatMap((lineId, index) =>
    known.has(lineId) ? [] : [{ pointer: `/lines/${index}`, detail: `there is no line ${lineId}` }],
  );
  if (unknown.length > 0) {
    throw new AppError('validation', 'Some lines are not of this order. Nothing was done.', {
      issues: unknown,
    });
  }
  const version = order.version + 1;
  const content = { ...order.content, cancellation: cancellationOf({ order, input }, version) };
  const next: Order = { ...order, content, version, status: CANCEL_REQUESTED, updatedAt: now() };
  store.update(next);
  delivery.enqueue(outgoingEvent({ order: next, kind: 'cancelled', payload: input }));
  return { status: 200, body: orderView(next, lines), effect: 'created' };
}

/** All that is cancelled since the last list, so that whoever missed a cancel can read it. */
function cancellationOf({ order, input }: CancelCommand, version: number) {
  const before = order.content.cancellation;
  const whole = input.lines === undefined || before?.lines === null;
  const lines = whole ? null : [...new Set([...(before?.lines ?? []), ...(input.lines ?? [])])];
  const listVersion = before?.list_version ?? order.version;
  return { version, list_version: listVersion, lines, reason: input.reason ?? null };
}
