import { Hono } from 'hono';
import { z } from 'zod';
import type { createAccess } from './access.ts';
import { orderView, statusOf, type Order } from './order.ts';
import type { Refusal, Warehouse } from './warehouse.ts';

const NewOrderSchema = z.object({
  orderNumber: z.string().min(1).max(64),
  orderType: z.literal('OUTBOUND'),
  customerReference: z.string().nullable().default(null),
  priority: z.int().min(1).max(4).default(3),
  backorderPolicy: z.literal('CLOSE_SHORT'),
  lines: z
    .array(
      z.object({
        lineNumber: z.int().min(1),
        externalLineId: z.string().nullable().default(null),
        sku: z.string().min(1),
        quantity: z.int().min(1),
      }),
    )
    .min(1),
});

const MESSAGES: Record<Refusal, string> = {
  INSUFFICIENT_STOCK: 'Nothing of this order can be allocated',
  DUPLICATE_ORDER_NUMBER: 'This order number is taken',
  ORDER_IN_PROGRESS: 'Picking of this order has begun',
};

const refusal = (code: Refusal) => ({ error: { code, message: MESSAGES[code] } });
const PAGE_SIZE = 50;

/** The REST API of SmartWMS below `/api/v1`. */
export function createApp(warehouse: Warehouse, access: ReturnType<typeof createAccess>): Hono {
  const app = new Hono();
  app.post('/api/v1/auth/token', async (c) => {
    const token = access.token(z.looseObject({}).parse(await c.req.json()));
    return token === null
      ? c.json({ error: { code: 'UNAUTHORIZED', message: 'Unknown client' } }, 401)
      : c.json(token);
  });
  app.use('/api/v1/*', access.middleware);
  app.post('/api/v1/orders', async (c) => {
    const parsed = NewOrderSchema.safeParse(await c.req.json());
    if (!parsed.success) {
      return c.json({ error: { code: 'VALIDATION_FAILED', message: parsed.error.message } }, 400);
    }
    const order = warehouse.create(parsed.data);
    return typeof order === 'string' ? c.json(refusal(order), 409) : c.json(orderView(order), 201);
  });
  app.get('/api/v1/orders', (c) => {
    const page = Number(c.req.query('page') ?? 1);
    const pageSize = Number(c.req.query('pageSize') ?? PAGE_SIZE);
    const found = warehouse.orders.filter((order) => isAsked(order, c.req.query()));
    const shown = found.slice((page - 1) * pageSize, page * pageSize);
    return c.json({ data: shown.map(orderView), page, pageSize, total: found.length });
  });
  const orderOf = (orderId: string): Order | undefined =>
    warehouse.orders.find((order) => order.orderId === orderId);
  const missing = { error: { code: 'NOT_FOUND', message: 'No such order' } };
  app.get('/api/v1/orders/:orderId', (c) => {
    const order = orderOf(c.req.param('orderId'));
    return order === undefined ? c.json(missing, 404) : c.json(orderView(order));
  });
  app.patch('/api/v1/orders/:orderId', async (c) => {
    const order = orderOf(c.req.param('orderId'));
    const { priority } = z.object({ priority: z.int().min(1).max(4) }).parse(await c.req.json());
    if (order === undefined) return c.json(missing, 404);
    warehouse.prioritise(order, priority);
    return c.json(orderView(order));
  });
  app.post('/api/v1/orders/:orderId/cancel', (c) => {
    const order = orderOf(c.req.param('orderId'));
    if (order === undefined) return c.json(missing, 404);
    const refused = warehouse.cancel(order);
    return refused === null ? c.json(orderView(order)) : c.json(refusal(refused), 409);
  });
  app.get('/api/v1/inventory', (c) => {
    const data = warehouse.stock.rows(c.req.query('sku')).map((row) => ({
      ...{ sku: row.sku, warehouse: row.warehouse, quantityOnHand: row.onHand },
      ...{ quantityAllocated: row.allocated, quantityAvailable: row.onHand - row.allocated },
    }));
    return c.json({ data });
  });
  return app;
}

function isAsked(order: Order, query: Record<string, string>): boolean {
  const { orderNumber, customerReference, status, updatedSince } = query;
  return (
    (orderNumber === undefined || order.orderNumber === orderNumber) &&
    (customerReference === undefined || order.customerReference === customerReference) &&
    (status === undefined || statusOf(order) === status) &&
    (updatedSince === undefined || order.updatedAt >= Date.parse(updatedSince))
  );
}
