import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Sent } from '../../src/cli/trigger/send.ts';
import { crossdock, dataDirOf, serve, type CliOptions } from '../support/cli-stage.ts';
import { hexHmac } from '../support/signed.ts';
import { SECRETS, startWebhooks, type WebhooksServer } from '../support/signed-webhooks-server.ts';
import { viewOf } from '../support/books-shelf.ts';

describe('at the real webhooks', () => {
  let server: WebhooksServer;
  let dataDir: string;

  beforeEach(async () => {
    server = await startWebhooks();
    dataDir = dataDirOf({ api: server.url, apiKey: 'key', webhooks: SECRETS });
  });
  afterEach(() => server.close());

  const trigger = async (argv: string[], options: CliOptions = {}) => {
    const run = await crossdock(['trigger', ...argv, '--data-dir', dataDir], options);
    return { ...run, sent: () => run.json() as Sent[] };
  };

  test('an order is signed, taken, and shown with its link and how long it took', async () => {
    const { end, sent, stderr } = await trigger(['order.created', '--json']);
    expect(end).toBe(0);
    expect(stderr).toBe('');
    const [one] = sent();
    expect(sent()).toEqual([
      {
        event_id: expect.stringMatching(/^evt_/),
        event_type: 'ORDER.CREATED',
        order_id: expect.stringMatching(/^ORD-\d{8}-/),
        status: 'accepted',
        http_status: 202,
        ack_ms: expect.any(Number),
        link: `${server.url}/api/v1/events/${one?.event_id}?connection=crm`,
        detail: null,
      },
    ]);
    const stored = await server.store.get('crm', one?.event_id ?? '');
    expect(stored).toMatchObject({ eventType: 'ORDER.CREATED', lane: `crm/${one?.order_id}` });
  });

  test.each(['order.updated', 'order.cancelled', 'pick.partial', 'pick.completed', 'task.created'])(
    '%s is taken as well, and about the order of the template pack',
    async (type) => {
      const { end, sent, stderr } = await trigger([type, '--json']);
      expect(end).toBe(0);
      expect(sent()).toMatchObject([{ status: 'accepted', order_id: 'ORD-20260117-001' }]);
      expect(stderr).toContain('no --order given');
    },
  );

  test('a person reads one line and the link', async () => {
    const { stdout } = await trigger(['order.created', '--order', 'ORD-7']);
    expect(stdout).toMatch(
      /^evt_\S+ ORDER\.CREATED for ORD-7: accepted \(202\) in [\d.]+ ms\n {2}http/,
    );
  });

  test('a duplicate is the same bytes again, known by its id', async () => {
    const { end, sent } = await trigger(['order.created', '--duplicate', '--json']);
    expect(end).toBe(0);
    const [first, second] = sent();
    expect([first?.status, second?.status]).toEqual(['accepted', 'duplicate']);
    expect(second?.event_id).toBe(first?.event_id);
    expect(await server.store.backlog()).toMatchObject({ count: 1 });
  });

  test('a bad signature is refused: 5', async () => {
    const { end, sent } = await trigger(['order.created', '--bad-signature', '--json']);
    expect(end).toBe(5);
    expect(sent()).toMatchObject([{ status: 'refused', http_status: 401, link: null }]);
    expect(await server.store.backlog()).toMatchObject({ count: 0 });
  });

  test('a body that does not fit names its fields', async () => {
    const { end, stdout } = await trigger(['order.created', '--set', 'items.0.qty=many']);
    expect(end).toBe(5);
    expect(stdout).toContain('/payload/items/0/qty');
  });

  test('a stale event is refused by its time', async () => {
    const set = ['--set', 'timestamp=2020-01-01T00:00:00Z'];
    const { end } = await trigger(['order.created', ...set]);
    expect(end).toBe(5);
  });

  test('many are all sent, each its own event and order, and summed up', async () => {
    const argv = ['order.created', '--count', '120', '--set', 'order_id=LOAD-{n}'];
    const { end, sent, stderr } = await trigger([...argv, '--json']);
    expect(end).toBe(0);
    expect(new Set(sent().map((one) => one.event_id)).size).toBe(120);
    expect(new Set(sent().map((one) => one.order_id)).size).toBe(120);
    expect(stderr).toContain('120 sent');
    expect(stderr).toContain('120 accepted');
    expect(await server.store.backlog()).toMatchObject({ count: 120 });
  });

  test('many show a bar in a terminal, and only what failed gets a line', async () => {
    const { stdout, stderr } = await trigger(['order.created', '--count', '50'], { tty: true });
    expect(stdout).toBe('');
    expect(stderr).toContain('[########################] 50/50 100%');
  });

  test('a rate is kept', async () => {
    const startedAt = performance.now();
    await trigger(['order.created', '--count', '11', '--rate', '50']);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(195);
  });

  test('an interruption ends it with what was sent so far: 1', async () => {
    const controller = new AbortController();
    const onLine = () => controller.abort();
    const argv = ['order.created', '--count', '1000', '--rate', '20', '--json'];
    const { end, stderr } = await trigger(argv, { signal: controller.signal, onLine });
    expect(end).toBe(1);
    expect(stderr).toContain('of 1000 were sent');
  });

  test('without a run.json the secret comes from the environment, or is asked for', async () => {
    const argv = ['trigger', 'order.created', '--url', server.url];
    const cwd = '/nowhere';
    const env = { CROSSDOCK_WEBHOOK_SECRET_CRM: SECRETS.crm };
    expect((await crossdock(argv, { env, cwd })).end).toBe(0);
    const asked = await crossdock(argv, { cwd });
    expect(asked.end).toBe(2);
    expect(asked.stderr).toContain('CROSSDOCK_WEBHOOK_SECRET_CRM');
  });
});

