import type { Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { CrmEventSchema } from '../../contracts/crm.ts';
import { InstantSchema } from '../../contracts/primitives.ts';
import { sequenceOf } from '../../delivery/cursor.ts';
import { AppError } from '../../errors.ts';
import { jsonBody, parseInput } from '../../rehearsal/input.ts';
import { cursorOf, listQuery, positionOf } from '../cursor.ts';
import { idempotencyKey, reply, replyOnce, type ReplyDeps } from '../reply.ts';
import type { SandboxSettings } from '../settings.ts';
import { applyEvent } from './apply-event.ts';
import { cancelOrder, changeOrder, createOrder } from './commands.ts';
import { CancelInputSchema, OrderInputSchema, OrderPatchSchema } from './content.ts';
import { eventOf, type EventStore } from './event-store.ts';
import type { Order, OrderStore } from './store.ts';
import { learnOrder } from './told-order.ts';
import { orderView } from './view.ts';

export interface CrmDeps extends ReplyDeps {
  store: OrderStore;
  events: EventStore;
  settings: SandboxSettings;
  now: () => number;
}

/** Changes: each in one transaction with its webhook and its idempotency record. */
export function addCommandRoutes(app: Hono, deps: CrmDeps): void {
  const { store } = deps;
  app.post('/orders', async (c) => {
    const request = parseInput(OrderInputSchema, await jsonBody(c));
    return replyOnce(deps, { c, request, perform: () => createOrder(deps, request) });
  });
  app.patch('/orders/:id', async (c) => {
    const request = parseInput(OrderPatchSchema, await jsonBody(c));
    const perform = () => changeOrder(deps, { order: known(store, c), patch: request });
    return replyOnce(deps, { c, request, perform });
  });
  app.post('/orders/:id/cancel', async (c) => {
    const empty = (await c.req.text()) === '';
    const request = parseInput(CancelInputSchema, empty ? {} : await jsonBody(c));
    const perform = () => cancelOrder(deps, { order: known(store, c), input: request });
    return replyOnce(deps, { c, request, perform });
  });
  app.post('/orders/:id/events', async (c) => {
    const event = parseInput(CrmEventSchema, await jsonBody(c));
    const key = idempotencyKey(c);
    if (key !== undefined && key !== event.event_id) {
      throw new HTTPException(400, {
        message: `The Idempotency-Key must be the event_id, ${event.event_id}. Nothing was applied.`,
      });
    }
    if (event.payload.order_id !== c.req.param('id')) {
      throw new AppError('validation', 'The event is about another order than the path.', {
        issues: [{ pointer: '/payload/order_id', detail: 'must be the order of the path' }],
      });
    }
    const order = () => store.find(event.payload.order_id) ?? learnOrder(store, event, deps.now());
    return reply(deps, { c, job: () => applyEvent(deps, { order: order(), event }) });
  });
}

export function addQueryRoutes(app: Hono, deps: CrmDeps): void {
  const { store, events } = deps;
  const ListSchema = listQuery(deps.settings);
  const OrdersQuerySchema = ListSchema.extend({ since: InstantSchema.optional() });
  const viewOf = (order: Order) => orderView(order, store.lines(order.orderId));

  app.get('/orders', (c) => {
    const { since, cursor, limit } = parseInput(OrdersQuerySchema, c.req.query());
    const after = cursor === undefined ? { at: -1, id: '' } : positionOf(cursor);
    const sinceMs = since === undefined ? 0 : Date.parse(since);
    const found = store.changed({ sinceMs, after, limit: limit + 1 });
    const orders = found.slice(0, limit);
    const last = orders.at(-1);
    const more = found.length > limit && last !== undefined;
    const next = more ? cursorOf({ at: last.updatedAt, id: last.orderId }) : null;
    return c.json({ items: orders.map(viewOf), next });
  });
  app.get('/orders/:id', (c) => c.json(viewOf(known(store, c))));
  app.get('/orders/:id/events', (c) => {
    const { cursor, limit } = parseInput(ListSchema, c.req.query());
    const { orderId } = known(store, c);
    const sequence = sequenceOf(cursor) ?? 0;
    const found = events.after({ orderId, sequence, limit: limit + 1 });
    const page = found.slice(0, limit);
    const next = found.length > limit ? String(page.at(-1)?.sequence) : null;
    return c.json({ items: page.map(eventOf), next });
  });
}

function known(store: OrderStore, c: Context): Order {
  const orderId = c.req.param('id') ?? '';
  const order = store.find(orderId);
  if (order) return order;
  throw new AppError('not-found', `The CRM has no order ${orderId}. Make it with POST /orders.`);
}
