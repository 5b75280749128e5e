import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import type { BooksReader } from '../books/read.ts';
import type { DriftRow, RunRow } from '../books/read-reconcile-rows.ts';
import { AppError } from '../errors.ts';
import type { OperatorsConfig } from './config.ts';
import { IdempotencyKeySchema } from './idempotency.ts';
import { instant, instantOrNull } from './instant.ts';
import {
  API_KEY_SECURITY,
  COMMON_PROBLEMS,
  CONFLICT,
  json,
  NOT_FOUND,
  TOO_LARGE,
} from './route-parts.ts';
import {
  DriftPageSchema,
  driftQueryOf,
  RunPageSchema,
  runQueryOf,
  RunRequestSchema,
  RunSchema,
  RunStartedSchema,
  type DriftView,
  type RunSummary,
} from './reconciliation-schemas.ts';

/** Starts a run; throws AppError `unavailable` while Temporal is away. */
export type StartReconciliation = (asked: {
  kind: 'T1' | 'T2' | 'T3' | 'T4' | 'order' | 'all';
  mode: 'repair' | 'report';
  connection: string | null;
  orderId: string | null;
}) => Promise<string>;

interface ReconciliationRoutesOptions {
  app: OpenAPIHono;
  books: Pick<BooksReader, 'reconciliation'>;
  start: StartReconciliation | undefined;
  config: OperatorsConfig;
  now: () => number;
}

/** Drifts shown with their run. */
const DRIFTS_SHOWN_MAX = 1000;

/** Runs that were started here and that the worker has not written yet. */
const STARTED_MAX = 1000;

export function addReconciliationRoutes(options: ReconciliationRoutesOptions): void {
  const { app, books, start = nowhere, config, now } = options;
  const reads = books.reconciliation;
  const started = new Map<string, RunSummary>();
  app.openapi(startRoute, async (c) => {
    const { scope, mode, tier } = c.req.valid('json');
    const asked = {
      kind: scope.order_id === undefined ? (tier ?? ('all' as const)) : ('order' as const),
      mode,
      connection: scope.connection ?? null,
      orderId: scope.order_id ?? null,
    };
    const runId = await start(asked);
    started.set(runId, startingView(runId, asked, now()));
    const [oldest] = started.keys();
    if (started.size > STARTED_MAX && oldest !== undefined) started.delete(oldest);
    return c.json({ run_id: runId }, 202, { location: `/api/v1/reconciliation/runs/${runId}` });
  });
  app.openapi(listRouteOf(config), (c) => {
    const page = reads.runs(c.req.valid('query'));
    return c.json({ items: page.items.map(runView), next: page.next }, 200);
  });
  app.openapi(detailRoute, (c) => {
    const { run_id: runId } = c.req.valid('param');
    const row = reads.run(runId);
    if (row === undefined) {
      const starting = started.get(runId);
      if (starting === undefined) throw unknownRun(runId);
      return c.json({ ...starting, drifts: [], drifts_omitted: 0 }, 200);
    }
    started.delete(runId);
    const rows = reads.driftsOfRun(runId, DRIFTS_SHOWN_MAX);
    const view = runView(row);
    const found = Object.values(view.counts).reduce((sum, count) => sum + count, 0);
    const omitted = Math.max(0, found - rows.length);
    return c.json({ ...view, drifts: rows.map(driftView), drifts_omitted: omitted }, 200);
  });
  app.openapi(driftsRouteOf(config), (c) => {
    const { run_id: runId, order_id: orderId, ...filter } = c.req.valid('query');
    const page = reads.drifts({ ...filter, runId, orderId });
    return c.json({ items: page.items.map(driftView), next: page.next }, 200);
  });
}

const nowhere: StartReconciliation = () =>
  Promise.reject(new AppError('unavailable', 'Runs cannot be started here: nothing was done.'));

function unknownRun(runId: string): AppError {
  return new AppError(
    'not-found',
    `There is no run ${runId}: its report was removed with age, or it never began. GET /api/v1/reconciliation/runs lists those that are known.`,
  );
}

function startingView(
  runId: string,
  asked: Parameters<StartReconciliation>[0],
  at: number,
): RunSummary {
  return {
    run_id: runId,
    kind: asked.kind,
    scope: { connection: asked.connection, order_id: asked.orderId },
    mode: asked.mode,
    status: 'starting',
    started_at: instant(at),
    finished_at: null,
    scanned: 0,
    counts: {},
    brakes: {},
  };
}

function runView(row: RunRow): RunSummary {
  return {
    run_id: row.runId,
    kind: row.tier,
    scope: { connection: row.scopeConnection, order_id: row.scopeOrderId },
    mode: row.mode,
    status: row.status,
    started_at: instant(row.startedAt),
    finished_at: instantOrNull(row.finishedAt),
    scanned: row.scanned,
    counts: JSON.parse(row.counts) as Record<string, number>,
    brakes: JSON.parse(row.brakes) as Record<string, unknown>,
  };
}

function driftView(row: DriftRow): DriftView {
  return {
    run_id: row.runId,
    class: row.class,
    order_id: row.orderId,
    we_say: row.weSay,
    they_say: row.theySay,
    action: row.action,
    result: row.result,
    at: instant(row.at),
  };
}

const startRoute = createRoute({
  method: 'post',
  path: '/api/v1/reconciliation/runs',
  operationId: 'startReconciliation',
  tags: ['reconciliation'],
  summary: 'Hold our books against the other systems, and repair or only report',
  description:
    'With `scope.order_id` one order, at once; otherwise everything, or what one connection shows.',
  security: API_KEY_SECURITY,
  request: {
    headers: z.object({ 'idempotency-key': IdempotencyKeySchema.optional() }),
    body: { required: true, content: { 'application/json': { schema: RunRequestSchema } } },
  },
  responses: {
    202: json('The run is on its way', RunStartedSchema),
    ...CONFLICT,
    ...TOO_LARGE,
    ...COMMON_PROBLEMS,
  },
});

function listRouteOf(config: OperatorsConfig) {
  return createRoute({
    method: 'get',
    path: '/api/v1/reconciliation/runs',
    operationId: 'listReconciliations',
    tags: ['reconciliation'],
    summary: 'Runs, the latest first',
    security: API_KEY_SECURITY,
    request: { query: runQueryOf(config.limits.page) },
    responses: { 200: json('One page of runs', RunPageSchema), ...COMMON_PROBLEMS },
  });
}

const detailRoute = createRoute({
  method: 'get',
  path: '/api/v1/reconciliation/runs/{run_id}',
  operationId: 'getReconciliation',
  tags: ['reconciliation'],
  summary: 'The report of one run: what we say, what they say, what was done',
  security: API_KEY_SECURITY,
  request: { params: z.object({ run_id: z.string() }) },
  responses: { 200: json('The report', RunSchema), ...NOT_FOUND, ...COMMON_PROBLEMS },
});

function driftsRouteOf(config: OperatorsConfig) {
  return createRoute({
    method: 'get',
    path: '/api/v1/reconciliation/drifts',
    operationId: 'listDrifts',
    tags: ['reconciliation'],
    summary: 'What runs found, the latest first',
    security: API_KEY_SECURITY,
    request: { query: driftQueryOf(config.limits.page) },
    responses: { 200: json('One page of drifts', DriftPageSchema), ...COMMON_PROBLEMS },
  });
}
