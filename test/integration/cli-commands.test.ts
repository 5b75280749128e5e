import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { API_KEY, newEvent, openApiStage, settle, type ApiStage } from '../support/api-stage.ts';
import { addDeadLetter, shelve, temporaryFolder } from '../support/books-shelf.ts';
import { crossdock, dataDirOf, serve, type CliRun } from '../support/cli-stage.ts';

interface Stage {
  api: ApiStage;
  url: string;
  dataDir: string;
  run(...argv: string[]): Promise<CliRun>;
}

/** The real operators' API over HTTP, and a data directory that leads to it. */
async function open(): Promise<Stage> {
  const api = openApiStage();
  const { url } = await serve(api.app);
  const dataDir = dataDirOf({ api: url, apiKey: API_KEY });
  return { api, url, dataDir, run: (...argv) => crossdock([...argv, '--data-dir', dataDir]) };
}

function orders(count: number) {
  return Array.from({ length: count }, (_, n) => ({ orderId: `ORD-${n}` }));
}

describe('orders', () => {
  test('lists them as a table, and as the API has them with --json', async () => {
    const { api, run } = await open();
    shelve(api.books, [{ orderId: 'ORD-1' }, { orderId: 'ORD-2', stage: 'NEEDS_ACTION' }]);
    const table = await run('orders', 'list');
    expect(table.end).toBe(0);
    expect(table.stdout.split('\n')[0]).toMatch(/^ORDER +FROM +STAGE +HEADLINE/);
    expect(table.stdout).toMatch(/^ORD-2 +crm +NEEDS_ACTION +ALLOCATED/m);
    const listed = await run('orders', 'list', '--needs-action', '--json');
    const [page] = listed.json();
    const answer = await api.get('/api/v1/orders?needs_action=true');
    expect(page).toEqual(await answer.json());
    expect(page.items).toHaveLength(1);
    expect(listed.stderr).toBe('');
  });

  test('pages on until there are as many as were asked for', async () => {
    const { api, run } = await open();
    shelve(api.books, orders(450));
    const [all] = (await run('orders', 'list', '--limit', '1000', '--json')).json();
    expect(all.items).toHaveLength(450);
    expect(all.next).toBeNull();
    const [first] = (await run('orders', 'list', '--limit', '301', '--json')).json();
    expect(first.items).toHaveLength(301);
    const rest = await run('orders', 'list', '--limit', '500', '--cursor', first.next, '--json');
    const ids = [...first.items, ...rest.json()[0].items].map(
      ({ order_id: id }: { order_id: string }) => id,
    );
    expect(new Set(ids).size).toBe(450);
    const some = await run('orders', 'list');
    expect(some.stderr).toContain('there are more: --cursor ');
  });

  test('an empty list says how to fill it', async () => {
    const { run } = await open();
    const { end, stdout, stderr } = await run('orders', 'list');
    expect([end, stdout]).toEqual([0, '']);
    expect(stderr).toContain('crossdock trigger order.created');
  });

  test('shows one: its lines, its picks and what it waits for', async () => {
    const { api, run } = await open();
    shelve(api.books, [{ orderId: 'ORD 1/ä', taskId: 'T-1' }]);
    const { end, stdout } = await run('orders', 'show', 'ORD 1/ä');
    expect(end).toBe(0);
    expect(stdout).toMatch(/^waits for +Stock of SKU-111$/m);
    expect(stdout).toMatch(/^task +T-1 OPEN$/m);
    expect(stdout).toMatch(/SKU-111 +3 +0 +0 +2 +0 +0 +1 +0$/m);
    const shown = await run('orders', 'show', 'ORD 1/ä', '--json');
    expect(shown.json()).toMatchObject([{ order_id: 'ORD 1/ä', stage: 'FULFILLING' }]);
  });

  test('that nobody knows ends with 4, and with the problem in --json', async () => {
    const { run } = await open();
    const { end, json, stderr } = await run('orders', 'show', 'ORD-9', '--json');
    expect(end).toBe(4);
    expect(stderr).toContain('No order ORD-9 is known');
    expect(json()).toEqual([
      {
        error: {
          code: 'not-found',
          exit: 4,
          message: expect.stringContaining('404'),
          problem: expect.objectContaining({ status: 404, instance: expect.any(String) }),
        },
      },
    ]);
  });

  test('with a filter that the server does not take end with 5 and its words', async () => {
    const { run } = await open();
    const { end, stderr } = await run('orders', 'list', '--stage', 'bogus');
    expect(end).toBe(5);
    expect(stderr).toContain('/stage');
  });
});