test('nobody there: 3, and the others are not tried', async () => {
  const { url, stop } = await serve(new Hono());
  await stop();
  const dataDir = dataDirOf({ api: url, apiKey: 'key' });
  const argv = ['trigger', 'order.created', '--count', '50', '--json', '--data-dir', dataDir];
  const { end, json } = await crossdock(argv);
  expect(end).toBe(3);
  expect(json()).toMatchObject([{ status: 'unreachable', http_status: null }]);
});

test('a server that breaks: 1, also when others were taken', async () => {
  let calls = 0;
  const app = new Hono().post('/webhooks/:name', (c) => {
    calls += 1;
    if (calls % 2 === 0) return c.text('oh no', 500);
    return c.json({ duplicate: false, links: { status: '/x' } }, 202);
  });
  const { url } = await serve(app);
  const dataDir = dataDirOf({ api: url, apiKey: 'key' });
  const { end } = await crossdock([
    'trigger',
    'order.created',
    '--count',
    '4',
    '--data-dir',
    dataDir,
  ]);
  expect(end).toBe(1);
});

describe('about an order that Crossdock knows', () => {
  const LINE = {
    line_id: 'ORD-7-1',
    sku: 'SKU-111',
    requested: 3,
    allocated: 2,
    picked: 1,
    shipped: 0,
    short: 0,
    cancelled: 0,
  };

  async function received(argv: string[], picks: unknown[]): Promise<Record<string, unknown>> {
    let body = '';
    let signature: string | undefined;
    const app = new Hono()
      .get('/api/v1/orders/ORD-7', (c) =>
        c.json({
          ...viewOf({ orderId: 'ORD-7', taskId: 'T-7' }),
          picks,
          timeline: [],
        }),
      )
      .get('/api/v1/picks/PICK-7', (c) => c.json({ sequence: 4 }))
      .post('/webhooks/:name', async (c) => {
        body = await c.req.text();
        signature = c.req.header('x-signature');
        return c.json({ duplicate: false, links: { status: '/x' } }, 202);
      });
    const { url } = await serve(app);
    const dataDir = dataDirOf({ api: url, apiKey: 'key', urls: { wms: url } });
    const run = await crossdock(['trigger', ...argv, '--order', 'ORD-7', '--data-dir', dataDir]);
    expect(run.end).toBe(0);
    const kind = argv[0]?.startsWith('pick')
      ? 'wms'
      : argv[0]?.startsWith('task')
        ? 'tasks'
        : 'crm';
    expect(signature).toBe(hexHmac(`secret-${kind}`, body));
    const envelope = JSON.parse(body) as { payload: Record<string, unknown> };
    return envelope.payload;
  }

  const OPEN = { pick_id: 'PICK-7', reference: 'pick:ORD-7:1:1', status: 'PARTIAL', lines: [LINE] };
  const OVER = { ...OPEN, pick_id: 'PICK-6', status: 'COMPLETED' };

  test('a pick is completed with what is left of it, next in its sequence', async () => {
    expect(await received(['pick.completed'], [OPEN, OVER])).toMatchObject({
      pick_id: 'PICK-7',
      reference: 'pick:ORD-7:1:1',
      order_id: 'ORD-7',
      status: 'COMPLETED',
      sequence: 5,
      lines: [{ line_id: 'ORD-7-1', sku: 'SKU-111', delta: 2, cumulative: 3, short: 0 }],
    });
  });

  test('a partial pick takes one unit, a cancelled one what is left', async () => {
    expect(await received(['pick.partial'], [OPEN])).toMatchObject({
      lines: [{ delta: 1, cumulative: 2 }],
    });
    expect(await received(['pick.cancelled'], [OPEN])).toMatchObject({
      status: 'CANCELLED',
      lines: [{ delta: 0, cumulative: 1, cancelled: 2 }],
    });
  });

  test('an update is the order as it is but for what --set changes', async () => {
    const payload = await received(['order.updated', '--set', 'items.0.qty=9'], []);
    expect(payload).toMatchObject({
      order_id: 'ORD-7',
      customer: { account_priority: 'gold' },
      items: [{ line_id: 'ORD-7-1', sku: 'SKU-111', qty: 9 }],
    });
    expect(payload).not.toHaveProperty('version');
  });

  test('a task event names its task', async () => {
    expect(await received(['task.completed'], [])).toMatchObject({
      task_id: 'T-7',
      status: 'COMPLETED',
      external_ref: { type: 'order', id: 'ORD-7' },
    });
  });
});

test('an event id that cannot travel in a header is a usage error', async () => {
  const { url } = await serve(new Hono());
  const dataDir = dataDirOf({ api: url, apiKey: 'key' });
  const argv = ['trigger', 'order.created', '--data-dir', dataDir, '--set'];
  expect((await crossdock([...argv, 'event_id=a b'])).end).toBe(2);
  expect((await crossdock([...argv, 'event_id=7'])).end).toBe(2);
});
