import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import type { Operations } from '../operations/operations.ts';
import { actorOf } from './actor.ts';
import { changesNothing } from './audit-calls.ts';
import {
  CauseGroupPageSchema,
  ReplayPreviewSchema,
  ReplayProgressSchema,
  ReplayRequestSchema,
} from './dead-letter-schemas.ts';
import { causeGroupView, letterPreviewView, replayView } from './dead-letter-view.ts';
import { IdempotencyKeySchema } from './idempotency.ts';
import {
  API_KEY_SECURITY,
  COMMON_PROBLEMS,
  CONFLICT,
  json,
  NOT_FOUND,
  TOO_LARGE,
  UNREADABLE,
} from './route-parts.ts';
import { WordSchema } from './schemas.ts';

interface ReplayRoutesOptions {
  app: OpenAPIHono;
  operations: Operations;
}

/** Dead letters by cause, and replays of many; stands before the routes of a single one. */
export function addReplayRoutes({ app, operations }: ReplayRoutesOptions): void {
  const { deadLetters, replays } = operations;
  app.openapi(groupsRoute, async (c) => {
    const found = await deadLetters.groups(c.req.valid('query'));
    const { ordersBlocked, truncated } = found;
    const items = found.groups.map(causeGroupView);
    return c.json({ items, next: null, orders_blocked: ordersBlocked, truncated }, 200);
  });
  app.openapi(beginRoute, async (c) => {
    const { filter = {}, dry_run: dryRun, rate_per_s: ratePerS } = c.req.valid('json');
    if (dryRun) {
      changesNothing(c);
      const preview = await deadLetters.preview(filter);
      return c.json(previewView(preview), 200);
    }
    const idempotencyKey = c.req.valid('header')['idempotency-key'];
    const actor = actorOf(c);
    const replay = await replays.begin({ filter, ratePerS, actor, idempotencyKey });
    return c.json(replayView(replay), 202);
  });
  app.openapi(progressRoute, (c) => c.json(replayView(replays.get(c.req.valid('param').id)), 200));
  app.openapi(cancelRoute, async (c) =>
    c.json(replayView(await replays.cancel(c.req.valid('param').id)), 200),
  );
}

type Preview = Awaited<ReturnType<Operations['deadLetters']['preview']>>;

function previewView(preview: Preview): z.infer<typeof ReplayPreviewSchema> {
  return {
    would_replay: preview.wouldReplay,
    orders: preview.orders,
    groups: preview.groups.map(causeGroupView),
    samples: preview.samples.map(letterPreviewView),
    truncated: preview.truncated,
  };
}

const groupsRoute = createRoute({
  method: 'get',
  path: '/api/v1/dead-letters/groups',
  operationId: 'groupDeadLetters',
  tags: ['dead letters'],
  summary: 'Open dead letters by cause; what holds up the most orders comes first',
  description:
    '`truncated` says that there are more open dead letters than were looked at (CROSSDOCK_OPERATIONS_SCAN_ROWS_MAX).',
  security: API_KEY_SECURITY,
  request: {
    query: z.object({
      connection: WordSchema.optional(),
      order_id: WordSchema.optional(),
      cause: z.string().min(1).max(512).optional(),
    }),
  },
  responses: { 200: json('All groups', CauseGroupPageSchema), ...COMMON_PROBLEMS },
});

const beginRoute = createRoute({
  method: 'post',
  path: '/api/v1/dead-letters/replay',
  operationId: 'replayDeadLetters',
  tags: ['dead letters'],
  summary: 'Replay all open dead letters that fit a filter, or see what that would do',
  description:
    'Every member of `filter` is optional: `{"filter": {}}` means every open one, as do `{"filter": {"all": true}}` and `{"all": true}`. Takes what fits now, the oldest first; `remaining` fitted too and is left for a next replay. `rate_per_s` is at most CROSSDOCK_REPLAY_RATE_PER_S_MAX.',
  security: API_KEY_SECURITY,
  request: {
    headers: z.object({ 'idempotency-key': IdempotencyKeySchema.optional() }),
    body: { required: true, ...json('', ReplayRequestSchema) },
  },
  responses: {
    200: json('What it would do (`dry_run`)', ReplayPreviewSchema),
    202: json('It has begun; ask for its progress', ReplayProgressSchema),
    ...CONFLICT,
    ...UNREADABLE,
    ...COMMON_PROBLEMS,
  },
});

const ReplayParamSchema = z.object({ id: z.string() });

const progressRoute = createRoute({
  method: 'get',
  path: '/api/v1/dead-letters/replays/{id}',
  operationId: 'getReplay',
  tags: ['dead letters'],
  summary: 'How far a replay is',
  security: API_KEY_SECURITY,
  request: { params: ReplayParamSchema },
  responses: { 200: json('The replay', ReplayProgressSchema), ...NOT_FOUND, ...COMMON_PROBLEMS },
});

const cancelRoute = createRoute({
  method: 'post',
  path: '/api/v1/dead-letters/replays/{id}/cancel',
  operationId: 'cancelReplay',
  tags: ['dead letters'],
  summary: 'Send nothing more of a replay; what was sent stays sent',
  security: API_KEY_SECURITY,
  request: { params: ReplayParamSchema },
  responses: {
    200: json('The replay as it ended', ReplayProgressSchema),
    ...NOT_FOUND,
    ...TOO_LARGE,
    ...COMMON_PROBLEMS,
  },
});
