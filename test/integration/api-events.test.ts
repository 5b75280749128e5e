import { expect, test } from 'vitest';
import type { z } from 'zod';
import { EventPageSchema, EventSchema } from '../../src/api/schemas.ts';
import { ProblemSchema } from '../../src/contracts/problem.ts';
import {
  newEvent,
  newQuarantine,
  NOW,
  openApiStage,
  settle,
  type ApiStage,
} from '../support/api-stage.ts';
import { booksSchema, shelve } from '../support/books-shelf.ts';

type Event = z.infer<typeof EventSchema>;

function apply(
  stage: ApiStage,
  eventId: string,
  state: 'applied' | 'parked' | 'ignored' | 'dead' = 'applied',
  orderKey = 'crm/ORD-1',
): void {
  stage.books.db
    .insert(booksSchema.appliedEvents)
    .values({ connection: 'crm', eventId, orderKey, state, at: NOW })
    .run();
}

async function event(stage: ApiStage, eventId: string, query = ''): Promise<Event> {
  const answer = await stage.get(`/api/v1/events/${eventId}${query}`);
  expect(answer.status).toBe(200);
  return EventSchema.strict().parse(await answer.json());
}

/** Every event of a list, page by page. */
async function everyEvent(stage: ApiStage, query: string, limit: number): Promise<Event[]> {
  const found: Event[] = [];
  let cursor = '';
  for (let pages = 0; pages < 500; pages += 1) {
    const answer = await stage.get(`/api/v1/events?limit=${limit}${query}${cursor}`);
    expect(answer.status).toBe(200);
    const page = EventPageSchema.parse(await answer.json());
    expect(page.items.length).toBeLessThanOrEqual(limit);
    found.push(...page.items);
    if (page.next === null) return found;
    cursor = `&cursor=${page.next}`;
  }
  throw new Error('the list has no end');
}

test('an event goes from accepted over dispatched to applied, and shows where its order stands', async () => {
  const stage = openApiStage();
  await stage.inbox.append([newEvent({ eventId: 'evt_1' })]);
  expect(await event(stage, 'evt_1')).toEqual({
    event_id: 'evt_1',
    event_type: 'ORDER.CREATED',
    connection: 'crm',
    order_id: 'ORD-1',
    status: 'accepted',
    received_at: new Date(NOW - 5000).toISOString(),
    deliveries: 1,
    result: { order_id: 'ORD-1', stage: null, state: 'processing' },
    cause: null,
  });
  await settle(stage.inbox, ['evt_1'], 'dispatched');
  expect((await event(stage, 'evt_1')).status).toBe('dispatched');
  shelve(stage.books, [{ orderId: 'ORD-1', stage: 'WAITING' }]);
  apply(stage, 'evt_1');
  expect(await event(stage, 'evt_1')).toMatchObject({
    status: 'applied',
    result: { order_id: 'ORD-1', stage: 'WAITING', state: 'applied' },
  });
});

test('a parked or dead event has reached its order and is not applied', async () => {
  const stage = openApiStage();
  shelve(stage.books, [{ orderId: 'ORD-1' }]);
  for (const state of ['parked', 'dead', 'ignored'] as const) {
    await stage.inbox.append([newEvent({ eventId: `evt_${state}` })]);
    await settle(stage.inbox, [`evt_${state}`], 'dispatched');
    apply(stage, `evt_${state}`, state);
  }
  expect(await event(stage, 'evt_parked')).toMatchObject({
    status: 'dispatched',
    result: { state: 'parked' },
  });
  expect(await event(stage, 'evt_dead')).toMatchObject({
    status: 'dispatched',
    result: { state: 'dead' },
  });
  expect(await event(stage, 'evt_ignored')).toMatchObject({
    status: 'applied',
    result: { state: 'ignored' },
  });
});

test('an event that nothing acts on is applied with the word ignored', async () => {
  const stage = openApiStage();
  await stage.inbox.append([newEvent({ eventId: 'evt_1', lane: null })]);
  expect(await event(stage, 'evt_1')).toMatchObject({
    status: 'applied',
    order_id: null,
    result: { order_id: null, stage: null, state: 'ignored' },
  });
});

test('a stock alert is applied once it was dispatched, for no order keeps a word on it', async () => {
  const stage = openApiStage();
  await stage.inbox.append([
    newEvent({ eventId: 'evt_1', eventType: 'INVENTORY.ALERT', lane: '~stock/wms' }),
  ]);
  expect(await event(stage, 'evt_1')).toMatchObject({ status: 'accepted', order_id: null });
  await settle(stage.inbox, ['evt_1'], 'dispatched');
  expect(await event(stage, 'evt_1')).toMatchObject({
    status: 'applied',
    order_id: null,
    result: { order_id: null, stage: null, state: 'applied' },
  });
});

