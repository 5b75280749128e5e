import { Hono, type Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import type { Articles } from './articles.ts';
import { shown, STATUS } from './order.ts';
import type { Orders } from './orders.ts';

const OrderPutSchema = z.strictObject({
  goodsOwnerId: z.int(),
  orderNumber: z.string().min(1).max(200),
  goodsOwnerOrderId: z.string().nullable().default(null),
  pickingPriority: z.int().min(1).max(9),
  orderLines: z
    .array(
      z.strictObject({
        rowNumber: z.string().min(1),
        externalOrderLineCode: z.string().nullable().default(null),
        articleNumber: z.string().min(1),
        numberOfItems: z.number().positive(),
      }),
    )
    .min(1),
});

const StatusSchema = z.strictObject({
  orderStatusNumber: z.literal(STATUS.cancelled),
  comment: z.string().min(1).optional(),
});

interface Deps {
  user: string;
  password: string;
  goodsOwners: readonly number[];
  orders: Orders;
  articles: Articles;
}

/** Everything under /api/v1. */
export function createRoutes({ user, password, goodsOwners, orders, articles }: Deps): Hono {
  const api = new Hono();
  const credentials = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  api.use(async (c, next) => {
    if (c.req.header('authorization') !== credentials) return refuse(c, 401, 'Who are you?');
    return next();
  });
  api.put('/orders', async (c) => {
    const parsed = OrderPutSchema.safeParse(await c.req.json());
    if (!parsed.success) return refuse(c, 400, parsed.error.message);
    const { goodsOwnerId } = parsed.data;
    if (!goodsOwners.includes(goodsOwnerId)) {
      return refuse(c, 400, `There is no goods owner ${goodsOwnerId}.`);
    }
    const order = orders.put(parsed.data);
    if (order === null) return refuse(c, 409, 'The order is released and cannot be changed.');
    const { orderId, orderNumber } = order;
    return c.json({ orderId, orderNumber });
  });
  api.get('/orders', (c) => {
    const { orderNumber, goodsOwnerOrderId: owners, lastChangedFrom: since } = c.req.query();
    const found = orders.all.filter(
      (order) =>
        (orderNumber === undefined || order.orderNumber === orderNumber) &&
        (owners === undefined || order.goodsOwnerOrderId === owners) &&
        (since === undefined || Date.parse(order.changedAt) >= Date.parse(since)),
    );
    return c.json(pageOf(c, found).map(shown));
  });
  api.get('/orders/:id', (c) => {
    const order = orders.all.find(({ orderId }) => String(orderId) === c.req.param('id'));
    return order === undefined ? refuse(c, 404, 'There is no such order.') : c.json(shown(order));
  });
  api.patch('/orders/:id/status', async (c) => {
    const order = orders.all.find(({ orderId }) => String(orderId) === c.req.param('id'));
    if (order === undefined) return refuse(c, 404, 'There is no such order.');
    const parsed = StatusSchema.safeParse(await c.req.json());
    if (!parsed.success) return refuse(c, 400, parsed.error.message);
    if (!orders.cancel(order)) return refuse(c, 409, 'Picking has begun.');
    return c.json({ orderId: order.orderId });
  });
  api.get('/articles', (c) => {
    const { articleNumber: wanted, goodsOwnerId: owner } = c.req.query();
    const found = articles.all.filter(
      ({ articleNumber, goodsOwnerId }) =>
        (wanted === undefined || articleNumber === wanted) &&
        (owner === undefined || String(goodsOwnerId) === owner),
    );
    return c.json(
      found.map(({ goodsOwnerId, articleNumber, inStock, allocated }) => ({
        ...{ goodsOwnerId, articleNumber },
        inventoryInfo: { numberOfItems: inStock, sellableNumberOfItems: inStock - allocated },
      })),
    );
  });
  return api;
}

const LIMIT = 100;

/** The page that begins after the order `after`, and a Link to the next. */
function pageOf(c: Context, found: Orders['all']): Orders['all'] {
  const limit = Number(c.req.query('limit') ?? LIMIT);
  const after = Number(c.req.query('after') ?? 0);
  const rest = found.filter(({ orderId }) => orderId > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  if (rest.length > limit && last !== undefined) {
    const url = new URL(c.req.url);
    url.searchParams.set('after', String(last.orderId));
    c.header('Link', `<${url.href}>; rel="next"`);
  }
  return page;
}

function refuse(c: Context, status: ContentfulStatusCode, message: string) {
  return c.json({ message }, status);
}
