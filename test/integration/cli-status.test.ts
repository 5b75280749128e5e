import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Hono } from 'hono';
import { describe, expect, onTestFinished, test } from 'vitest';
import { API_KEY, openApiStage } from '../support/api-stage.ts';
import { addDeadLetter, shelve, temporaryFolder } from '../support/books-shelf.ts';
import { crossdock, dataDirOf, serve } from '../support/cli-stage.ts';

/** An instance of which every process answers: the real api, and stand-ins for the others. */
async function openInstance(changes: { pids?: Record<string, number> } = {}) {
  const api = openApiStage();
  const main = await serve(api.app);
  const other = await serve(new Hono().get('/health/live', (c) => c.json({ status: 'ok' })));
  const temporal = createServer().listen(0, '127.0.0.1');
  await once(temporal, 'listening');
  onTestFinished(() => void temporal.close());
  const address = temporal.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const names = ['api', 'worker', 'wms', 'crm', 'tasks', 'temporal'];
  const dataDir = dataDirOf({
    api: main.url,
    apiKey: API_KEY,
    urls: { wms: other.url, crm: other.url, tasks: other.url },
    pids: { ...Object.fromEntries(names.map((name) => [name, process.pid])), ...changes.pids },
    temporalAddress: `127.0.0.1:${port}`,
  });
  return { api, dataDir, main, other, temporal };
}

