import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import type { BooksReader } from '../books/read.ts';
import { AppError } from '../errors.ts';
import type { Operations } from '../operations/operations.ts';
import { actorOf } from './actor.ts';
import { ReasonSchema } from './dead-letter-schemas.ts';
import { IdempotencyKeySchema } from './idempotency.ts';
import { DifferenceSchema, HashSchema } from './mapping-schemas.ts';
import type { MappingsPort } from './mappings-port.ts';
import { missingOrder } from './missing-order.ts';
import type { Inbox } from './ports.ts';
import {
  API_KEY_SECURITY,
  COMMON_PROBLEMS,
  CONFLICT,
  json,
  NOT_FOUND,
  UNREADABLE,
} from './route-parts.ts';
import { ConnectionQuerySchema } from './schemas.ts';

interface RemapRouteOptions {
  app: OpenAPIHono;
  books: Pick<BooksReader, 'orders'>;
  inbox: Inbox;
  operations: Pick<Operations, 'orders'>;
  mappings: MappingsPort;
}

/** Pins an order to another bundle: the one way in which mappings reach an order under way. */
export function addRemapRoute({
  app,
  books,
  inbox,
  operations,
  mappings,
}: RemapRouteOptions): void {
  app.openapi(remapRoute, async (c) => {
    const { connection } = c.req.valid('query');
    const order = { connection, orderId: c.req.valid('param').order_id };
    const { reason, dry_run: dryRun, bundle = mappings.status().active.hash } = c.req.valid('json');
    const record = books.orders.find(order);
    if (record === undefined) throw await missingOrder(order, inbox);
    const from = record.view.mapping_bundle;
    if (mappings.files(bundle) === undefined) throw notStored(bundle);
    const changed = await mappings.compareOrder({ ...order, from, to: bundle });
    const answer = { order_id: order.orderId, connection, from, to: bundle, changed };
    if (dryRun) {
      const detail = 'Nothing was changed. Send it again without dry_run to pin the order to it.';
      return c.json({ ...answer, status: 'would_remap' as const, detail }, 200);
    }
    const said = await operations.orders.command({
      ...{ order, command: 'remap', bundle, reason, by: actorOf(c) },
      idempotencyKey: c.req.valid('header')['idempotency-key'],
    });
    if (said !== 'closed' && said.kind === 'taken') {
      return c.json({ ...answer, status: 'remapped' as const, detail: said.detail }, 200);
    }
    const hasEnded = said === 'closed';
    const why = hasEnded ? `Order ${order.orderId} has ended.` : said.detail;
    throw new AppError('conflict', `${why} Nothing was changed.`, {
      problem: hasEnded ? 'order-closed' : 'order-conflict',
      members: { stage: record.stage, headline: record.headline, version: record.version },
    });
  });
}

function notStored(bundle: string): AppError {
  return new AppError(
    'not-found',
    `There is no bundle ${bundle} here, so nothing was changed. GET /api/v1/mappings/history names those that have served.`,
    { problem: 'bundle-not-found' },
  );
}

const remapRoute = createRoute({
  method: 'post',
  path: '/api/v1/orders/{order_id}/remap',
  operationId: 'remapOrder',
  tags: ['orders'],
  security: API_KEY_SECURITY,
  summary: 'Pin an order to another mapping bundle, and send again what a mapping kept back',
  description:
    'Without `bundle` the one that serves. `changed` shows what the last statement of the CRM becomes under both; `dry_run` does no more than that.',
  request: {
    params: z.object({ order_id: z.string().min(1).max(128) }),
    query: ConnectionQuerySchema,
    headers: z.object({ 'idempotency-key': IdempotencyKeySchema.optional() }),
    body: {
      required: true,
      ...json(
        '',
        z.object({
          reason: ReasonSchema,
          bundle: HashSchema.optional(),
          dry_run: z.boolean().default(false),
        }),
      ),
    },
  },
  responses: {
    200: json(
      'What changes',
      z
        .object({
          order_id: z.string(),
          connection: z.string(),
          from: z.string(),
          to: z.string(),
          status: z.enum(['remapped', 'would_remap']),
          changed: z.array(
            z.object({ mapping: z.string(), differences: z.array(DifferenceSchema) }),
          ),
          detail: z.string(),
        })
        .meta({ id: 'OrderRemap' }),
    ),
    ...NOT_FOUND,
    ...CONFLICT,
    ...UNREADABLE,
    ...COMMON_PROBLEMS,
  },
});
