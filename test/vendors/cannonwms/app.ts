import { Hono, type MiddlewareHandler } from 'hono';
import { z } from 'zod';
import { orderView, stageOf, type Order } from './order.ts';
import type { Warehouse } from './warehouse.ts';

const LevelSchema = z.enum(['rush', 'expedited', 'standard', 'economy']);

const NewOrderSchema = z.object({
  external: z.object({
    reference: z.string().nullable().default(null),
    order: z.string().nullable().default(null),
  }),
  service: z.object({ level: LevelSchema }),
  fulfilment: z.object({ start_tour: z.boolean().default(false), unreserved: z.literal('drop') }),
  lines: z
    .array(
      z.object({
        external_line: z.string().nullable().default(null),
        item: z.object({ sku: z.string().min(1) }),
        units: z.int().min(1),
      }),
    )
    .min(1),
});

const CancelSchema = z.object({
  note: z.string().optional(),
  external_lines: z.array(z.string()).nullable().default(null),
});

export interface AppOptions {
  warehouse: Warehouse;
  access: MiddlewareHandler;
  /** How far the index behind `reference=` is behind. */
  searchLagMs: number;
}

const failed = (code: string, message: string) => ({ error: { code, message } });
const MISSING = failed('not_found', 'There is no such thing');
const PAGE_LIMIT = 50;

/** The REST API of CannonWMS below `/v1`. */
export function createApp({ warehouse, access, searchLagMs }: AppOptions): Hono {
  const app = new Hono();
  app.use('/v1/*', access);
  app.post('/v1/orders', async (c) => {
    const parsed = NewOrderSchema.safeParse(await c.req.json());
    if (!parsed.success) return c.json(failed('invalid_order', parsed.error.message), 400);
    const order = warehouse.create(parsed.data);
    return order === null
      ? c.json(failed('insufficient_inventory', 'Nothing of it can be reserved'), 422)
      : c.json({ id: order.id, number: order.number }, 201);
  });
  app.get('/v1/orders', (c) => {
    const { cursor, limit = PAGE_LIMIT, ...query } = c.req.query();
    const from = Number(cursor ?? 0);
    const found = warehouse.orders.filter((order) => isAsked(order, query, searchLagMs));
    const next = from + Number(limit);
    const next_cursor = next < found.length ? String(next) : null;
    return c.json({ data: found.slice(from, next).map(orderView), next_cursor });
  });
  const orderOf = (id: string): Order | undefined =>
    warehouse.orders.find((order) => order.id === id);
  app.get('/v1/orders/:id', (c) => {
    const order = orderOf(c.req.param('id'));
    return order === undefined ? c.json(MISSING, 404) : c.json(orderView(order));
  });
  app.patch('/v1/orders/:id', async (c) => {
    const order = orderOf(c.req.param('id'));
    const { service } = z
      .object({ service: z.object({ level: LevelSchema }) })
      .parse(await c.req.json());
    if (order === undefined) return c.json(MISSING, 404);
    warehouse.change(order, service.level);
    return c.json(orderView(order));
  });
  app.post('/v1/orders/:id/actions/start-tour', (c) => {
    const order = orderOf(c.req.param('id'));
    if (order === undefined) return c.json(MISSING, 404);
    if (order.tour !== 'none') return c.json(failed('tour_started', 'It is on a tour'), 409);
    warehouse.startTour(order);
    return c.json(orderView(order));
  });
  app.post('/v1/orders/:id/actions/cancel', async (c) => {
    const order = orderOf(c.req.param('id'));
    const { external_lines } = CancelSchema.parse(await c.req.json());
    if (order === undefined) return c.json(MISSING, 404);
    return warehouse.cancel(order, external_lines) === 0
      ? c.json(failed('nothing_to_cancel', 'Everything of it is picked or gone'), 409)
      : c.json(orderView(order));
  });
  app.get('/v1/inventory/:sku', (c) => {
    const sku = c.req.param('sku');
    const row = warehouse.stock.row(sku);
    if (row === undefined) return c.json(MISSING, 404);
    const { onHand: on_hand, reserved } = row;
    const available = warehouse.stock.available(sku);
    return c.json({ item: { sku }, units: { on_hand, reserved, available } });
  });
  return app;
}

function isAsked(order: Order, query: Record<string, string>, searchLagMs: number): boolean {
  const { reference, external_order, stage, changed_since } = query;
  const isIndexed = Date.now() >= order.createdAt + searchLagMs;
  return (
    (reference === undefined || (order.reference === reference && isIndexed)) &&
    (external_order === undefined || order.externalOrder === external_order) &&
    (stage === undefined || stageOf(order) === stage) &&
    (changed_since === undefined || order.changedAt >= Date.parse(changed_since))
  );
}
