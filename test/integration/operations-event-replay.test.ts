import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ProblemSchema } from '../../src/contracts/problem.ts';
import type { NewEvent } from '../../src/inbox/store.ts';
import { API_KEY, newEvent, newQuarantine, settle } from '../support/api-stage.ts';
import { booksSchema, shelve } from '../support/books-shelf.ts';
import { pause } from '../support/eventually.ts';
import { openOperationsStage, type OperationsStage } from '../support/operations-stage.ts';

const PreviewSchema = z.object({
  dry_run: z.literal(true),
  order_id: z.string().nullable(),
  order: z.object({ stage: z.string(), headline: z.string(), version: z.int() }).nullable(),
  reads_as: z.string(),
  effect: z.string(),
  done: z.array(z.string()),
  would_run: z.array(z.string()),
  summary: z.string(),
});

function orderCreated(eventId: string, priority = 'gold'): NewEvent {
  const body = Buffer.from(
    JSON.stringify({
      event_id: eventId,
      event_type: 'ORDER.CREATED',
      event_version: '1.0',
      timestamp: '2026-01-17T14:32:00Z',
      source: 'crm.prod',
      payload: {
        order_id: 'ORD-1',
        customer: { id: 'CUST-123', name: 'Acme Co', account_priority: priority },
        items: [{ sku: 'SKU-111', qty: 2 }],
        fulfillment: { method: 'standard', requested_date: '2026-01-20' },
        total: 1450,
      },
    }),
  );
  return { ...newEvent({ eventId }), body, sha256: createHash('sha256').update(body).digest() };
}

async function stageWith(
  event: NewEvent,
  status?: 'dispatched' | 'late',
): Promise<OperationsStage> {
  const stage = openOperationsStage();
  await stage.inbox.append([event]);
  if (status !== undefined) await settle(stage.inbox, [event.eventId], status);
  return stage;
}

function addFate(stage: OperationsStage, eventId: string, state: string): void {
  stage.books.db
    .insert(booksSchema.appliedEvents)
    .values({ connection: 'crm', eventId, orderKey: 'crm/ORD-1', state, at: 1 })
    .run();
}

async function preview(stage: OperationsStage, eventId = 'evt_1') {
  const answer = await stage.send('POST', `/api/v1/events/${eventId}/replay`, { dry_run: true });
  expect(answer.status).toBe(200);
  return PreviewSchema.parse(await answer.json());
}

async function replay(stage: OperationsStage, body?: object, eventId = 'evt_1') {
  const answer = await stage.send('POST', `/api/v1/events/${eventId}/replay`, body);
  const text: unknown = await answer.json();
  const problem = ProblemSchema.safeParse(text);
  return [answer.status, problem.success ? problem.data.type.replace(/^.*\//, '') : ''];
}

async function statusOf(stage: OperationsStage, eventId = 'evt_1') {
  return (await stage.inbox.get('crm', eventId))?.status;
}

test('an event that was applied shows its order and what is done, and is recognised by it', async () => {
  const stage = await stageWith(orderCreated('evt_1'), 'dispatched');
  shelve(stage.books, [{ orderId: 'ORD-1', taskId: 'T-1' }]);
  addFate(stage, 'evt_1', 'applied');
  expect(await preview(stage)).toMatchObject({
    order_id: 'ORD-1',
    order: { stage: 'FULFILLING', headline: 'ALLOCATED', version: 1 },
    reads_as: 'order_created',
    effect: 'skipped',
    done: ['Task T-1 is OPEN', 'Backorder BO-1 of 1 is WAITING'],
    would_run: ['The event goes to its order, which recognises it'],
  });
  expect(await statusOf(stage)).toBe('dispatched');
  expect(await replay(stage)).toEqual([202, '']);
  expect(await statusOf(stage)).toBe('accepted');
});

test('a dead event shows whether the mapping of today can read it', async () => {
  const mended = await stageWith(orderCreated('evt_1'), 'dispatched');
  addFate(mended, 'evt_1', 'dead');
  expect(await preview(mended)).toMatchObject({ reads_as: 'order_created', effect: 'applied' });
  const broken = await stageWith(orderCreated('evt_1', 'plutonium'), 'dispatched');
  addFate(broken, 'evt_1', 'dead');
  expect(await preview(broken)).toMatchObject({ reads_as: 'event_unmapped', effect: 'dead' });
});

test('an event that waits for its order is on its way already', async () => {
  const stage = await stageWith(orderCreated('evt_1'));
  expect(await preview(stage)).toMatchObject({ effect: 'under_way', order: null });
  expect(await replay(stage)).toEqual([202, '']);
  expect(await statusOf(stage)).toBe('accepted');
});

test('an event of a closed order is refused unless it is forced', async () => {
  const stage = await stageWith(orderCreated('evt_1'), 'late');
  shelve(stage.books, [{ orderId: 'ORD-1', stage: 'FULFILLED' }]);
  stage.books.sqlite.exec('UPDATE orders SET closed_at = 1');
  expect(await preview(stage)).toMatchObject({ effect: 'late', would_run: [] });
  expect(await replay(stage)).toEqual([409, 'event-without-effect']);
  expect(await statusOf(stage)).toBe('late');
  expect(await replay(stage, { force: true })).toEqual([202, '']);
  expect(await statusOf(stage)).toBe('accepted');
});

test('what was never taken cannot be replayed', async () => {
  const stage = openOperationsStage();
  await stage.inbox.quarantine([newQuarantine({ eventId: 'evt_1', text: 'x' })]);
  expect(await replay(stage)).toEqual([409, 'event-held-back']);
  expect(await replay(stage, undefined, 'evt_9')).toEqual([404, 'not-found']);
});

test('a dry run that is not sent as JSON is refused, not taken for a replay', async () => {
  const stage = await stageWith(orderCreated('evt_1'), 'dispatched');
  const url = 'http://x/api/v1/events/evt_1/replay';
  const authorization = `Bearer ${API_KEY}`;
  const text = '{"dry_run":true}';
  const bodies: [string | Uint8Array, Record<string, string>, number][] = [
    [text, {}, 415],
    [new TextEncoder().encode(text), {}, 415],
    ['{"dry_run":tru', { 'content-type': 'application/json' }, 400],
    ['{"dry_run":"yes"}', { 'content-type': 'application/json' }, 422],
  ];
  for (const [body, headers, status] of bodies) {
    const init = { method: 'POST', headers: { authorization, ...headers }, body };
    expect((await stage.request(new Request(url, init))).status).toBe(status);
  }
  await pause(10);
  expect(await statusOf(stage)).toBe('dispatched');
});
