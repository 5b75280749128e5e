import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { processEnv } from '../../src/config/env.ts';
import { eventually } from '../support/eventually.ts';
import { startReceiver, type Receiver } from '../support/misbehaving-receiver.ts';
import { callJson, type JsonAnswer } from '../support/sandbox-stage.ts';

let dataDir: string;
let receiver: Receiver;
let child: ChildProcess | undefined;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'crossdock-'));
  receiver = await startReceiver();
});

afterEach(async () => {
  await end('SIGKILL');
  await receiver.close();
  rmSync(dataDir, { recursive: true });
});

/** Starts the real process and answers its address once it says that it is ready. */
async function start(): Promise<string> {
  child = fork('src/crm-sandbox.ts', [], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      ...processEnv(),
      CROSSDOCK_DATA_DIR: dataDir,
      CROSSDOCK_LOG_LEVEL: 'error',
      CROSSDOCK_TIME_SCALE: '0.01',
      CROSSDOCK_CRM_PORT: '0',
      CROSSDOCK_CRM_WEBHOOK_URL: receiver.url,
      CROSSDOCK_WEBHOOK_SECRET_CRM: 'a-secret-of-the-tests',
    },
  });
  const [message] = (await once(child, 'message')) as [{ type: string; port: number }];
  expect(message.type).toBe('ready');
  return `http://127.0.0.1:${message.port}`;
}

async function end(signal: NodeJS.Signals): Promise<number | null> {
  const running = child;
  child = undefined;
  if (running === undefined || running.exitCode !== null) return null;
  const exited = once(running, 'exit');
  running.kill(signal);
  const [code] = (await exited) as [number | null];
  return code;
}

const ITEMS = [{ sku: 'SKU-111', qty: 2 }];

function create(base: string, n: number): Promise<JsonAnswer> {
  const body = { order_id: `ORD-${n}`, items: ITEMS };
  return callJson(`${base}/orders`, { method: 'POST', body, key: `key-${n}` });
}

it(
  'a kill -9 under load loses no answered order and no webhook of one',
  { timeout: 60_000 },
  async () => {
    const answered = new Set<string>();
    let n = 0;
    for (let round = 0; round < 3; round += 1) {
      const base = await start();
      const enough = answered.size + 40;
      const calling = Array.from({ length: 8 }, async () => {
        for (;;) {
          n += 1;
          const answer = await create(base, n).catch(() => undefined);
          if (answer === undefined) return;
          expect(answer.status).toBe(201);
          answered.add(answer.body.order_id);
        }
      });
      await eventually(() => answered.size >= enough, 20_000);
      await end('SIGKILL');
      await Promise.all(calling);
    }
    const base = await start();
    const kept = new Set<string>();
    let cursor = '';
    do {
      const { body } = await callJson(`${base}/orders?limit=1000${cursor}`, { method: 'GET' });
      for (const order of body.items) kept.add(order.order_id);
      cursor = body.next === null ? '' : `&cursor=${body.next}`;
    } while (cursor !== '');
    expect([...answered].filter((id) => !kept.has(id))).toEqual([]);
    const webhookIds = () => new Set(receiver.received.map(({ headers }) => headers['x-event-id']));
    await eventually(() => webhookIds().size >= kept.size, 20_000);
    expect(webhookIds()).toEqual(new Set([...kept].map((id) => `evt_crm_${id}_1_created`)));
    const { body: log } = await callJson(`${base}/_sandbox/requests?path=/orders&limit=2000`, {
      method: 'GET',
    });
    const logged = new Set(
      log.items
        .filter((item: { effect: string }) => item.effect === 'created')
        .map((item: { body: { order_id: string } }) => item.body.order_id),
    );
    expect([...answered].filter((id) => !logged.has(id))).toEqual([]);
  },
);

it('drains and ends with 0 when it is asked to stop', { timeout: 30_000 }, async () => {
  const base = await start();
  receiver.script({ status: 202, afterMs: 200 });
  await create(base, 1);
  await eventually(() => receiver.received.length === 1);
  expect(await end('SIGTERM')).toBe(0);
  const again = await start();
  const path = `${again}/_sandbox/webhooks/deliveries`;
  const { body } = await callJson(path, { method: 'GET' });
  expect(body.items).toMatchObject([{ status: 'delivered' }]);
});

it('stops with its supervisor', { timeout: 30_000 }, async () => {
  await start();
  const running = child;
  if (running === undefined) throw new Error('The sandbox did not start.');
  const exited = once(running, 'exit');
  running.disconnect();
  expect((await exited)[0]).toBe(0);
});