test('a late event says so, with the stage in which its order ended', async () => {
  const stage = openApiStage();
  shelve(stage.books, [{ orderId: 'ORD-1', stage: 'FULFILLED', headline: 'FULFILLED' }]);
  await stage.inbox.append([newEvent({ eventId: 'evt_1' })]);
  await settle(stage.inbox, ['evt_1'], 'late');
  expect(await event(stage, 'evt_1')).toMatchObject({
    status: 'late',
    result: { order_id: 'ORD-1', stage: 'FULFILLED', state: 'late' },
  });
});

test('counts deliveries', async () => {
  const stage = openApiStage();
  await stage.inbox.append([newEvent({ eventId: 'evt_1' })]);
  await stage.inbox.append([newEvent({ eventId: 'evt_1' })]);
  expect((await event(stage, 'evt_1')).deliveries).toBe(2);
});

test('finds an event of any default connection, and of another one when it is named', async () => {
  const stage = openApiStage();
  await stage.inbox.append([
    newEvent({ eventId: 'evt_wms', connection: 'wms', kind: 'wms' }),
    newEvent({ eventId: 'evt_shop', connection: 'shop' }),
  ]);
  expect((await event(stage, 'evt_wms')).connection).toBe('wms');
  expect((await stage.get('/api/v1/events/evt_shop')).status).toBe(404);
  expect((await event(stage, 'evt_shop', '?connection=shop')).connection).toBe('shop');
  const answer = await stage.get('/api/v1/events/evt_wms?connection=crm');
  expect(answer.status).toBe(404);
  expect(ProblemSchema.parse(await answer.json()).detail).toContain('from crm');
});

test('a quarantined body is listed with its cause and found by its event id', async () => {
  const stage = openApiStage();
  await stage.inbox.quarantine([newQuarantine({ eventId: 'evt_bad', text: '{"a":1}' })]);
  const expected = {
    event_id: 'evt_bad',
    event_type: null,
    order_id: null,
    status: 'quarantined',
    cause: 'schema-invalid',
    result: { order_id: null, stage: null, state: 'quarantined' },
  };
  expect(await event(stage, 'evt_bad')).toMatchObject(expected);
  expect(await everyEvent(stage, '&status=quarantined', 10)).toMatchObject([expected]);
  expect(await everyEvent(stage, '', 10)).toMatchObject([expected]);
});

/** 40 events over all fates, and 15 quarantined bodies between them. */
async function fillInbox(stage: ApiStage): Promise<void> {
  for (let n = 0; n < 40; n += 1) {
    const eventId = `evt_${String(n).padStart(2, '0')}`;
    const lane = n % 5 === 0 ? 'crm/ORD-2' : 'crm/ORD-1';
    await stage.inbox.append([newEvent({ eventId, lane, receivedAt: NOW + n * 10 })]);
    if (n % 4 === 1) await settle(stage.inbox, [eventId], 'late');
    if (n % 4 >= 2) await settle(stage.inbox, [eventId], 'dispatched');
    if (n % 4 === 3) apply(stage, eventId, 'applied', lane);
  }
  const held = Array.from({ length: 15 }, (_, n) =>
    newQuarantine({ eventId: null, text: `held ${n}`, receivedAt: NOW + n * 25 }),
  );
  await stage.inbox.quarantine(held);
}

for (const limit of [1, 3, 7, 100]) {
  test(`pages of ${limit} show everything received once, newest first, and each status by itself`, async () => {
    const stage = openApiStage();
    await fillInbox(stage);
    const all = await everyEvent(stage, '', limit);
    expect(new Set(all.map((item) => item.event_id)).size).toBe(55);
    expect(all).toHaveLength(55);
    const times = all.map((item) => item.received_at);
    expect(times).toEqual(times.toSorted().reverse());
    const counts = {
      accepted: 10,
      late: 10,
      dispatched: 10,
      applied: 10,
      quarantined: 15,
      rejected: 0,
    };
    for (const [status, count] of Object.entries(counts)) {
      const found = await everyEvent(stage, `&status=${status}`, limit);
      expect(
        found.map((item) => item.status),
        status,
      ).toEqual(Array(count).fill(status));
      expect(new Set(found.map((item) => item.event_id)).size).toBe(count);
    }
    const ofOrder = await everyEvent(stage, '&order_id=ORD-2', limit);
    expect(ofOrder.map((item) => item.order_id)).toEqual(Array(8).fill('ORD-2'));
    expect(await everyEvent(stage, '&connection=wms', limit)).toEqual([]);
  });
}

test('refuses a cursor and a status that it does not know', async () => {
  const stage = openApiStage();
  for (const query of ['cursor=abc', 'cursor=bnVsbA', 'status=gone', 'limit=x']) {
    expect((await stage.get(`/api/v1/events?${query}`)).status, query).toBe(422);
  }
});
