import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { envelopeText, hexHmac, templateHeaders } from '../support/signed.ts';
import {
  post,
  postOrder,
  SECRETS,
  startWebhooks,
  type WebhooksServer,
} from '../support/signed-webhooks-server.ts';

let server: WebhooksServer;
let url: string;
let serial = 0;

beforeAll(async () => {
  server = await startWebhooks({
    outcomeOf: (_event, known) => ({ order_id: 'ORD', stage: 'FULFILLING', state: known.status }),
  });
  url = server.url;
});

afterAll(() => server.close());

function eventId(): string {
  serial += 1;
  return `evt_${serial}`;
}

function orderBody(id: string, overrides: { timestamp?: string; qty?: unknown } = {}): string {
  return envelopeText({
    eventId: id,
    eventType: 'ORDER.CREATED',
    payload: {
      order_id: `ORD-${id}`,
      customer: { id: 'CUST-123', name: 'Acme Co', account_priority: 'gold' },
      items: [{ sku: 'SKU-111', qty: overrides.qty ?? 2 }],
      fulfillment: { method: 'standard', requested_date: '2026-01-20' },
      total: 1450.0,
    },
    ...(overrides.timestamp === undefined ? {} : { timestamp: overrides.timestamp }),
  });
}

async function quarantined(cause: string) {
  const rows = await server.store.listQuarantine({ limit: 100 });
  return rows.filter((row) => row.cause === cause);
}

