import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import type { DeadLetterRow } from '../books/read-dead-letters.ts';
import { orderOfKey } from '../books/read-orders.ts';
import type { DeadLetterSchema } from '../contracts/operators.ts';
import type { OperatorsConfig } from './config.ts';
import { IdempotencyKeySchema } from './idempotency.ts';
import { instant } from './instant.ts';
import { replay, type ReplayOptions } from './replay.ts';
import {
  API_KEY_SECURITY,
  COMMON_PROBLEMS,
  CONFLICT,
  json,
  NOT_FOUND,
  TOO_LARGE,
} from './route-parts.ts';
import { DeadLetterPageSchema, deadLetterQueryOf, ReplayAnswerSchema } from './schemas.ts';

interface DeadLetterRoutesOptions extends ReplayOptions {
  app: OpenAPIHono;
  config: OperatorsConfig;
}

export function addDeadLetterRoutes(options: DeadLetterRoutesOptions): void {
  const { app, books, config } = options;
  app.openapi(listRouteOf(config), (c) => {
    const { order_id: orderId, ...filter } = c.req.valid('query');
    const page = books.deadLetters.list({ ...filter, orderId });
    return c.json({ items: page.items.map(deadLetterView), next: page.next }, 200);
  });
  app.openapi(replayRoute, async (c) => {
    const { id } = c.req.valid('param');
    const idempotencyKey = c.req.valid('header')['idempotency-key'];
    const orderId = await replay({ id, idempotencyKey }, options);
    return c.json({ id, order_id: orderId, status: 'replaying' as const }, 202);
  });
}

function deadLetterView(row: DeadLetterRow): z.infer<typeof DeadLetterSchema> {
  return {
    id: row.id,
    kind: row.kind,
    connection: row.connection,
    order_id: orderOfKey(row.orderKey).orderId,
    subject: row.subject,
    cause: row.cause,
    attempts: row.attempts,
    last_status: row.lastStatus,
    last_error: row.lastError,
    status: row.status,
    at: instant(row.at),
  };
}

function listRouteOf(config: OperatorsConfig) {
  return createRoute({
    method: 'get',
    path: '/api/v1/dead-letters',
    operationId: 'listDeadLetters',
    tags: ['dead letters'],
    summary: 'Commands and events that ran out of attempts, newest first',
    description:
      'Only open ones unless `status` says otherwise. A page may hold fewer than `limit` while `next` is not null: carry on with `next`.',
    security: API_KEY_SECURITY,
    request: { query: deadLetterQueryOf(config.limits.page) },
    responses: { 200: json('One page of dead letters', DeadLetterPageSchema), ...COMMON_PROBLEMS },
  });
}

const replayRoute = createRoute({
  method: 'post',
  path: '/api/v1/dead-letters/{id}/replay',
  operationId: 'replayDeadLetter',
  tags: ['dead letters'],
  summary: 'Send a dead letter through again: its order goes on where it stood',
  security: API_KEY_SECURITY,
  request: {
    params: z.object({ id: z.string() }),
    headers: z.object({ 'idempotency-key': IdempotencyKeySchema.optional() }),
  },
  responses: {
    202: json('The replay is on its way', ReplayAnswerSchema),
    ...NOT_FOUND,
    ...CONFLICT,
    ...TOO_LARGE,
    ...COMMON_PROBLEMS,
  },
});
