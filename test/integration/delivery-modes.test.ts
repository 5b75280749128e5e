import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/delivery/delivery.ts';
import {
  createTestDatabase,
  createTestDelivery,
  emit,
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

function sentIds(): unknown[] {
  return receiver.received.map(({ headers }) => headers['x-event-id']);
}

function statusOf(eventId: string): string[] {
  return delivery.list({ eventId, limit: 10 }).items.map(({ status }) => status);
}

describe('webhook modes', () => {
  it('are on without a delay at first', () => {
    expect(delivery.mode()).toEqual({ mode: 'on', delay_ms: 0 });
  });

  it('off records without sending, also later, until a person redelivers', async () => {
    delivery.setMode({ mode: 'off', delay_ms: 0 });
    emit(database.sqlite, delivery, 'evt_1');
    await pause(40);
    delivery.setMode({ mode: 'on', delay_ms: 0 });
    await pause(40);
    expect(receiver.received).toHaveLength(0);
    expect(statusOf('evt_1')).toEqual(['suppressed']);
    delivery.setMode({ mode: 'off', delay_ms: 0 });
    delivery.redeliver(delivery.list({ limit: 1 }).items[0]?.delivery_id ?? '');
    await eventually(() => statusOf('evt_1')[0] === 'delivered');
    expect(sentIds()).toEqual(['evt_1']);
  });

  it('off also ends the retries of what was sent before', async () => {
    receiver.script({ status: 503, headers: { 'retry-after': '1' } });
    emit(database.sqlite, delivery, 'evt_1');
    await eventually(() => delivery.list({ limit: 1 }).items[0]?.attempts.length === 1);
    delivery.setMode({ mode: 'off', delay_ms: 0 });
    expect(statusOf('evt_1')).toEqual(['suppressed']);
  });

  it('duplicate sends each twice, at the same time', async () => {
    delivery.setMode({ mode: 'duplicate', delay_ms: 0 });
    receiver.script(...Array<Behaviour>(2).fill({ status: 202, afterMs: 50 }));
    emit(database.sqlite, delivery, 'evt_1');
    await eventually(() => statusOf('evt_1').every((status) => status === 'delivered'));
    expect(sentIds()).toEqual(['evt_1', 'evt_1']);
    expect(receiver.received[0]?.body).toBe(receiver.received[1]?.body);
    expect(receiver.busy.most).toBe(2);
  });

  it('reverse holds a batch and sends it newest first, one after another', async () => {
    delivery.setMode({ mode: 'reverse', delay_ms: 500 });
    receiver.script(...Array<Behaviour>(4).fill({ status: 202, afterMs: 15 }));
    const startedAt = Date.now();
    for (const id of ['evt_1', 'evt_2']) emit(database.sqlite, delivery, id);
    await pause(60);
    for (const id of ['evt_3', 'evt_4']) emit(database.sqlite, delivery, id);
    await eventually(() => receiver.received.length === 4);
    expect(sentIds()).toEqual(['evt_4', 'evt_3', 'evt_2', 'evt_1']);
    expect(Number(receiver.received[0]?.at) - startedAt).toBeGreaterThanOrEqual(495);
    expect(receiver.busy.most).toBe(1);
    const emittedAt = Date.now();
    emit(database.sqlite, delivery, 'evt_5');
    await eventually(() => receiver.received.length === 5);
    expect(Number(receiver.received[4]?.at) - emittedAt).toBeGreaterThanOrEqual(495);
  });

  it('a delay holds every delivery', async () => {
    delivery.setMode({ mode: 'on', delay_ms: 120 });
    const startedAt = Date.now();
    emit(database.sqlite, delivery, 'evt_1');
    await eventually(() => receiver.received.length === 1);
    expect(Number(receiver.received[0]?.at) - startedAt).toBeGreaterThanOrEqual(115);
  });

  it('stay over a restart', async () => {
    delivery.setMode({ mode: 'reverse', delay_ms: 700 });
    await delivery.stop();
    delivery = createTestDelivery({ sqlite: database.reopen(), url: receiver.url });
    expect(delivery.mode()).toEqual({ mode: 'reverse', delay_ms: 700 });
  });

  it('belong to one webhook of the database, like its deliveries', async () => {
    const { sqlite } = database;
    const other = createTestDelivery({ sqlite, url: receiver.url, webhookId: 'second' });
    other.setMode({ mode: 'off', delay_ms: 0 });
    emit(sqlite, other, 'evt_other');
    emit(sqlite, delivery, 'evt_1');
    await eventually(() => statusOf('evt_1')[0] === 'delivered');
    expect(sentIds()).toEqual(['evt_1']);
    expect(statusOf('evt_other')).toEqual([]);
    expect(other.list({ limit: 10 }).items.map(({ event_id: id }) => id)).toEqual(['evt_other']);
  });
});