function expectProblem(
  answer: Awaited<ReturnType<typeof post>>,
  status: number,
  tail: string,
): void {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body).toMatchObject({
    type: `https://crossdock.dev/problems/${tail}`,
    status,
    title: expect.any(String),
    detail: expect.any(String),
    instance: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
}

describe('a first delivery', () => {
  test('is 202, and its exact bytes are stored with the lane of its order', async () => {
    const id = eventId();
    const body = `${orderBody(id)}\n `;
    const answer = await postOrder(url, body, { 'user-agent': 'crm/1', authorization: 'Bearer x' });
    expect(answer.status).toBe(202);
    expect(answer.headers.get('idempotency-replayed')).toBeNull();
    const stored = await server.store.get('crm', id);
    expect(answer.body).toEqual({
      event_id: id,
      status: 'accepted',
      duplicate: false,
      received_at: new Date(stored?.receivedAt ?? 0).toISOString(),
      links: { status: `/api/v1/events/${id}?connection=crm` },
    });
    expect(stored?.body.toString()).toBe(body);
    expect(stored).toMatchObject({ lane: `crm/ORD-${id}`, secretId: 'crm-1', status: 'accepted' });
    expect(JSON.parse(stored?.headers ?? '')).toEqual({
      'content-type': 'application/json',
      'user-agent': 'crm/1',
      'x-event-id': id,
    });
  });

  test.each([
    ['/webhooks/crm', 'crm', SECRETS.crm, 'ORDER.CREATED'],
    ['/webhooks/tasks', 'tasks', SECRETS.tasks, 'TASK.CREATED'],
    ['/webhooks/wms', 'wms', SECRETS.wms, 'INVENTORY.ALERT'],
  ])('%s is the connection %s', async (path, connection, secret, eventType) => {
    const id = eventId();
    const payloads: Record<string, unknown> = {
      'ORDER.CREATED': { order_id: 'O', items: [{ sku: 'A', qty: 1 }] },
      'TASK.CREATED': { task_id: 'T', external_ref: { type: 'order', id: 'O' } },
      'INVENTORY.ALERT': { sku: 'A', location: 'L', available: 1, previous: 0, cause: 'receive' },
    };
    const body = envelopeText({ eventId: id, eventType, payload: payloads[eventType] });
    const answer = await post(`${url}${path}`, body, templateHeaders(secret, body));
    expect(answer.status).toBe(202);
    expect(await server.store.get(connection, id)).toMatchObject({ status: 'accepted' });
  });

  test('of a type that nobody listens to is stored all the same, and ignored', async () => {
    const id = eventId();
    const body = envelopeText({ eventId: id, eventType: 'ORDER.ARCHIVED', payload: { any: [1] } });
    expect((await postOrder(url, body)).status).toBe(202);
    expect(await server.store.get('crm', id)).toMatchObject({ status: 'ignored', lane: null });
  });

  test('keeps what a careless reader would take for a prototype', async () => {
    const id = eventId();
    const body = orderBody(id).replace('{"order_id"', '{"__proto__":{"admin":true},"order_id"');
    expect((await postOrder(url, body)).status).toBe(202);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

describe('a repeat', () => {
  test('with the same body is 200 with what became of the first', async () => {
    const id = eventId();
    const body = orderBody(id);
    const first = await postOrder(url, body);
    const second = await postOrder(url, body);
    const third = await postOrder(url, body);
    expect(second.status).toBe(200);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.body).toEqual({
      ...first.body,
      duplicate: true,
      first_received_at: first.body.received_at,
      deliveries: 2,
      result: { order_id: 'ORD', stage: 'FULFILLING', state: 'accepted' },
    });
    expect(third.body.deliveries).toBe(3);
  });

  test('with another body is 422, and that body is kept in quarantine', async () => {
    const id = eventId();
    await postOrder(url, orderBody(id, { qty: 2 }));
    const other = orderBody(id, { qty: 3 });
    expectProblem(await postOrder(url, other), 422, 'event-id-reused');
    const held = (await quarantined('event-id-reused')).find((row) => row.eventId === id);
    expect(held?.body.toString()).toBe(other);
    expect(await server.store.get('crm', id)).toMatchObject({ deliveries: 1 });
  });

  test('of the same id by another connection is an event of its own', async () => {
    const id = eventId();
    await postOrder(url, orderBody(id));
    const body = envelopeText({ eventId: id, eventType: 'TASK.DONE', payload: {} });
    const answer = await post(`${url}/webhooks/tasks`, body, templateHeaders(SECRETS.tasks, body));
    expect(answer.status).toBe(202);
  });
});

describe('headers', () => {
  test.each(['x-event-id', 'x-signature'])('without %s it is 400', async (missing) => {
    const body = orderBody(eventId());
    const headers = templateHeaders(SECRETS.crm, body);
    delete headers[missing];
    const answer = await post(`${url}/webhooks/orders`, body, headers);
    expectProblem(answer, 400, 'header-missing');
    expect(answer.body.detail).toContain(missing);
  });

  test.each([
    ['another id', 'evt_other'],
    ['a malformed id', 'evt other'],
    ['an empty id', ''],
  ])('%s in the header is 400 and stores nothing', async (_name, headerId) => {
    const id = eventId();
    const answer = await postOrder(url, orderBody(id), { 'x-event-id': headerId });
    expect(answer.status).toBe(400);
    expect(await server.store.get('crm', id)).toBeUndefined();
  });
});

describe('what is not authentic is 401 with one text', () => {
  test('whatever the cause, and our log alone names it', async () => {
    const body = orderBody(eventId());
    const stale = orderBody(eventId(), { timestamp: '2020-01-01T00:00:00Z' });
    server.logged.length = 0;
    const answers = [
      await postOrder(url, body, { 'x-signature': hexHmac('wrong', body) }),
      await postOrder(url, body, { 'x-signature': 'no-hex' }),
      await postOrder(url, body, { 'x-signature': hexHmac(SECRETS.crm, `${body} `) }),
      await post(`${url}/webhooks/nobody`, body, templateHeaders(SECRETS.crm, body)),
      await post(`${url}/webhooks/wms`, body, templateHeaders(SECRETS.crm, body)),
      await post(`${url}/webhooks/crm-basic`, body, { 'content-type': 'application/json' }),
      await postOrder(url, stale),
    ];
    for (const answer of answers) {
      expectProblem(answer, 401, 'signature');
      const { instance: _instance, ...same } = answer.body;
      const { instance: _first, ...firstBody } = answers[0]?.body ?? {};
      expect(same).toEqual(firstBody);
      expect([...answer.headers.keys()].sort()).toEqual(
        [...(answers[0]?.headers.keys() ?? [])].sort(),
      );
    }
    const causes = server.logged.map((line) => (JSON.parse(line) as { cause: string }).cause);
    expect(causes).toEqual([
      'signature-mismatch',
      'signature-malformed',
      'signature-mismatch',
      'connection-unknown',
      'signature-mismatch',
      'credentials-missing',
      'timestamp-stale',
    ]);
    expect(server.logged.join('')).not.toContain(SECRETS.crm);
  });
});

describe('stale but authentic', () => {
  test.each([
    [-301_000, false],
    [-300_000, true],
    [300_000, true],
    [301_000, false],
  ])('a body %i ms off the clock is fresh: %s', async (offsetMs, fresh) => {
    const now = 1_800_000_000_000;
    server.setNow(now);
    const body = orderBody(eventId(), { timestamp: new Date(now + offsetMs).toISOString() });
    const answer = await postOrder(url, body);
    server.setNow(null);
    expect(answer.status).toBe(fresh ? 202 : 401);
  });

  test('with a known id it is the 200 of a repeat', async () => {
    const body = orderBody(eventId());
    await postOrder(url, body);
    server.setNow(Date.now() + 3_600_000);
    const answer = await postOrder(url, body);
    server.setNow(null);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ duplicate: true, deliveries: 2 });
  });

  test('with an unknown id it is 401 and kept for an operator to release', async () => {
    const id = eventId();
    const body = orderBody(id, { timestamp: '2020-01-01T00:00:00Z' });
    expectProblem(await postOrder(url, body), 401, 'signature');
    const held = (await quarantined('stale')).find((row) => row.eventId === id);
    expect(held?.body.toString()).toBe(body);
    expect(await server.store.get('crm', id)).toBeUndefined();
  });
});

describe('bodies that cannot be taken', () => {
  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

  test.each([
    ['text', 'no json'],
    ['nothing', ''],
    ['half an object', '{"event_id":"evt_half"'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22])],
    ['a byte order mark', '\ufeff{}'],
  ])('%s is 400 and quarantined', async (_name, body) => {
    const id = eventId();
    const headers = { ...templateHeaders(SECRETS.crm, body, id) };
    expectProblem(await post(`${url}/webhooks/orders`, body, headers), 400, 'not-json');
    const held = (await quarantined('not-json')).find((row) => row.eventId === id);
    expect(held?.body.equals(Buffer.from(body))).toBe(true);
  });

  test.each([
    ['a bomb of brackets', deep(20_000)],
    ['33 levels', deep(33)],
    ['33 levels of objects', '{"a":'.repeat(33) + '1' + '}'.repeat(33)],
  ])('%s is 400 and quarantined', async (_name, body) => {
    const headers = templateHeaders(SECRETS.crm, body, eventId());
    expectProblem(await post(`${url}/webhooks/orders`, body, headers), 400, 'too-deep');
    expect((await quarantined('too-deep')).some((row) => row.body.toString() === body)).toBe(true);
  });

  test('brackets inside strings are not levels, and 32 levels are allowed', async () => {
    const id = eventId();
    const nested = JSON.parse(deep(29)) as unknown;
    const body = envelopeText({
      eventId: id,
      eventType: 'ORDER.OTHER',
      payload: { text: '[{"'.repeat(100), nested },
    });
    expect((await postOrder(url, body)).status).toBe(202);
  });

  test('what does not fit the schema is 422 with pointers, and quarantined once', async () => {
    const id = eventId();
    const body = orderBody(id, { qty: 'two' });
    const answer = await postOrder(url, body);
    expectProblem(answer, 422, 'schema-invalid');
    expect(answer.body.errors).toEqual([
      { pointer: '/payload/items/0/qty', detail: expect.any(String) },
    ]);
    await postOrder(url, body);
    const held = (await quarantined('schema-invalid')).filter((row) => row.eventId === id);
    expect(held).toHaveLength(1);
    expect(held[0]).toMatchObject({ deliveries: 2, eventType: 'ORDER.CREATED' });
  });

  test.each([
    ['no object', '[1]', ['']],
    ['no envelope', '{"payload":{}}', ['/event_id', '/event_type', '/source', '/timestamp']],
  ])('%s is 422', async (_name, body, pointers) => {
    const headers = templateHeaders(SECRETS.crm, body, eventId());
    const answer = await post(`${url}/webhooks/orders`, body, headers);
    expectProblem(answer, 422, 'schema-invalid');
    const errors = answer.body.errors as { pointer: string }[];
    expect(errors.map((error) => error.pointer).sort()).toEqual(pointers);
  });

  test('many bad lines do not make an endless answer', async () => {
    const body = envelopeText({
      eventId: eventId(),
      eventType: 'ORDER.CREATED',
      payload: { order_id: 'O', items: Array.from({ length: 4000 }, () => ({ sku: '', qty: -1 })) },
    });
    const answer = await postOrder(url, body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors.length).toBeLessThanOrEqual(50);
  });
});

