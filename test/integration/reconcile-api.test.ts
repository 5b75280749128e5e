import { OpenAPIHono } from '@hono/zod-openapi';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addReconciliationRoutes, type StartReconciliation } from '../../src/api/reconciliation.ts';
import { loadOperatorsLimits } from '../../src/api/config.ts';
import { refuseInvalid } from '../../src/api/route-parts.ts';
import { AppError } from '../../src/errors.ts';
import { errorHandler } from '../../src/http/errors.ts';
import { crmOrder } from '../support/reconcile-records.ts';
import { createReconcileStage, START } from '../support/reconcile-stage.ts';
import { openApiStage } from '../support/api-stage.ts';

const RunSchema = z.looseObject({
  run_id: z.string(),
  status: z.string(),
  finished_at: z.string().nullable(),
  counts: z.record(z.string(), z.number()),
  drifts: z.array(z.looseObject({ class: z.string() })),
});
const PageSchema = z.object({
  items: z.array(z.looseObject({ run_id: z.string() })),
  next: z.string().nullable(),
});

type Asked = Parameters<StartReconciliation>[0];

function openStage(start: StartReconciliation = () => Promise.resolve('RC-NEW')) {
  const stage = createReconcileStage();
  const asked: Asked[] = [];
  const app = new OpenAPIHono({ defaultHook: refuseInvalid });
  app.onError(errorHandler(pino({ level: 'silent' })));
  const limits = loadOperatorsLimits({});
  const links = { temporalUiUrl: null, temporalNamespace: 'default', crmUrl: null, tasksUrl: null };
  addReconciliationRoutes({
    app,
    books: { reconciliation: stage.reads },
    start: (one) => {
      asked.push(one);
      return start(one);
    },
    config: { apiKey: 'key-for-tests-only', links, limits },
    now: () => START,
  });
  const post = (body: unknown): Promise<Response> =>
    Promise.resolve(
      app.request('/api/v1/reconciliation/runs', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    );
  const get = async (path: string): Promise<Response> =>
    app.request(`/api/v1/reconciliation${path}`);
  return { ...stage, asked, post, get };
}

describe('POST /api/v1/reconciliation/runs', () => {
  it('starts a run of everything, of one order, or of a tier', async () => {
    const stage = openStage();
    const answer = await stage.post({});
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ run_id: 'RC-NEW' });
    await stage.post({ scope: { order_id: 'O1', connection: 'crm' }, mode: 'report' });
    await stage.post({ scope: { connection: 'wms' }, tier: 'T2' });
    expect(stage.asked).toEqual([
      { kind: 'all', mode: 'repair', connection: null, orderId: null },
      { kind: 'order', mode: 'report', connection: 'crm', orderId: 'O1' },
      { kind: 'T2', mode: 'repair', connection: 'wms', orderId: null },
    ]);
  });

  it('shows a run as starting until the worker has taken it up', async () => {
    const stage = openStage();
    await stage.post({ mode: 'report' });
    const run = RunSchema.parse(await (await stage.get('/runs/RC-NEW')).json());
    expect(run).toMatchObject({ status: 'starting', finished_at: null, counts: {}, drifts: [] });
    await stage.run({ runId: 'RC-NEW', mode: 'report' });
    const ended = RunSchema.parse(await (await stage.get('/runs/RC-NEW')).json());
    expect(ended).toMatchObject({ status: 'completed', mode: 'report' });
  });

  it('refuses a mode that there is not, and starts nothing', async () => {
    const stage = openStage();
    const answer = await stage.post({ mode: 'force' });
    expect(answer.status).toBe(422);
    expect(stage.asked).toEqual([]);
  });

  it('answers 503 while Temporal is away', async () => {
    const away = new AppError('unavailable', 'Temporal cannot be reached.', { retryAfterMs: 5000 });
    const answer = await openStage(() => Promise.reject(away)).post({});
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
  });
});

describe('the report of a run', () => {
  it('says what we say, what they say, what was done and what came of it', async () => {
    const stage = openStage();
    stage.remote.orders.set('NEW', crmOrder('NEW'));
    await stage.run();
    const run = await (await stage.get('/runs/RC-1')).json();
    expect(run).toEqual({
      run_id: 'RC-1',
      kind: 'T1',
      scope: { connection: null, order_id: null },
      mode: 'repair',
      status: 'completed',
      started_at: new Date(START).toISOString(),
      finished_at: new Date(START).toISOString(),
      scanned: 1,
      counts: { D16: 1 },
      brakes: {},
      drifts: [
        {
          run_id: 'RC-1',
          class: 'D16',
          order_id: 'NEW',
          we_say: 'no such order',
          they_say: 'version 1, ALLOCATED, 3 units on 1 lines',
          action: 'order_created',
          result: 'sent',
          at: new Date(START).toISOString(),
        },
      ],
      drifts_omitted: 0,
    });
  });

  it('is 404 for a run that nobody knows', async () => {
    const answer = await openStage().get('/runs/RC-9');
    expect(answer.status).toBe(404);
  });
});

