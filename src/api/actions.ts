import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import type { BooksReader } from '../books/read.ts';
import { AppError } from '../errors.ts';
import type { Verdict } from '../operations/actions/decide-action.ts';
import type { Operations } from '../operations/operations.ts';
import {
  ActionDetailSchema,
  ActionPageSchema,
  actionQueryOf,
  DecidedActionSchema,
  DecisionRequestSchema,
  linesOf,
} from './action-schemas.ts';
import { actorOf } from './actor.ts';
import type { OperatorsConfig } from './config.ts';
import { IdempotencyKeySchema } from './idempotency.ts';
import {
  API_KEY_SECURITY,
  COMMON_PROBLEMS,
  CONFLICT,
  json,
  NOT_FOUND,
  UNREADABLE,
} from './route-parts.ts';

interface ActionRoutesOptions {
  app: OpenAPIHono;
  books: Pick<BooksReader, 'actions'>;
  operations: Pick<Operations, 'actions'>;
  config: OperatorsConfig;
}

export function addActionRoutes({ app, books, operations, config }: ActionRoutesOptions): void {
  app.openapi(listRouteOf(config), (c) => {
    const { order_id: orderId, ...filter } = c.req.valid('query');
    return c.json(books.actions.list({ ...filter, orderId }), 200);
  });
  app.openapi(detailRoute, (c) => {
    const { action_id: actionId } = c.req.valid('param');
    const action = books.actions.find(actionId);
    if (action !== undefined) return c.json(action, 200);
    throw new AppError(
      'not-found',
      `There is no action ${actionId}. GET /api/v1/actions lists those that are open.`,
    );
  });
  app.openapi(decisionRoute, async (c) => {
    const body = c.req.valid('json');
    const verdict = await operations.actions.decide({
      actionId: c.req.valid('param').action_id,
      decision: body.decision,
      expectedVersion: body.expected_version,
      ...linesOf(body),
      note: body.note ?? null,
      by: actorOf(c),
      idempotencyKey: c.req.valid('header')['idempotency-key'],
    });
    if (verdict.kind !== 'taken') throw notTaken(verdict);
    return c.json({ ...verdict.action, outcome: verdict.detail }, 200);
  });
}

/** The present state travels with the refusal, so that whoever was late need not ask for it. */
function notTaken(verdict: Exclude<Verdict, { kind: 'taken' }>): AppError {
  const { action, detail } = verdict;
  if (verdict.kind === 'refused') {
    const members = { code: verdict.code, action };
    return new AppError('validation', detail, { problem: 'decision-refused', members });
  }
  const members = { action, action_status: action.status, version: action.version };
  return new AppError('conflict', detail, {
    problem: action.closed_at === null ? 'action-changed' : 'action-decided',
    members,
  });
}

function listRouteOf(config: OperatorsConfig) {
  return createRoute({
    method: 'get',
    path: '/api/v1/actions',
    operationId: 'listActions',
    tags: ['actions'],
    summary: 'Questions to people: the open ones, the first due first',
    description:
      'A page may hold fewer than `limit` while `next` is not null: carry on with `next`.',
    security: API_KEY_SECURITY,
    request: { query: actionQueryOf(config.limits.page) },
    responses: { 200: json('One page of actions', ActionPageSchema), ...COMMON_PROBLEMS },
  });
}

const ActionParamSchema = z.object({ action_id: z.string() });

const detailRoute = createRoute({
  method: 'get',
  path: '/api/v1/actions/{action_id}',
  operationId: 'getAction',
  tags: ['actions'],
  summary: 'One action, open or closed',
  security: API_KEY_SECURITY,
  request: { params: ActionParamSchema },
  responses: { 200: json('The action', ActionDetailSchema), ...NOT_FOUND, ...COMMON_PROBLEMS },
});

const decisionRoute = createRoute({
  method: 'post',
  path: '/api/v1/actions/{action_id}/decision',
  operationId: 'decideAction',
  tags: ['actions'],
  summary: 'Answer an action; the order goes on accordingly',
  description:
    '`expected_version` is the version that was looked at. Of two who answer at once one wins; the other gets 409 with the present state in `action`. `lines` are line ids, all that the action names when absent; for `substitute` they are `{line_id, sku, qty, ratio?}`: `qty` units of the line, each replaced by `ratio` units of `sku`.',
  security: API_KEY_SECURITY,
  request: {
    params: ActionParamSchema,
    headers: z.object({ 'idempotency-key': IdempotencyKeySchema.optional() }),
    body: { required: true, ...json('', DecisionRequestSchema) },
  },
  responses: {
    200: json('Decided: the action as it stands now', DecidedActionSchema),
    ...NOT_FOUND,
    ...CONFLICT,
    ...UNREADABLE,
    ...COMMON_PROBLEMS,
  },
});