describe('type, encoding, size, method', () => {
  test.each([
    ['text/plain', undefined],
    ['application/x-www-form-urlencoded', undefined],
    ['application/json; charset=utf-16', undefined],
    ['application/json', 'gzip'],
    ['application/json', 'br, identity'],
  ])('content-type %s with encoding %s is 415', async (type, encoding) => {
    const plain = orderBody(eventId());
    const body = encoding === 'gzip' ? gzipSync(plain) : Buffer.from(plain);
    const answer = await post(`${url}/webhooks/orders`, body, {
      ...templateHeaders(SECRETS.crm, body, 'evt_x'),
      'content-type': type,
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
    });
    expectProblem(answer, 415, 'unsupported-media-type');
  });

  test.each([
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/cloudevents+json',
  ])('%s is taken', async (type) => {
    const answer = await postOrder(url, orderBody(eventId()), { 'content-type': type });
    expect(answer.status).toBe(202);
  });

  test('256 KiB is taken, one byte more is 413 before anything else is judged', async () => {
    const id = eventId();
    const limit = 262_144;
    const frame = envelopeText({ eventId: id, eventType: 'ORDER.NOTE', payload: { text: '' } });
    const full = frame.replace('"text":""', `"text":"${'x'.repeat(limit - frame.length)}"`);
    expect(Buffer.byteLength(full)).toBe(limit);
    expect((await postOrder(url, full)).status).toBe(202);
    const answer = await post(`${url}/webhooks/nobody`, `${full} `, {
      'content-type': 'text/plain',
    });
    expectProblem(answer, 413, 'too-large');
  });

  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is 405', async (method) => {
    const response = await fetch(`${url}/webhooks/orders`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
  });

  test('deeper paths are 404', async () => {
    expect((await fetch(`${url}/webhooks/orders/x`, { method: 'POST' })).status).toBe(404);
  });
});

