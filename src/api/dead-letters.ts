import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import type { BooksReader } from '../books/read.ts';
import type { Operations } from '../operations/operations.ts';
import { changesNothing } from './audit-calls.ts';
import type { OperatorsConfig } from './config.ts';
import { emptyBodyIsNone } from './dead-letter-body.ts';
import {
  DeadLetterDetailSchema,
  DeadLetterPreviewSchema,
  DiscardAnswerSchema,
  ReasonSchema,
  ReplayOneRequestSchema,
} from './dead-letter-schemas.ts';
import { deadLetterDetail, deadLetterView, letterPreviewView } from './dead-letter-view.ts';
import { IdempotencyKeySchema } from './idempotency.ts';
import {
  API_KEY_SECURITY,
  COMMON_PROBLEMS,
  CONFLICT,
  json,
  NOT_FOUND,
  UNREADABLE,
} from './route-parts.ts';
import { DeadLetterPageSchema, deadLetterQueryOf, ReplayAnswerSchema } from './schemas.ts';

interface DeadLetterRoutesOptions {
  app: OpenAPIHono;
  books: BooksReader;
  operations: Operations;
  config: OperatorsConfig;
}

export function addDeadLetterRoutes(options: DeadLetterRoutesOptions): void {
  const { app, books, operations, config } = options;
  app.openapi(listRouteOf(config), (c) => {
    const { order_id: orderId, ...filter } = c.req.valid('query');
    const page = books.deadLetters.list({ ...filter, orderId });
    return c.json({ items: page.items.map(deadLetterView), next: page.next }, 200);
  });
  app.openapi(detailRoute, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(deadLetterDetail(await operations.deadLetters.show(id)), 200);
  });
  app.openapi(replayRoute, async (c) => {
    const { id } = c.req.valid('param');
    const { dry_run: dryRun = false } = c.req.valid('json');
    if (dryRun) {
      changesNothing(c);
      const preview = letterPreviewView(await operations.deadLetters.previewOne(id));
      return c.json({ dry_run: true as const, ...preview }, 200);
    }
    const idempotencyKey = c.req.valid('header')['idempotency-key'];
    const orderId = await operations.deadLetters.replay({ id, idempotencyKey });
    return c.json({ id, order_id: orderId, status: 'replaying' as const }, 202);
  });
  app.openapi(discardRoute, async (c) => {
    const { id } = c.req.valid('param');
    const { reason } = c.req.valid('json');
    const idempotencyKey = c.req.valid('header')['idempotency-key'];
    const orderId = await operations.deadLetters.discard({ id, idempotencyKey, reason });
    return c.json({ id, order_id: orderId, status: 'discarding' as const }, 202);
  });
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

const LetterParamSchema = z.object({ id: z.string() });
const KeyHeaderSchema = z.object({ 'idempotency-key': IdempotencyKeySchema.optional() });

const detailRoute = createRoute({
  method: 'get',
  path: '/api/v1/dead-letters/{id}',
  operationId: 'getDeadLetter',
  tags: ['dead letters'],
  summary: 'One dead letter with what was sent and what was answered',
  security: API_KEY_SECURITY,
  request: { params: LetterParamSchema },
  responses: {
    200: json('The dead letter', DeadLetterDetailSchema),
    ...NOT_FOUND,
    ...COMMON_PROBLEMS,
  },
});

const replayRoute = createRoute({
  method: 'post',
  path: '/api/v1/dead-letters/{id}/replay',
  operationId: 'replayDeadLetter',
  tags: ['dead letters'],
  summary:
    'Send a dead letter through again, so that its order goes on where it stood, or see what that would do',
  security: API_KEY_SECURITY,
  middleware: emptyBodyIsNone,
  request: {
    params: LetterParamSchema,
    headers: KeyHeaderSchema,
    body: { required: false, ...json('', ReplayOneRequestSchema) },
  },
  responses: {
    200: json('What it would do (`dry_run`)', DeadLetterPreviewSchema),
    202: json('The replay is on its way', ReplayAnswerSchema),
    ...NOT_FOUND,
    ...CONFLICT,
    ...UNREADABLE,
    ...COMMON_PROBLEMS,
  },
});

const discardRoute = createRoute({
  method: 'post',
  path: '/api/v1/dead-letters/{id}/discard',
  operationId: 'discardDeadLetter',
  tags: ['dead letters'],
  summary: 'Give a dead letter up; its order decides what follows',
  security: API_KEY_SECURITY,
  request: {
    params: LetterParamSchema,
    headers: KeyHeaderSchema,
    body: { required: true, ...json('', z.object({ reason: ReasonSchema })) },
  },
  responses: {
    202: json('The order is told', DiscardAnswerSchema),
    ...NOT_FOUND,
    ...CONFLICT,
    ...UNREADABLE,
    ...COMMON_PROBLEMS,
  },
});
