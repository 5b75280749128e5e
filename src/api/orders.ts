import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import type { BooksReader } from '../books/read.ts';
import type { OperatorsConfig } from './config.ts';
import { missingOrder } from './missing-order.ts';
import { orderDetail, orderSummary } from './order-view.ts';
import { lateEvents } from './order-events.ts';
import type { Inbox } from './ports.ts';
import { API_KEY_SECURITY, COMMON_PROBLEMS, json, NOT_FOUND } from './route-parts.ts';
import { ConnectionQuerySchema, OrderPageSchema, orderQueryOf, OrderSchema } from './schemas.ts';

interface OrderRoutesOptions {
  app: OpenAPIHono;
  books: BooksReader;
  inbox: Inbox;
  config: OperatorsConfig;
}

export function addOrderRoutes({ app, books, inbox, config }: OrderRoutesOptions): void {
  app.openapi(listRouteOf(config), (c) => {
    const { stage, headline, needs_action: needsAction, q, cursor, limit } = c.req.valid('query');
    const page = books.orders.list({ stage, headline, needsAction, q, cursor, limit });
    return c.json({ items: page.items.map(orderSummary), next: page.next }, 200);
  });
  app.openapi(detailRoute, async (c) => {
    const { connection } = c.req.valid('query');
    const order = { connection, orderId: c.req.valid('param').order_id };
    const record = books.orders.find(order);
    if (record === undefined) throw await missingOrder(order, inbox);
    const entriesMax = config.limits.timelineMax;
    const timeline = books.timeline(order, entriesMax);
    const late = await lateEvents(inbox, order, entriesMax);
    return c.json(orderDetail({ record, timeline, late, origins: config.links, entriesMax }), 200);
  });
}

function listRouteOf(config: OperatorsConfig) {
  return createRoute({
    method: 'get',
    path: '/api/v1/orders',
    operationId: 'listOrders',
    tags: ['orders'],
    summary: 'Search orders, the last changed first',
    description:
      'A page may hold fewer than `limit` orders while `next` is not null: carry on with `next`.',
    security: API_KEY_SECURITY,
    request: { query: orderQueryOf(config.limits.page) },
    responses: { 200: json('One page of orders', OrderPageSchema), ...COMMON_PROBLEMS },
  });
}

const detailRoute = createRoute({
  method: 'get',
  path: '/api/v1/orders/{order_id}',
  operationId: 'getOrder',
  tags: ['orders'],
  summary: 'One order: its lines, task, picks, backorders and timeline',
  security: API_KEY_SECURITY,
  request: { params: z.object({ order_id: z.string() }), query: ConnectionQuerySchema },
  responses: { 200: json('The order', OrderSchema), ...NOT_FOUND, ...COMMON_PROBLEMS },
});
