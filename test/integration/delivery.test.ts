import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/delivery/delivery.ts';
import type { DeliveryView } from '../../src/delivery/view.ts';
import {
  createTestDatabase,
  createTestDelivery,
  emit,
  TEST_SECRET,
  type TestDatabase,
} from '../support/delivery-stage.ts';
import { eventually, pause } from '../support/eventually.ts';
import { startReceiver, type Behaviour, type Receiver } from '../support/misbehaving-receiver.ts';

let database: TestDatabase;
let receiver: Receiver;
let delivery: Delivery;

beforeEach(async () => {
  database = createTestDatabase();
  receiver = await startReceiver();
  delivery = createTestDelivery({ sqlite: database.sqlite, url: receiver.url });
  delivery.start();
});

afterEach(async () => {
  await delivery.stop();
  await receiver.close();
  database.remove();
});

function only(eventId: string): DeliveryView | undefined {
  return delivery.list({ eventId, limit: 10 }).items[0];
}

function settled(eventId: string): Promise<DeliveryView> {
  return eventually(() => {
    const view = only(eventId);
    return view?.status === 'pending' ? undefined : view;
  });
}

async function attemptsAfter(...script: Behaviour[]): Promise<DeliveryView> {
  receiver.script(...script);
  emit(database.sqlite, delivery, 'evt_1');
  return settled('evt_1');
}

describe('one delivery', () => {
  it('sends the exact body, signed over its bytes, with the event id in the header', async () => {
    const body = emit(database.sqlite, delivery, 'evt_1');
    const view = await settled('evt_1');
    const [request] = receiver.received;
    expect(request?.body).toBe(body);
    expect(request?.headers['content-type']).toBe('application/json');
    expect(request?.headers['x-event-id']).toBe('evt_1');
    const hmac = createHmac('sha256', TEST_SECRET).update(body).digest('hex');
    expect(request?.headers['x-signature']).toBe(hmac);
    expect(view).toMatchObject({ status: 'delivered', body, webhook_id: 'crm' });
    expect(view.attempts).toMatchObject([{ status: 202, error: null }]);
    expect(receiver.received).toHaveLength(1);
  });

  it('is made again after a reset, a 5xx and a 409, and logs each attempt', async () => {
    const view = await attemptsAfter('reset', { status: 503, body: 'closed' }, { status: 409 });
    expect(view.status).toBe('delivered');
    expect(view.attempts.map(({ status }) => status)).toEqual([null, 503, 409, 202]);
    expect(view.attempts[0]?.error).toBeTruthy();
    expect(view.attempts[1]?.error).toBe('HTTP 503: closed');
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  });

  it('stops at once on a 400 and keeps the answer', async () => {
    const view = await attemptsAfter({ status: 400, body: 'not an event' });
    await pause(50);
    expect(view).toMatchObject({ status: 'failed', next_attempt_at: null });
    expect(view.attempts).toMatchObject([{ status: 400, error: 'HTTP 400: not an event' }]);
    expect(receiver.received).toHaveLength(1);
  });

  it('fails after five attempts', async () => {
    const view = await attemptsAfter(...Array<Behaviour>(9).fill({ status: 500 }));
    await pause(50);
    expect(view.status).toBe('failed');
    expect(view.attempts).toHaveLength(5);
    expect(receiver.received).toHaveLength(5);
  });

  it('never follows a redirect', async () => {
    const other = await startReceiver();
    const moved = { status: 301, headers: { location: other.url } };
    const view = await attemptsAfter(moved, moved);
    expect(view.attempts.map(({ status }) => status)).toEqual([301, 301, 202]);
    expect(view.attempts[0]?.error).toContain('update the URL');
    expect(other.received).toHaveLength(0);
    await other.close();
  });

  it('gives up on a hanging receiver and tries again', async () => {
    await delivery.stop();
    const policy = { requestTimeoutMs: 300 };
    delivery = createTestDelivery({ sqlite: database.sqlite, url: receiver.url, policy });
    delivery.start();
    const view = await attemptsAfter('hang');
    expect(view.attempts[0]).toMatchObject({ status: null, error: 'no answer within 300 ms' });
    expect(view.status).toBe('delivered');
    expect(view.attempts[0]?.latency_ms).toBeGreaterThanOrEqual(290);
  });

  it('is made again while the receiver refuses connections', async () => {
    const { port } = receiver;
    await receiver.close();
    emit(database.sqlite, delivery, 'evt_1');
    await eventually(() => (only('evt_1')?.attempts.length ?? 0) > 0);
    receiver = await startReceiver(port);
    const view = await settled('evt_1');
    expect(view.attempts[0]?.error).toContain('ECONNREFUSED');
    expect(view.status).toBe('delivered');
  });

  it('waits for Retry-After in seconds and as a date', async () => {
    const inTwoSeconds = new Date(Date.now() + 2000).toUTCString();
    await attemptsAfter(
      { status: 429, headers: { 'retry-after': '1' } },
      { status: 429, headers: { 'retry-after': inTwoSeconds } },
    );
    const [first, second, third] = receiver.received.map(({ at }) => at);
    expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(1000);
    expect(Number(third)).toBeGreaterThanOrEqual(Date.parse(inTwoSeconds));
  });

  it('ignores a Retry-After that is garbage and caps one that is too long', async () => {
    await delivery.stop();
    delivery = createTestDelivery({
      sqlite: database.sqlite,
      url: receiver.url,
      policy: { retryAfterMaxMs: 40 },
    });
    delivery.start();
    const view = await attemptsAfter(
      { status: 429, headers: { 'retry-after': 'next week' } },
      { status: 429, headers: { 'retry-after': '86400' } },
    );
    expect(view.status).toBe('delivered');
    const [, second, third] = receiver.received.map(({ at }) => at);
    expect(Number(third) - Number(second)).toBeGreaterThanOrEqual(40);
  });

  it('reads no more of an endless answer than its cap', async () => {
    const view = await attemptsAfter('endless');
    expect(view.attempts[0]?.error).toMatch(/^HTTP 400: x+$/);
    expect(view.attempts[0]?.error?.length).toBeLessThanOrEqual(500);
    expect(view.attempts[0]?.latency_ms).toBeLessThan(5000);
  });
});

