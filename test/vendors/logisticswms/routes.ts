import { Hono, type Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import type { Clients } from './clients.ts';
import type { Orders } from './orders.ts';
import type { Stock } from './stock.ts';

const CredentialsSchema = z.strictObject({ client_id: z.string(), client_secret: z.string() });

const PrioritySchema = z.enum(['EXPRESS', 'HIGH', 'STANDARD', 'LOW']);

const NewOrderSchema = z.strictObject({
  order_code: z.string().min(1).max(200),
  customer_order: z.string().nullable(),
  requested_at: z.iso.datetime(),
  priority: PrioritySchema,
  items: z
    .array(
      z.strictObject({
        line_number: z.int().min(1),
        external_line_id: z.string().nullable(),
        product_code: z.string().min(1),
        quantity: z.int().min(1),
      }),
    )
    .min(1),
});

interface Deps {
  clients: Clients;
  orders: Orders;
  stock: Stock;
}

/** Everything under /api/external/v1. */
export function createRoutes({ clients, orders, stock }: Deps): Hono {
  const api = new Hono();
  api.post('/auth/token', async (c) => {
    const credentials = CredentialsSchema.safeParse(await c.req.json());
    if (!credentials.success) return refuse(c, 400, 'BAD_REQUEST');
    const { client_id: id, client_secret: secret } = credentials.data;
    const token = clients.login(id, secret);
    return token === null ? refuse(c, 401, 'BAD_CLIENT') : c.json(token);
  });
  api.use(async (c, next) => {
    if (!clients.admits(c.req.header('authorization'))) return refuse(c, 401, 'TOKEN_EXPIRED');
    return next();
  });
  api.post('/orders', async (c) => {
    const parsed = NewOrderSchema.safeParse(await c.req.json());
    if (!parsed.success) return refuse(c, 400, 'BAD_REQUEST');
    const { requested_at: _, ...wanted } = parsed.data;
    if (orders.all.some((order) => order.order_code === wanted.order_code)) {
      return refuse(c, 409, 'ORDER_CODE_TAKEN');
    }
    const order = orders.create(wanted);
    return order === null ? refuse(c, 422, 'NO_STOCK') : c.json(order, 201);
  });
  api.get('/orders', (c) => {
    const { order_code: code, customer_order: customer, updated_since: since } = c.req.query();
    const found = orders.all.filter(
      (order) =>
        (code === undefined || order.order_code === code) &&
        (customer === undefined || order.customer_order === customer) &&
        (since === undefined || Date.parse(order.updated_at) >= Date.parse(since)),
    );
    return c.json({ data: pageOf(c, found) });
  });
  api.get('/orders/:id', (c) => {
    const order = orders.all.find(({ id }) => String(id) === c.req.param('id'));
    return order === undefined ? refuse(c, 404, 'NOT_FOUND') : c.json(order);
  });
  api.patch('/orders/:id', async (c) => {
    const order = orders.all.find(({ id }) => String(id) === c.req.param('id'));
    if (order === undefined) return refuse(c, 404, 'NOT_FOUND');
    const parsed = z.strictObject({ priority: PrioritySchema }).safeParse(await c.req.json());
    if (!parsed.success) return refuse(c, 400, 'BAD_REQUEST');
    return c.json(orders.prioritise(order.id, parsed.data.priority));
  });
  api.get('/stock', (c) => {
    const code = c.req.query('product_code');
    const rows = stock.rows.filter(({ sku }) => code === undefined || sku === code);
    return c.json({ data: pageOf(c, rows).map(shown) });
  });
  return api;
}

function shown({ sku, warehouse, onHand, reserved }: Stock['rows'][number]) {
  return {
    ...{ product_code: sku, warehouse, reserved },
    ...{ on_hand: onHand, available: onHand - reserved },
  };
}

const PAGE_SIZE = 50;

function pageOf<Item>(c: Context, items: readonly Item[]): Item[] {
  const size = Number(c.req.query('page_size') ?? PAGE_SIZE);
  const from = (Number(c.req.query('page') ?? 1) - 1) * size;
  return items.slice(from, from + size);
}

function refuse(c: Context, status: ContentfulStatusCode, code: string) {
  const message = code.toLowerCase().replaceAll('_', ' ');
  return c.json({ error: { code, message } }, status);
}