/** The id of a process that has ended. */
async function goneProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('status', () => {
  test('tells every process, what waits, the orders by stage and the dead letters', async () => {
    const { api, dataDir, main } = await openInstance();
    shelve(api.books, [{ orderId: 'A' }, { orderId: 'B' }, { orderId: 'C', stage: 'WAITING' }]);
    addDeadLetter(api.books, { id: 'DL-1', orderId: 'A' });
    Object.assign(api.readings, { backlog: 7, oldestAgeMs: 90_000, drainSeconds: 3 });
    const { end, stdout } = await crossdock(['status', '--data-dir', dataDir]);
    expect(end).toBe(0);
    for (const name of ['api', 'worker', 'wms', 'crm', 'tasks', 'temporal']) {
      expect(stdout).toMatch(new RegExp(`^${name} +up `, 'm'));
    }
    expect(stdout).toContain('7 events wait, the oldest for 2 min, empty in about 3.0 s');
    expect(stdout).toContain('FULFILLING 2, WAITING 1');
    expect(stdout).toContain('1 open: crossdock dlq list');
    expect(stdout).toContain(API_KEY);
    const [report] = (await crossdock(['status', '--json', '--data-dir', dataDir])).json();
    expect(report).toMatchObject({
      ok: true,
      running: true,
      data_dir: dataDir,
      urls: { api: main.url },
      health: 'ready',
      inbox: { backlog: 7, oldest_age_ms: 90_000, drain_seconds: 3, writable: true },
      temporal: { status: 'ok', away_ms: null },
      orders: { FULFILLING: 2, WAITING: 1, FULFILLED: 0 },
      dead_letters_open: 1,
      secrets: { api_key: API_KEY, webhooks: { crm: 'secret-crm' } },
    });
    expect(report.processes[0]).toEqual({
      name: 'api',
      up: true,
      pid: process.pid,
      url: main.url,
      detail: null,
    });
  });

  test('names what is down, and why: 1', async () => {
    const gone = await goneProcess();
    const { dataDir, temporal } = await openInstance({ pids: { worker: gone } });
    temporal.close();
    const { end, stdout } = await crossdock(['status', '--data-dir', dataDir]);
    expect(end).toBe(1);
    expect(stdout).toMatch(new RegExp(`^worker +DOWN .*process ${gone} is gone$`, 'm'));
    expect(stdout).toMatch(/^temporal +DOWN .*ECONNREFUSED/m);
    expect(stdout).toMatch(/^wms +up/m);
  });

  test('still tells the rest when the api is away: 1', async () => {
    const { dataDir, main } = await openInstance();
    await main.stop();
    const { end, json } = await crossdock(['status', '--json', '--data-dir', dataDir]);
    expect(end).toBe(1);
    expect(json()).toMatchObject([{ ok: false, running: true, inbox: null, orders: null }]);
  });

  test('is not content with an api that refuses webhooks: 1', async () => {
    const { api, dataDir } = await openInstance();
    api.readings.writable = false;
    const { end, stdout } = await crossdock(['status', '--data-dir', dataDir]);
    expect(end).toBe(1);
    expect(stdout).toContain('CANNOT BE WRITTEN');
  });

  test('knows a run.json that a killed run left behind: 3', async () => {
    const gone = await goneProcess();
    const left = { api: gone, worker: gone, wms: gone, crm: gone, tasks: gone };
    const { dataDir, main } = await openInstance({ pids: left });
    await main.stop();
    const { end, stderr } = await crossdock(['status', '--data-dir', dataDir]);
    expect(end).toBe(3);
    expect(stderr).toContain('left from a run that was killed');
  });

  test('of another machine sees the api', async () => {
    const { main } = await openInstance();
    const argv = ['status', '--json', '--url', main.url];
    const { end, json } = await crossdock(argv);
    expect(end).toBe(0);
    expect(json()).toMatchObject([{ data_dir: null, processes: [{ name: 'api', up: true }] }]);
    await main.stop();
    expect((await crossdock(argv)).end).toBe(3);
  });

  test('--env prints what a shell can eval, without what would mislead a later start', async () => {
    const { dataDir, main } = await openInstance();
    const { end, stdout } = await crossdock(['status', '--env', '--data-dir', dataDir]);
    expect(end).toBe(0);
    const child = spawn('sh', ['-c', `${stdout}\nenv`], {
      env: {},
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let env = '';
    child.stdout.on('data', (chunk: Buffer) => (env += chunk.toString()));
    await once(child, 'close');
    const variables = Object.fromEntries(
      env
        .trim()
        .split('\n')
        .map((line) => line.split(/=(.*)/s).slice(0, 2)),
    ) as Record<string, string>;
    expect(variables).toMatchObject({
      CROSSDOCK_API_URL: main.url,
      CROSSDOCK_API_KEY: API_KEY,
      CROSSDOCK_WEBHOOK_SECRET_WMS: 'secret-wms',
    });
    expect(stdout).not.toContain('TEMPORAL_ADDRESS');
    const again = await crossdock(['status', '--env', '--json'], { env: variables });
    expect(again.json()[0]).toEqual(
      Object.fromEntries(
        Object.entries(variables).filter(([name]) => name.startsWith('CROSSDOCK_')),
      ),
    );
  });
});

describe('doctor', () => {
  const tools = { PATH: '/bin:/usr/bin', HOME: '/nowhere', CROSSDOCK_CLI_CALL_TIMEOUT_MS: '2000' };
  const named = (json: unknown[], name: string) =>
    (json[0] as { checks: { check: string }[] }).checks.find(({ check }) => check === name);

  test('before a start looks at what a start needs', async () => {
    const dataDir = join(temporaryFolder(), 'new');
    const env = { ...tools, TEMPORAL_ADDRESS: '127.0.0.1:1' };
    const { end, json, stdout } = await crossdock(['doctor', '--json', '--data-dir', dataDir], {
      env,
    });
    expect(stdout.split('\n')).toHaveLength(2);
    expect(end).toBe(1);
    for (const name of ['node', 'sqlite', 'settings', 'data-dir', 'disk', 'fsync']) {
      expect(named(json(), name)).toMatchObject({ status: 'ok', detail: expect.any(String) });
    }
    expect(named(json(), 'api')).toMatchObject({ status: 'skipped' });
    expect(named(json(), 'temporal')).toMatchObject({
      status: 'failed',
      remedy: expect.stringContaining('TEMPORAL_ADDRESS'),
    });
  });

  test('of a running instance looks at its processes, its key and its secrets', async () => {
    const { api, dataDir } = await openInstance();
    const env = {
      ...tools,
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      CROSSDOCK_DOCTOR_CLOCK_SKEW_MAX_MS: '5000',
    };
    const healthy = await crossdock(['doctor', '--json', '--data-dir', dataDir], { env });
    for (const name of ['secrets', 'processes', 'api', 'api-key', 'clock']) {
      expect(named(healthy.json(), name)).toMatchObject({ status: 'ok' });
    }
    expect(named(healthy.json(), 'ports')).toMatchObject({ status: 'skipped' });
    chmodSync(join(dataDir, 'run.json'), 0o644);
    api.readings.writable = false;
    const argv = ['doctor', '--data-dir', dataDir, '--api-key', 'wrong'];
    const ill = await crossdock([...argv, '--json'], { env });
    expect(ill.end).toBe(1);
    expect(named(ill.json(), 'secrets')).toMatchObject({
      remedy: expect.stringContaining('chmod 600'),
    });
    expect(named(ill.json(), 'api')).toMatchObject({ remedy: expect.stringContaining('disk') });
    expect(named(ill.json(), 'api-key')).toMatchObject({
      remedy: expect.stringContaining('--api-key'),
    });
    const words = await crossdock(argv, { env });
    expect(words.stdout).toMatch(/^failed +secrets/m);
    expect(words.stdout).toMatch(/^ +-> chmod 600/m);
    expect(words.stderr).toMatch(/\d to repair/);
  });

  test('names a process that is down, a full backlog and a server that is not Crossdock', async () => {
    const gone = await goneProcess();
    const { api, dataDir } = await openInstance({ pids: { worker: gone } });
    api.readings.backlog = 1000;
    const env = { ...tools, TEMPORAL_ADDRESS: '127.0.0.1:1' };
    const { json } = await crossdock(['doctor', '--json', '--data-dir', dataDir], { env });
    expect(named(json(), 'processes')).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('worker'),
      remedy: expect.stringContaining('log'),
    });
    expect(named(json(), 'api')).toMatchObject({ remedy: expect.stringContaining('worker') });
    const { url } = await serve(new Hono().all('*', (c) => c.text('hello')));
    const other = await crossdock(['doctor', '--json', '--url', url], { env });
    expect(named(other.json(), 'api')).toMatchObject({ remedy: expect.stringContaining('proxy') });
  });

  test('names every variable that is not valid', async () => {
    const env = { ...tools, CROSSDOCK_API_PORT: 'x', CROSSDOCK_TIME_SCALE: '-1' };
    const dataDir = temporaryFolder();
    const { end, json } = await crossdock(['doctor', '--json', '--data-dir', dataDir], { env });
    expect(end).toBe(1);
    expect(named(json(), 'settings')).toMatchObject({
      status: 'failed',
      detail: expect.stringMatching(/CROSSDOCK_TIME_SCALE.*CROSSDOCK_API_PORT/),
      remedy: expect.stringContaining('unset'),
    });
  });
});
