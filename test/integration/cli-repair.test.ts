import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { crossdock, serve, type CliOptions } from '../support/cli-stage.ts';

/** A server that has just these routes and says so, as the contract has them. */
async function open(build: (app: Hono) => Hono) {
  const app = build(new Hono());
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, path } of app.routes) {
    const template = path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[template] ??= {})[method.toLowerCase()] = {};
  }
  app.get('/openapi.json', (c) => c.json({ openapi: '3.1.0', paths }));
  app.notFound((c) => c.json(problem(404, 'not-found'), 404));
  const { url } = await serve(app);
  return (argv: string[], options: CliOptions = {}) =>
    crossdock([...argv, '--url', url, '--api-key', 'k'], options);
}

function problem(status: number, type: string, members: object = {}) {
  return {
    type: `https://crossdock.dev/problems/${type}`,
    title: 'Title',
    status,
    detail: 'Detail.',
    instance: 'i',
    ...members,
  };
}

describe('a server that does not have it', () => {
  test.each([
    [['actions', 'list'], 'GET /api/v1/actions'],
    [['actions', 'show', 'a'], 'GET /api/v1/actions/a'],
    [['actions', 'decide', 'a', 'wait'], '/api/v1/actions/a'],
    [['orders', 'hold', 'o', '--reason', 'r'], 'POST /api/v1/orders/o/hold'],
    [
      ['actions', 'decide', 'a', 'wait', '--expected-version', '1'],
      'POST /api/v1/actions/a/decision',
    ],
    [['reconcile'], 'POST /api/v1/reconciliation/runs'],
    [['events', 'replay', 'e'], 'POST /api/v1/events/e/replay'],
    [['dlq', 'replay', '--all'], 'POST /api/v1/dead-letters/replay'],
    [['dlq', 'discard', 'd', '--reason', 'r'], 'POST /api/v1/dead-letters/d/discard'],
  ])('%j says so plainly: 4', async (argv, route) => {
    const run = await open((app) => app);
    const { end, stderr, json } = await run([...argv, '--json']);
    expect(end).toBe(4);
    expect(stderr).toContain(`does not have `);
    expect(stderr).toContain(route);
    expect(json()).toMatchObject([{ error: { code: 'not-supported', exit: 4 } }]);
  });

  test('is told from one that has it and lacks the thing', async () => {
    const run = await open((app) =>
      app.post('/api/v1/events/:id/replay', (c) => c.json(problem(404, 'not-found'), 404)),
    );
    const { end, json } = await run(['events', 'replay', 'e', '--json']);
    expect(end).toBe(4);
    expect(json()).toMatchObject([{ error: { code: 'not-found' } }]);
  });
});

describe('reconcile', () => {
  const DRIFT = {
    class: 'D3',
    order_id: 'ORD-1',
    we_say: { picked: 1 },
    they_say: { picked: 2 },
    action: 'apply',
    result: 'repaired',
  };

  async function openRuns(end: object) {
    const told: unknown[] = [];
    let looks = 0;
    const run = await open((app) =>
      app
        .post('/api/v1/reconciliation/runs', async (c) => {
          told.push(await c.req.json());
          return c.json({ run_id: 'run_1' }, 202);
        })
        .get('/api/v1/reconciliation/runs/:id', (c) => {
          looks += 1;
          const under = { run_id: c.req.param('id'), status: 'running', scanned: looks * 100 };
          const base = { ...under, started_at: '2026-01-17T14:00:00Z', finished_at: null };
          return c.json(looks < 3 ? base : { ...base, ...end });
        }),
    );
    return { run, told };
  }

  const DONE = {
    status: 'completed',
    finished_at: '2026-01-17T14:00:09Z',
    scanned: 300,
    counts: { D1: 0, D3: 1 },
    brakes: [],
    drifts: [DRIFT],
  };

  test('waits for the run and shows what differed and what was done', async () => {
    const { run, told } = await openRuns(DONE);
    const { end, stdout, stderr } = await run(['reconcile', '--order', 'ORD-1'], { tty: true });
    expect(end).toBe(0);
    expect(told).toEqual([{ scope: { order_id: 'ORD-1' }, mode: 'repair' }]);
    expect(stdout).toMatch(/^drift +D3 1$/m);
    expect(stdout).toMatch(/^D3 +ORD-1 +\{"picked":1\} +\{"picked":2\} +apply +repaired$/m);
    expect(stderr).toContain('run_1: 200 compared');
  });

  test('only reports when it is told to, and gives the report as it is', async () => {
    const { run, told } = await openRuns(DONE);
    const { end, json } = await run([
      'reconcile',
      '--report-only',
      '--connection',
      'wms',
      '--json',
    ]);
    expect(end).toBe(0);
    expect(told).toEqual([{ scope: { connection: 'wms' }, mode: 'report' }]);
    expect(json()).toMatchObject([{ run_id: 'run_1', ...DONE }]);
  });

  test('that failed ends with 1, and one that was braked says so', async () => {
    const failed = await openRuns({ ...DONE, status: 'failed' });
    expect((await failed.run(['reconcile'])).end).toBe(1);
    const braked = await openRuns({ ...DONE, brakes: ['too-many-drifts'] });
    const { end, stderr } = await braked.run(['reconcile']);
    expect(end).toBe(0);
    expect(stderr).toContain('too-many-drifts');
  });

  test('--no-wait ends with the id of the run', async () => {
    const { run } = await openRuns(DONE);
    expect((await run(['reconcile', '--no-wait'])).stdout).toBe('run_1\n');
    expect((await run(['reconcile', '--no-wait', '--json'])).json()).toEqual([{ run_id: 'run_1' }]);
  });
});

