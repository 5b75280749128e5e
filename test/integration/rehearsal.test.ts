import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { errorHandler, notFoundHandler } from '../../src/http/errors.ts';
import { serveApp, type HttpServer } from '../../src/http/serve.ts';
import { createLogger } from '../../src/logger.ts';
import { createRehearsal } from '../../src/rehearsal/rehearsal.ts';
import { defaultRehearsalSettings } from '../../src/rehearsal/settings.ts';
import {
  createTestDatabase,
  createTestDelivery,
  emit,
  type TestDatabase,
} from '../support/delivery-stage.ts';
import { eventually } from '../support/eventually.ts';
import { startReceiver, type Receiver } from '../support/misbehaving-receiver.ts';

let database: TestDatabase;
let server: HttpServer;
let receiver: Receiver;
let effects: string[];
let base: string;

async function start(): Promise<void> {
  const { sqlite } = database;
  const delivery = createTestDelivery({ sqlite, url: receiver.url });
  delivery.start();
  const settings = { ...defaultRehearsalSettings, hangMaxMs: 200, logRowsMax: 100, faultsMax: 3 };
  const rehearsal = createRehearsal({ sqlite, delivery, settings });
  const app = new Hono();
  app.onError(errorHandler(createLogger('test', 'silent')));
  app.notFound(notFoundHandler);
  app.use(bodyLimit({ maxSize: 1000 }));
  app.use(rehearsal.middleware);
  app.route('/_sandbox', rehearsal.routes);
  app.get('/health/live', (c) => c.json({ ok: true }));
  app.post('/things', async (c) => {
    const { id } = await c.req.json<{ id: string }>();
    if (id === 'refused') throw new AppError('conflict', 'no');
    const known = effects.includes(id);
    c.set('effect', known ? 'replayed' : 'created');
    if (!known) effects.push(id);
    return c.json({ id }, known ? 200 : 201);
  });
  app.get('/things', (c) => c.json({ items: effects }));
  app.post('/emit', (c) => c.json({ body: emit(sqlite, delivery, 'evt_1') }));
  server = await serveApp({ app, hostname: '127.0.0.1', port: 0 });
  base = `http://127.0.0.1:${server.port}`;
}

beforeEach(async () => {
  database = createTestDatabase();
  receiver = await startReceiver();
  effects = [];
  await start();
});

afterEach(async () => {
  await server.close(10);
  await receiver.close();
  database.remove();
});