describe('the outbox', () => {
  it('holds an event only when the transaction of its owner commits', async () => {
    const enqueue = database.sqlite.transaction(() => {
      emit(database.sqlite, delivery, 'evt_1');
      throw new Error('rolled back');
    });
    expect(enqueue).toThrow('rolled back');
    await pause(30);
    expect(only('evt_1')).toBeUndefined();
    expect(receiver.received).toHaveLength(0);
  });

  it('refuses a body that carries another event id than it is sent as', () => {
    const event = { eventId: 'evt_1', eventType: 'X.Y', body: '{"event_id":"evt_2"}', at: 1 };
    expect(() => delivery.enqueue(event)).toThrow('event id');
  });

  it('sends the oldest first, one at a time when told so', async () => {
    await delivery.stop();
    delivery = createTestDelivery({
      sqlite: database.sqlite,
      url: receiver.url,
      policy: { concurrencyMax: 1 },
    });
    const ids = Array.from({ length: 12 }, (_, n) => `evt_${n}`);
    for (const id of ids) emit(database.sqlite, delivery, id);
    delivery.start();
    await eventually(() => receiver.received.length === ids.length);
    expect(receiver.received.map(({ headers }) => headers['x-event-id'])).toEqual(ids);
    expect(receiver.busy.most).toBe(1);
  });

  it('keeps to its concurrency', async () => {
    await delivery.stop();
    delivery = createTestDelivery({
      sqlite: database.sqlite,
      url: receiver.url,
      policy: { concurrencyMax: 3 },
    });
    delivery.start();
    receiver.script(...Array<Behaviour>(9).fill({ status: 202, afterMs: 20 }));
    for (let n = 0; n < 9; n += 1) emit(database.sqlite, delivery, `evt_${n}`);
    await eventually(() => delivery.list({ status: 'delivered', limit: 20 }).items.length === 9);
    expect(receiver.busy.most).toBe(3);
  });

  it('keeps to its concurrency when what is under way is asked for again', async () => {
    await delivery.stop();
    const policy = { concurrencyMax: 1 };
    delivery = createTestDelivery({ sqlite: database.sqlite, url: receiver.url, policy });
    delivery.start();
    receiver.script({ status: 202, afterMs: 60 });
    emit(database.sqlite, delivery, 'evt_1');
    await eventually(() => receiver.received.length === 1);
    emit(database.sqlite, delivery, 'evt_2');
    await pause(5);
    delivery.redeliver(only('evt_1')?.delivery_id ?? '');
    const second = await settled('evt_2');
    const firstEndedAt = Number(receiver.received[0]?.at) + 60;
    expect(Date.parse(second.attempts[0]?.at ?? '')).toBeGreaterThanOrEqual(firstEndedAt - 5);
    await eventually(() => receiver.received.length === 3);
  });

  it('goes on after a restart, with what was under way sent again', async () => {
    receiver.script('hang');
    emit(database.sqlite, delivery, 'evt_1');
    await eventually(() => receiver.received.length === 1);
    const second = createTestDelivery({ sqlite: database.sqlite, url: receiver.url });
    second.start();
    await eventually(() => receiver.received.length === 2);
    await second.stop();
    expect(receiver.received.map(({ body }) => body)[1]).toBe(receiver.received[0]?.body);
  });

  it('leaves an attempt that the stop cut pending and unspent', async () => {
    receiver.script('hang');
    emit(database.sqlite, delivery, 'evt_1');
    await eventually(() => receiver.received.length === 1);
    await delivery.stop();
    expect(only('evt_1')).toMatchObject({ status: 'pending', attempts: [] });
  });

  it('lists page by page, newest first, by event and by status', async () => {
    for (let n = 0; n < 5; n += 1) emit(database.sqlite, delivery, `evt_${n}`);
    await eventually(() => delivery.list({ status: 'delivered', limit: 9 }).items.length === 5);
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = delivery.list({ limit: 2, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map((item) => item.event_id));
      cursor = page.next;
    } while (cursor !== null);
    expect(seen).toEqual(['evt_4', 'evt_3', 'evt_2', 'evt_1', 'evt_0']);
    expect(delivery.list({ eventId: 'evt_2', limit: 9 }).items).toHaveLength(1);
    expect(() => delivery.list({ cursor: 'x', limit: 1 })).toThrow('cursor');
  });

  it('forgets settled deliveries by age and never a pending one', async () => {
    emit(database.sqlite, delivery, 'evt_old');
    await settled('evt_old');
    await delivery.stop();
    emit(database.sqlite, delivery, 'evt_waiting');
    database.sqlite.exec('UPDATE deliveries SET created_at = 1000, next_at = 4e12');
    database.sqlite.exec("UPDATE deliveries SET next_at = 1 WHERE event_id = 'evt_old'");
    const policy = { pruneEveryMs: 5, retentionMs: 1000 };
    delivery = createTestDelivery({ sqlite: database.sqlite, url: receiver.url, policy });
    delivery.start();
    await eventually(() => only('evt_old') === undefined);
    expect(only('evt_waiting')?.status).toBe('pending');
    const attempts = database.sqlite.prepare('SELECT count(*) AS n FROM delivery_attempts').get();
    expect(attempts).toEqual({ n: 0 });
  });
});