describe('replays', () => {
  test('of an event ask for the effect first with --dry-run', async () => {
    const told: unknown[] = [];
    const run = await open((app) =>
      app.post('/api/v1/events/:id/replay', async (c) => {
        told.push([c.req.param('id'), c.req.query('connection'), await c.req.json()]);
        const order = {
          stage: 'WAITING',
          done: ['Task T-1', 'Pick P-1'],
          open: [],
          picks: [{ id: 'a' }],
        };
        return c.json({ event_id: 'evt/1', effect: 'skipped', order });
      }),
    );
    const { end, stdout } = await run([
      'events',
      'replay',
      'evt/1',
      '--dry-run',
      '--connection',
      'wms',
    ]);
    expect(end).toBe(0);
    expect(stdout.split('\n').map((line) => line.replace(/ +/, ' '))).toEqual([
      'event_id evt/1',
      'effect skipped',
      'order.stage WAITING',
      'order.done Task T-1',
      'order.done Pick P-1',
      'order.open none',
      'order.picks.1.id a',
      '',
    ]);
    expect(told).toEqual([['evt/1', 'wms', { dry_run: true, force: false }]]);
    await run(['events', 'replay', 'evt/1', '--force']);
    expect(told[1]).toEqual(['evt/1', undefined, { dry_run: false, force: true }]);
  });

  test('of many dead letters are followed to their end; what could not be sent is a failure', async () => {
    const told: unknown[] = [];
    let looks = 0;
    const job = { replay_id: 'rpl_1', status: 'running', total: 4, sent: 0, failed: 0, skipped: 0 };
    const run = await open((app) =>
      app
        .post('/api/v1/dead-letters/replay', async (c) => {
          told.push(await c.req.json());
          return c.json(job, 202);
        })
        .get('/api/v1/dead-letters/replays/:id', (c) => {
          looks += 1;
          if (looks < 3) return c.json({ ...job, sent: looks });
          return c.json({ ...job, status: 'done', sent: 3, failed: 1 });
        }),
    );
    const { end, stdout, stderr } = await run(['dlq', 'replay', '--cause', 'wms 503'], {
      tty: true,
    });
    expect(end).toBe(1);
    expect(told).toEqual([{ filter: { cause: 'wms 503' }, dry_run: false }]);
    expect(stdout).toMatch(/^failed +1$/m);
    expect(stderr).toContain('0/4');
    const begun = await run(['dlq', 'replay', '--all', '--rate', '2.5', '--no-wait', '--json']);
    expect([begun.end, begun.json()[0].status]).toEqual([0, 'running']);
    expect(told.at(-1)).toEqual({ filter: { all: true }, dry_run: false, rate_per_s: 2.5 });
  });

  test('of dead letters with --dry-run show what the server says', async () => {
    const run = await open((app) =>
      app.post('/api/v1/dead-letters/replay', async (c) =>
        c.json({ ...(await c.req.json<object>()), would_replay: 9 }),
      ),
    );
    const { end, json } = await run(['dlq', 'replay', '--order', 'ORD-1', '--dry-run', '--json']);
    expect(end).toBe(0);
    expect(json()).toEqual([{ filter: { order_id: 'ORD-1' }, dry_run: true, would_replay: 9 }]);
  });

  test('of one with --dry-run are not asked of a server that would replay it', async () => {
    const told: string[] = [];
    const run = await open((app) =>
      app.post('/api/v1/dead-letters/:id/replay', (c) => {
        told.push(c.req.param('id'));
        return c.json({ id: 'd', order_id: 'o', status: 'replaying' }, 202);
      }),
    );
    const { end, stderr, json } = await run(['dlq', 'replay', 'd', '--dry-run', '--json']);
    expect(end).toBe(4);
    expect(stderr).toContain('nothing was sent');
    expect(json()).toMatchObject([{ error: { code: 'not-supported' } }]);
    expect(told).toEqual([]);
    expect((await run(['dlq', 'replay', 'd'])).end).toBe(0);
    expect(told).toEqual(['d']);
  });

  test('the causes come as the server ranks them', async () => {
    const group = { kind: 'command', connection: 'wms', cause: 'wms 503', count: 9 };
    const more = { orders_blocked: 4, oldest_at: '2026-01-17T14:00:00Z', last_error: 'HTTP 503' };
    const answer = {
      items: [{ ...group, ...more }],
      next: null,
      orders_blocked: 4,
      truncated: true,
    };
    const run = await open((app) => app.get('/api/v1/dead-letters/groups', (c) => c.json(answer)));
    const { end, stdout, stderr } = await run(['dlq', 'list', '--groups']);
    expect(end).toBe(0);
    expect(stdout).toMatch(/^wms 503 +wms +command +9 +4 +2026-01-17T14:00:00Z +HTTP 503$/m);
    expect(stderr).toContain('more open dead letters');
    expect((await run(['dlq', 'list', '--groups', '--json'])).json()).toEqual([answer]);
  });

  test('a discard tells its reason', async () => {
    const run = await open((app) =>
      app.post('/api/v1/dead-letters/:id/discard', async (c) => c.json(await c.req.json<object>())),
    );
    const { json } = await run(['dlq', 'discard', 'DL-1', '--reason', 'sent by hand', '--json']);
    expect(json()).toEqual([{ reason: 'sent by hand' }]);
  });
});
