import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { API_KEY, API_SECRETS, startApi, type ApiProcess } from '../support/api-process.ts';
import { envelopeText, templateHeaders } from '../support/signed.ts';

let dataDir: string;
const running: ApiProcess[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'crossdock-api-'));
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((api) => api.end('SIGKILL')));
  await rm(dataDir, { recursive: true });
});

async function start(env: Record<string, string> = {}): Promise<ApiProcess> {
  const api = await startApi({ dataDir, env });
  running.push(api);
  return api;
}

function orderOf(eventId: string): string {
  return envelopeText({
    eventId,
    eventType: 'ORDER.CREATED',
    payload: { order_id: `ORD-${eventId}`, items: [{ sku: 'SKU-111', qty: 2 }] },
  });
}

/** The status, or undefined when the connection was cut. */
async function send(api: ApiProcess, body: string): Promise<number | undefined> {
  try {
    const response = await fetch(`${api.url}/webhooks/orders`, {
      method: 'POST',
      body,
      headers: templateHeaders(API_SECRETS.crm, body),
    });
    await response.text();
    return response.status;
  } catch {
    return undefined;
  }
}

function storedIds(): Set<string> {
  const inbox = new Database(join(dataDir, 'inbox.db'), { readonly: true });
  const ids = inbox.prepare('select event_id from events').pluck().all() as string[];
  expect(inbox.pragma('integrity_check', { simple: true })).toBe('ok');
  inbox.close();
  return new Set(ids);
}

test('serves and acks with Temporal down, says so, and drains on SIGTERM', async () => {
  const api = await start({
    CROSSDOCK_DISPATCH_CALL_TIMEOUT_MS: '300',
    CROSSDOCK_DISPATCH_RETRY_INITIAL_MS: '50',
  });
  expect(await send(api, orderOf('evt_1'))).toBe(202);
  expect(await send(api, orderOf('evt_2'))).toBe(202);
  const readyOf = async () => {
    const response = await fetch(`${api.url}/health/ready`);
    return { status: response.status, body: await response.json() };
  };
  await expect.poll(readyOf, { timeout: 10_000 }).toMatchObject({
    status: 200,
    body: { status: 'degraded', checks: { temporal: { status: 'away' }, backlog: { count: 2 } } },
  });
  const events = await fetch(`${api.url}/api/v1/events`, {
    headers: { authorization: `Bearer ${API_KEY}` },
  });
  expect(await events.json()).toMatchObject({
    items: [
      { event_id: 'evt_2', status: 'accepted', order_id: 'ORD-evt_2' },
      { event_id: 'evt_1', status: 'accepted', order_id: 'ORD-evt_1' },
    ],
  });
  expect(await api.end('SIGTERM')).toBe(0);
  expect(storedIds()).toEqual(new Set(['evt_1', 'evt_2']));
}, 60_000);

test('kill -9 under load, again and again: every 2xx is in the database', async () => {
  const acked = new Set<string>();
  let serial = 0;
  for (let round = 0; round < 3; round += 1) {
    const api = await start();
    let alive = true;
    const senders = Array.from({ length: 16 }, async () => {
      while (alive) {
        serial += 1;
        const id = `evt_${serial}`;
        const status = await send(api, orderOf(id));
        if (status === undefined) return;
        if (status >= 200 && status < 300) acked.add(id);
      }
    });
    const before = acked.size;
    await eventually(() => acked.size >= before + 40, 30_000);
    await api.end('SIGKILL');
    alive = false;
    await Promise.all(senders);
    const stored = storedIds();
    expect([...acked].filter((id) => !stored.has(id))).toEqual([]);
  }
  expect(acked.size).toBeGreaterThan(100);
  const api = await start();
  const [first = ''] = acked;
  const rows = storedIds().size;
  expect(await send(api, orderOf('evt_after'))).toBe(202);
  expect(storedIds().size).toBe(rows + 1);
  expect(storedIds().has(first)).toBe(true);
}, 120_000);

test('without its secrets it does not start, and one message names every one', async () => {
  const refused = startApi({
    dataDir,
    env: { CROSSDOCK_API_KEY: '', CROSSDOCK_WEBHOOK_SECRET_WMS: '' },
  });
  await expect(refused).rejects.toThrow(/CROSSDOCK_API_KEY[\s\S]*CROSSDOCK_WEBHOOK_SECRET_WMS/);
}, 60_000);