describe('events', () => {
  test('lists and shows what was received', async () => {
    const { api, run } = await open();
    await api.inbox.append([newEvent({ eventId: 'evt_1' })]);
    await api.inbox.append([newEvent({ eventId: 'evt_2', lane: 'crm/ORD-2' })]);
    await settle(api.inbox, ['evt_1'], 'late');
    const [late] = (await run('events', 'list', '--status', 'LATE', '--json')).json();
    expect(late.items).toMatchObject([{ event_id: 'evt_1', status: 'late' }]);
    const table = await run('events', 'list', '--order', 'ORD-2');
    expect(table.stdout).toMatch(/evt_2 +ORDER.CREATED +crm +ORD-2 +accepted +1x$/m);
    expect(table.stdout).not.toContain('evt_1');
    const shown = await run('events', 'show', 'evt_1');
    expect(shown.stdout).toMatch(/^status +late$/m);
    expect(shown.stdout).toMatch(/^result.order_id +ORD-1$/m);
    expect((await run('events', 'show', 'evt_9')).end).toBe(4);
  });
});

describe('dead letters', () => {
  test('are listed by cause, the one that holds up most first', async () => {
    const { api, run } = await open();
    shelve(api.books, orders(3));
    addDeadLetter(api.books, { id: 'DL-0', orderId: 'ORD-0', cause: 'wms 400' });
    addDeadLetter(api.books, { id: 'DL-1', orderId: 'ORD-1', cause: 'wms 503' });
    addDeadLetter(api.books, { id: 'DL-2', orderId: 'ORD-2', cause: 'wms 503' });
    const { stdout } = await run('dlq', 'list');
    const headings = stdout.split('\n').filter((line) => line.startsWith('wms'));
    expect(headings).toEqual(['wms 503: 2 of 2 orders', 'wms 400: 1 of 1 order']);
    const [page] = (await run('dlq', 'list', '--cause', 'wms 400', '--json')).json();
    expect(page.items).toMatchObject([{ id: 'DL-0' }]);
    const shown = await run('dlq', 'show', 'DL-2');
    expect(shown.stdout).toMatch(/^last_error +HTTP 503$/m);
    expect((await run('dlq', 'show', 'DL-9')).end).toBe(4);
  });

  test('are replayed one by one; what is resolved is refused', async () => {
    const { api, run } = await open();
    shelve(api.books, orders(2));
    addDeadLetter(api.books, { id: 'DL-0', orderId: 'ORD-0' });
    addDeadLetter(api.books, { id: 'DL-1', orderId: 'ORD-1', status: 'replayed' });
    const dry = await run('dlq', 'replay', 'DL-0', '--dry-run', '--json');
    expect(dry.json()).toMatchObject([{ dry_run: true, id: 'DL-0', order_id: 'ORD-0' }]);
    expect(dry.json()[0].what_would_happen).toContain('POST /picks goes to wms again');
    expect(api.sent).toEqual([]);
    const done = await run('dlq', 'replay', 'DL-0', '--json');
    expect(done.json()).toMatchObject([{ id: 'DL-0', order_id: 'ORD-0', status: 'replaying' }]);
    expect(api.sent).toHaveLength(1);
    expect((await run('dlq', 'replay', 'DL-1')).end).toBe(5);
    expect((await run('dlq', 'replay', 'DL-1', '--dry-run')).end).toBe(5);
    expect((await run('dlq', 'replay', 'DL-9', '--dry-run')).end).toBe(4);
    expect(api.sent).toHaveLength(1);
    api.temporal.state = 'away';
    expect((await run('dlq', 'replay', 'DL-0')).end).toBe(1);
  });
});