describe('the lists', () => {
  it('page through runs, the latest first', async () => {
    const stage = openStage();
    for (let run = 0; run < 5; run += 1) {
      stage.clock.now += 1000;
      await stage.run();
    }
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = PageSchema.parse(await (await stage.get(`/runs?limit=2${cursor}`)).json());
      seen.push(...page.items.map((run) => run.run_id));
      cursor = page.next === null ? '' : `&cursor=${encodeURIComponent(page.next)}`;
    } while (cursor !== '');
    expect(seen).toEqual(['RC-5', 'RC-4', 'RC-3', 'RC-2', 'RC-1']);
  });

  it('page through drifts by class, order and run', async () => {
    const stage = openStage();
    for (const id of ['A', 'B', 'C']) stage.remote.orders.set(id, crmOrder(id));
    await stage.run();
    const drifts = async (query: string) =>
      PageSchema.parse(await (await stage.get(`/drifts?${query}`)).json());
    expect((await drifts('class=D16')).items.map((one) => one['order_id'])).toEqual([
      'C',
      'B',
      'A',
    ]);
    expect((await drifts('class=D5')).items).toEqual([]);
    expect((await drifts('order_id=B&run_id=RC-1')).items).toMatchObject([{ order_id: 'B' }]);
    const first = await drifts('limit=2');
    expect(first.items).toHaveLength(2);
    const rest = await drifts(`limit=2&cursor=${encodeURIComponent(first.next ?? '')}`);
    expect(rest).toMatchObject({ items: [{ order_id: 'A' }], next: null });
    expect((await stage.get('/drifts?cursor=nonsense')).status).toBe(422);
  });

  it('scan no table, whatever is asked', () => {
    const stage = openStage();
    const plan = (sql: string): string =>
      stage.sqlite
        .prepare<[], { detail: string }>(`explain query plan ${sql.replaceAll('?', '1')}`)
        .all()
        .map((row) => row.detail)
        .join('; ');
    stage.reads.runs({ limit: 5 });
    for (const filter of [{}, { class: 'D1' }, { orderId: 'A' }, { runId: 'R' }]) {
      stage.reads.drifts({ ...filter, limit: 5 });
    }
    stage.reads.driftsOfRun('R', 5);
    stage.reads.figures(0);
    const isScan = (sql: string): boolean => /SCAN recon_(runs|drifts)/.test(plan(sql));
    const scans = stage.statements().filter(isScan);
    expect(scans).toEqual([]);
  });
});

describe('the whole API', () => {
  it('has the routes behind its key, and says when runs cannot be started', async () => {
    const stage = openApiStage();
    expect((await stage.app.request('/api/v1/reconciliation/runs')).status).toBe(401);
    expect((await stage.get('/api/v1/reconciliation/runs')).status).toBe(200);
    const answer = await stage.post('/api/v1/reconciliation/runs', {
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(503);
  });

  it('shows the figures of reconciliation', async () => {
    const stage = openApiStage();
    stage.books.sqlite.exec(`
      insert into recon_runs (run_id, tier, mode, status, started_at, finished_at, changes, missed,
        open_orders, open_verified) values
        ('A', 'T1', 'repair', 'completed', ${stage.clock.now}, ${stage.clock.now}, 40, 2, 0, 0),
        ('B', 'T2', 'repair', 'completed', ${stage.clock.now}, ${stage.clock.now}, 0, 0, 10, 9);
      insert into recon_drifts (run_id, drift_key, class, we_say, they_say, action, result, at)
        values ('A', 'k', 'D5', '', '', 'human', 'reported', ${stage.clock.now});
      insert into recon_streams (stream, mark_at, mark_id, complete_at)
        values ('wms:changed', 0, '', ${stage.clock.now - 7000})`);
    const text = await (await stage.app.request('/metrics')).text();
    expect(text).toContain('crossdock_reconciliation_drifts{class="D5"} 1');
    expect(text).toContain(
      'crossdock_reconciliation_watermark_lag_seconds{stream="wms:changed"} 7',
    );
    expect(text).toContain('crossdock_reconciliation_miss_ratio 0.05');
    expect(text).toContain('crossdock_reconciliation_coverage_ratio 0.9');
  });
});