describe('a redelivery', () => {
  it('sends the same id and body with a full budget', async () => {
    const failed = await attemptsAfter({ status: 400 });
    receiver.script({ status: 503 }, { status: 503 }, { status: 503 }, { status: 503 });
    expect(delivery.redeliver(failed.delivery_id)?.status).toBe('pending');
    const view = await settled('evt_1');
    expect(view.status).toBe('delivered');
    expect(view.attempts.map(({ status }) => status)).toEqual([400, 503, 503, 503, 503, 202]);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  });

  it('of an unknown delivery is undefined', () => {
    expect(delivery.redeliver('dlv_none')).toBeUndefined();
  });

  it('that comes while an attempt is under way is not lost to its outcome', async () => {
    receiver.script({ status: 400, afterMs: 60 });
    emit(database.sqlite, delivery, 'evt_1');
    await eventually(() => receiver.received.length === 1);
    delivery.redeliver(only('evt_1')?.delivery_id ?? '');
    const view = await settled('evt_1');
    expect(view.status).toBe('delivered');
    expect(view.attempts.map(({ status }) => status)).toEqual([400, 202]);
  });

  it('keeps a bounded number of attempts', async () => {
    await delivery.stop();
    const policy = { attemptsKeptMax: 3 };
    delivery = createTestDelivery({ sqlite: database.sqlite, url: receiver.url, policy });
    delivery.start();
    const first = await attemptsAfter();
    for (let n = 0; n < 6; n += 1) {
      delivery.redeliver(first.delivery_id);
      await settled('evt_1');
    }
    expect(only('evt_1')?.attempts).toHaveLength(3);
  });
});