describe('which instance', () => {
  test('none: 3, with what to do', async () => {
    const dataDir = temporaryFolder();
    const { end, stderr, stdout } = await crossdock(['orders', 'list', '--data-dir', dataDir]);
    expect([end, stdout]).toEqual([3, '']);
    expect(stderr).toContain(`not running on ${dataDir}`);
    expect(stderr).toContain('npm start');
  });

  test('one that does not answer: 3', async () => {
    const { url, stop } = await serve(new Hono());
    const dataDir = dataDirOf({ api: url, apiKey: 'k' });
    await stop();
    const { end, json } = await crossdock(['orders', 'list', '--data-dir', dataDir, '--json']);
    expect(end).toBe(3);
    expect(json()).toMatchObject([{ error: { code: 'unreachable', exit: 3 } }]);
  });

  test('one that hangs: 3, once the time is over', async () => {
    const app = new Hono().all('*', () => new Promise<Response>(() => undefined));
    const { url } = await serve(app);
    const env = { CROSSDOCK_CLI_CALL_TIMEOUT_MS: '50' };
    const run = await crossdock(['orders', 'list', '--url', url, '--api-key', 'k'], { env });
    expect(run.end).toBe(3);
    expect(run.stderr).toContain('no answer within 50 ms');
  });

  test('one that breaks: 1', async () => {
    const { url } = await serve(new Hono().all('*', (c) => c.text('<h1>oh no', 500)));
    const run = await crossdock(['orders', 'list', '--url', url, '--api-key', 'k']);
    expect(run.end).toBe(1);
    expect(run.stderr).toContain('answered 500');
  });

  test('another server at that address: 1, and not a stack trace', async () => {
    const { url } = await serve(new Hono().all('*', (c) => c.json({ hello: 'world' })));
    const run = await crossdock(['orders', 'list', '--url', url, '--api-key', 'k']);
    expect(run.end).toBe(1);
    expect(run.stderr).toContain('is not understood');
  });

  test('one that refuses the key: 5', async () => {
    const { run } = await open();
    const { end, stderr } = await run('orders', 'list', '--api-key', 'wrong');
    expect(end).toBe(5);
    expect(stderr).toContain('401');
  });

  test('a flag wins over the environment, and an address over a data directory', async () => {
    const [mine, other] = [await open(), await open()];
    shelve(mine.api.books, [{ orderId: 'MINE' }]);
    shelve(other.api.books, [{ orderId: 'OTHER' }]);
    const seen = async (argv: string[], env: Record<string, string>, cwd = '/nowhere') => {
      const run = await crossdock(['orders', 'list', '--json', ...argv], { env, cwd });
      return run.json()[0].items?.[0].order_id;
    };
    const apiEnv = { CROSSDOCK_API_URL: other.url, CROSSDOCK_API_KEY: API_KEY };
    expect(await seen([], { CROSSDOCK_DATA_DIR: mine.dataDir })).toBe('MINE');
    expect(await seen([], { ...apiEnv, CROSSDOCK_DATA_DIR: mine.dataDir })).toBe('OTHER');
    expect(await seen(['--data-dir', mine.dataDir], apiEnv)).toBe('MINE');
    expect(await seen(['--url', `${mine.url}/`, '--api-key', API_KEY], apiEnv)).toBe('MINE');
    expect(await seen(['--data-dir', '.'], {}, mine.dataDir)).toBe('MINE');
  });

  test('one in .crossdock here, and its key for its address', async () => {
    const { api, url } = await open();
    shelve(api.books, [{ orderId: 'HERE' }]);
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, '.crossdock'));
    const dataDir = dataDirOf({ api: url, apiKey: API_KEY });
    writeFileSync(join(cwd, '.crossdock', 'run.json'), readFileSync(join(dataDir, 'run.json')));
    expect((await crossdock(['orders', 'list'], { cwd })).stdout).toContain('HERE');
    expect((await crossdock(['orders', 'list', '--url', url], { cwd })).stdout).toContain('HERE');
  });

  test('a run.json that is broken says so', async () => {
    const dataDir = temporaryFolder();
    writeFileSync(join(dataDir, 'run.json'), '{"ready":');
    const { end, stderr } = await crossdock(['orders', 'list', '--data-dir', dataDir]);
    expect(end).toBe(1);
    expect(stderr).toContain('run.json cannot be read');
  });
});