describe('other profiles', () => {
  const seconds = () => String(Math.floor(Date.now() / 1000));

  function crossdockV1(secret: string, id: string, body: string, ts = seconds()) {
    return {
      'content-type': 'application/json',
      'x-event-id': id,
      'x-signature': `t=${ts},v1=${hexHmac(secret, `${id}.${ts}.${body}`)}`,
    };
  }

  test('crossdock-v1 with both of its live secrets, and the one that matched is recorded', async () => {
    for (const [secret, secretId] of [
      ['secret-new', 'new'],
      ['secret-old', 'old'],
    ] as const) {
      const id = eventId();
      const body = orderBody(id);
      const answer = await post(`${url}/webhooks/crm-eu`, body, crossdockV1(secret, id, body));
      expect(answer.status).toBe(202);
      expect(await server.store.get('crm-eu', id)).toMatchObject({ secretId });
    }
  });

  test('its signature is bound to the time: an old one is stale, a changed one not authentic', async () => {
    const id = eventId();
    const body = orderBody(id);
    const old = String(Number(seconds()) - 400);
    const headers = crossdockV1('secret-new', id, body, old);
    expect((await post(`${url}/webhooks/crm-eu`, body, headers)).status).toBe(401);
    expect((await quarantined('stale')).some((row) => row.eventId === id)).toBe(true);
    const moved = headers['x-signature'].replace(`t=${old}`, `t=${seconds()}`);
    const again = await post(`${url}/webhooks/crm-eu`, body, { ...headers, 'x-signature': moved });
    expect(again.status).toBe(401);
    expect(await server.store.get('crm-eu', id)).toBeUndefined();
  });

  test('standard-webhooks', async () => {
    const id = eventId();
    const body = orderBody(id);
    const ts = seconds();
    const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${ts}.${body}`).digest('base64');
    const answer = await post(`${url}/webhooks/crm-std`, body, {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': ts,
      'webhook-signature': `v1,${signature}`,
    });
    expect(answer.status).toBe(202);
    expect(await server.store.get('crm-std', id)).toMatchObject({ lane: `crm-std/ORD-${id}` });
  });

  test('basic', async () => {
    const id = eventId();
    const answer = await post(`${url}/webhooks/crm-basic`, orderBody(id), {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from('user:password').toString('base64')}`,
    });
    expect(answer.status).toBe(202);
  });
});

test('fifty equal posts at once are one row and fifty equal answers', async () => {
  const id = eventId();
  const body = orderBody(id);
  const answers = await Promise.all(Array.from({ length: 50 }, () => postOrder(url, body)));
  expect(answers.filter((answer) => answer.status === 202)).toHaveLength(1);
  expect(answers.filter((answer) => answer.status === 200)).toHaveLength(49);
  const told = answers.map(({ body: { event_id, received_at, status } }) =>
    JSON.stringify([event_id, received_at, status]),
  );
  expect(new Set(told).size).toBe(1);
  const deliveries = answers.flatMap((answer) => (answer.body.deliveries as number) ?? 1);
  expect(deliveries.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
  expect(await server.store.get('crm', id)).toMatchObject({ deliveries: 50 });
});

test('no secret and no signature stands in the log of all that was sent', () => {
  const text = server.logged.join('');
  for (const secret of [...Object.values(SECRETS), 'secret-new', 'user:password']) {
    expect(text).not.toContain(secret);
  }
  expect(text).not.toMatch(/"x-signature"|v1=/);
});