function send(method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(base + path, {
    method,
    headers: { 'content-type': 'application/json', 'idempotency-key': 'key-1' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function fault(input: Record<string, unknown>): Promise<void> {
  const answer = await send('POST', '/_sandbox/faults', {
    method: 'POST',
    path: '/things',
    ...input,
  });
  expect(answer.status).toBe(201);
}

async function logged(query = ''): Promise<Record<string, unknown>[]> {
  const answer = await fetch(`${base}/_sandbox/requests${query}`);
  return ((await answer.json()) as { items: Record<string, unknown>[] }).items;
}

describe('the request log', () => {
  it('holds each call with its key, body, status and effect, oldest first', async () => {
    await send('POST', '/things', { id: 'a' });
    await send('POST', '/things', { id: 'a' });
    await send('POST', '/things', { id: 'refused' });
    await send('GET', '/nowhere');
    expect(await logged()).toMatchObject([
      { method: 'POST', path: '/things', body: { id: 'a' }, status: 201, effect: 'created' },
      { idempotency_key: 'key-1', status: 200, effect: 'replayed' },
      { status: 409, effect: 'none' },
      { method: 'GET', path: '/nowhere', body: null, status: 404, effect: 'none' },
    ]);
  });

  it('is filtered by method, path and time, and paged', async () => {
    for (const id of ['a', 'b', 'c']) await send('POST', '/things', { id });
    await send('GET', '/things');
    expect(await logged('?method=get')).toHaveLength(1);
    expect(await logged('?path=/thing*')).toHaveLength(4);
    expect(await logged('?path=/other')).toHaveLength(0);
    expect(await logged('?since=2999-01-01T00:00:00Z')).toHaveLength(0);
    expect(await logged('?since=2020-01-01T00:00:00Z')).toHaveLength(4);
    const first = await (await fetch(`${base}/_sandbox/requests?limit=3`)).json();
    const { items, next } = first as { items: unknown[]; next: string };
    expect(items).toHaveLength(3);
    expect(await logged(`?limit=3&cursor=${next}`)).toMatchObject([{ method: 'GET' }]);
    expect((await send('GET', '/_sandbox/requests?since=yesterday')).status).toBe(422);
  });

  it('keeps a bounded number of calls', async () => {
    for (let n = 0; n < 260; n += 1) await send('GET', '/things');
    expect((await logged()).length).toBeLessThan(200);
  });

  it('holds neither its own switches nor health', async () => {
    await send('GET', '/health/live');
    await send('GET', '/_sandbox/faults');
    expect(await logged()).toEqual([]);
  });
});

describe('a fault', () => {
  it('of kind status answers a problem with Retry-After and does nothing', async () => {
    await fault({ kind: 'status', status: 429, retry_after: 7, times: 2 });
    const answer = await send('POST', '/things', { id: 'a' });
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('7');
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect((await send('POST', '/things', { id: 'a' })).status).toBe(429);
    expect((await send('POST', '/things', { id: 'a' })).status).toBe(201);
    expect(effects).toEqual(['a']);
  });

  it('of kind drop_before cuts the connection and does nothing', async () => {
    await fault({ kind: 'drop_before' });
    await expect(send('POST', '/things', { id: 'a' })).rejects.toThrow();
    expect(effects).toEqual([]);
    expect(await logged()).toMatchObject([{ status: null, effect: 'none', body: { id: 'a' } }]);
  });

  it('of kind drop_after performs the effect and cuts the connection', async () => {
    await fault({ kind: 'drop_after', times: 3 });
    for (let n = 0; n < 3; n += 1) {
      await expect(send('POST', '/things', { id: 'a' })).rejects.toThrow();
    }
    expect((await send('POST', '/things', { id: 'a' })).status).toBe(200);
    expect(effects).toEqual(['a']);
    const seen = (await logged()).map(({ effect }) => effect);
    expect(seen).toEqual(['created', 'replayed', 'replayed', 'replayed']);
  });

  it('of kind hang answers nothing, at most for its bound', async () => {
    await fault({ kind: 'hang', times: 2 });
    const abort = fetch(`${base}/things`, {
      method: 'POST',
      body: '{"id":"a"}',
      signal: AbortSignal.timeout(50),
    });
    await expect(abort).rejects.toThrow('timeout');
    const startedAt = Date.now();
    await expect(send('POST', '/things', { id: 'a' })).rejects.toThrow();
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(190);
    expect(effects).toEqual([]);
  });

  it('of kind delay answers late', async () => {
    await fault({ kind: 'delay', delay_ms: 80 });
    const startedAt = Date.now();
    expect((await send('POST', '/things', { id: 'a' })).status).toBe(201);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(75);
  });

  it('is the first that fits and has times left; others wait', async () => {
    await fault({ kind: 'status', status: 500, method: 'GET' });
    await fault({ kind: 'status', status: 502 });
    await fault({ kind: 'status', status: 503, method: '*', path: '/th*' });
    const statuses: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      statuses.push((await send('POST', '/things', { id: 'a' })).status);
    }
    expect(statuses).toEqual([502, 503, 201]);
    const { items } = (await (await send('GET', '/_sandbox/faults')).json()) as {
      items: { left: number }[];
    };
    expect(items.map(({ left }) => left)).toEqual([1, 0, 0]);
    expect((await send('DELETE', '/_sandbox/faults')).status).toBe(204);
    expect((await send('GET', '/things')).status).toBe(200);
  });

  it('never hits the switches or health', async () => {
    await fault({ kind: 'status', status: 500, method: '*', path: '*', times: 9 });
    expect((await send('GET', '/health/live')).status).toBe(200);
    expect((await send('GET', '/_sandbox/faults')).status).toBe(200);
  });

  it('stays over a restart with what is left of it', async () => {
    await fault({ kind: 'status', status: 500, times: 2 });
    await send('POST', '/things', { id: 'a' });
    await server.close(10);
    database.reopen();
    await start();
    expect((await send('POST', '/things', { id: 'a' })).status).toBe(500);
    expect((await send('POST', '/things', { id: 'a' })).status).toBe(201);
    expect(await logged()).toHaveLength(3);
  });

  it('that does not fit is refused with pointers, and too many are refused', async () => {
    const bad = await send('POST', '/_sandbox/faults', { path: 'things', kind: 'status' });
    expect(bad.status).toBe(422);
    const { errors } = (await bad.json()) as { errors: { pointer: string }[] };
    expect(errors.map(({ pointer }) => pointer)).toContain('/path');
    const text = await fetch(`${base}/_sandbox/faults`, { method: 'POST', body: 'x' });
    expect(text.status).toBe(400);
    for (let n = 0; n < 3; n += 1) await fault({ kind: 'drop_before' });
    const fourth = await send('POST', '/_sandbox/faults', { path: '/x', kind: 'hang' });
    expect(fourth.status).toBe(409);
  });
});

describe('the webhook switch', () => {
  it('sets the mode and shows it', async () => {
    const put = await send('PUT', '/_sandbox/webhooks', { mode: 'reverse' });
    expect(await put.json()).toEqual({ mode: 'reverse', delay_ms: 1000 });
    await send('PUT', '/_sandbox/webhooks', { mode: 'off' });
    const shown = await send('GET', '/_sandbox/webhooks');
    expect(await shown.json()).toEqual({ mode: 'off', delay_ms: 0 });
    expect((await send('PUT', '/_sandbox/webhooks', { mode: 'maybe' })).status).toBe(422);
  });

  it('shows deliveries and sends a suppressed one when asked', async () => {
    await send('PUT', '/_sandbox/webhooks', { mode: 'off' });
    await send('POST', '/emit');
    const path = '/_sandbox/webhooks/deliveries';
    const list = await (await send('GET', `${path}?event_id=evt_1&status=suppressed`)).json();
    const [item] = (list as { items: { delivery_id: string }[] }).items;
    const again = await send('POST', `${path}/${item?.delivery_id}/redeliver`);
    expect(again.status).toBe(202);
    await eventually(() => receiver.received.length === 1);
    expect((await send('POST', `${path}/dlv_none/redeliver`)).status).toBe(404);
  });
});
