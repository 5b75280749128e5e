import { expect, test } from 'vitest';
import { z } from 'zod';
import { ProblemSchema } from '../../src/contracts/problem.ts';
import type { OrderCommanded } from '../../src/domain/inputs.ts';
import { newEvent, openApiStage, settle, type ApiStage } from '../support/api-stage.ts';
import { addDeadLetter, shelve } from '../support/books-shelf.ts';

const COMMANDS = ['cancel', 'hold', 'release', 'retry'] as const;

function openOrders(): ApiStage {
  const stage = openApiStage();
  shelve(stage.books, [{ orderId: 'ORD-1' }, { orderId: 'ORD-1', connection: 'shop' }]);
  return stage;
}

function send(stage: ApiStage, path: string, body: unknown, key?: string): Promise<Response> {
  const headers = {
    'content-type': 'application/json',
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  };
  return stage.post(`/api/v1/orders/${path}`, { body: JSON.stringify(body), headers });
}

function commandOf(stage: ApiStage, index = 0): Exclude<OrderCommanded, { command: 'remap' }> {
  const input = stage.asked[index]?.input;
  if (input?.type !== 'order_commanded' || input.command === 'remap')
    throw new Error('no command reached the order');
  return input;
}

const AnswerSchema = z.strictObject({
  order_id: z.string(),
  connection: z.string(),
  status: z.string(),
  detail: z.string(),
});

test.each([
  ['cancel', 'cancelling'],
  ['hold', 'on_hold'],
  ['release', 'released'],
  ['retry', 'retrying'],
])(
  '%s is told to the order with its reason, and answered with what it is then',
  async (name, status) => {
    const stage = openOrders();
    const answer = await send(stage, `ORD-1/${name}`, { reason: 'customer called' });
    expect(answer.status).toBe(200);
    expect(AnswerSchema.parse(await answer.json())).toEqual({
      order_id: 'ORD-1',
      connection: 'crm',
      status,
      detail: 'It is carried out.',
    });
    expect(stage.asked[0]?.order).toEqual({ connection: 'crm', orderId: 'ORD-1' });
    expect(commandOf(stage)).toMatchObject({
      command: name,
      connection: 'operator',
      reason: 'customer called',
      lines: null,
      by: 'default',
    });
    const { items } = stage.operations.audit.list({ limit: 1 });
    expect(items).toMatchObject([
      {
        actor: 'default',
        action: `POST /api/v1/orders/{order_id}/${name}`,
        target: `/api/v1/orders/ORD-1/${name}`,
        reason: 'customer called',
        outcome: '200',
      },
    ]);
  },
);

test('a cancel can be about lines, and about the order of another connection', async () => {
  const stage = openOrders();
  const body = { reason: 'wrong article', lines: ['ORD-1-1'] };
  expect((await send(stage, 'ORD-1/cancel?connection=shop', body)).status).toBe(200);
  expect(stage.asked[0]?.order).toEqual({ connection: 'shop', orderId: 'ORD-1' });
  expect(commandOf(stage).lines).toEqual(['ORD-1-1']);
});

test.each([
  ['cancel', {}],
  ['cancel', { reason: ' ' }],
  ['cancel', { reason: 'r', lines: [] }],
  ['cancel', { reason: 'r', lines: [{ line_id: 'L1' }] }],
  ['hold', { reason: 'r', lines: ['L1'] }],
  ['retry', {}],
])('%s with %j is refused with 422, and nothing is asked', async (name, body) => {
  const stage = openOrders();
  expect((await send(stage, `ORD-1/${name}`, body)).status).toBe(422);
  expect(stage.asked).toEqual([]);
});

for (const name of COMMANDS) {
  test(`${name} of an order that has ended is 409 with how it ended`, async () => {
    const stage = openApiStage();
    shelve(stage.books, [{ orderId: 'ORD-1', stage: 'FULFILLED', headline: 'FULFILLED' }]);
    stage.temporal.orders = 'closed';
    const answer = await send(stage, `ORD-1/${name}`, { reason: 'r' });
    expect(answer.status).toBe(409);
    const problem = ProblemSchema.parse(await answer.json());
    expect(problem.type).toMatch(/\/order-closed$/);
    expect(problem).toMatchObject({ stage: 'FULFILLED', headline: 'FULFILLED', version: 1 });
  });
}

test('what conflicts with the present state is 409, what makes no sense 422, both in the words of the order', async () => {
  const stage = openOrders();
  stage.orders.answer = () => ({ kind: 'conflict', detail: 'It is not on hold.', action: null });
  const conflict = await send(stage, 'ORD-1/release', { reason: 'r' });
  expect(conflict.status).toBe(409);
  expect(ProblemSchema.parse(await conflict.json())).toMatchObject({
    detail: 'It is not on hold.',
    stage: 'FULFILLING',
  });
  const detail = 'The order has no line L9.';
  stage.orders.answer = () => ({ kind: 'refused', code: 'unknown-line', detail, action: null });
  const refused = await send(stage, 'ORD-1/cancel', { reason: 'r', lines: ['L9'] });
  expect(refused.status).toBe(422);
  expect(ProblemSchema.parse(await refused.json())).toMatchObject({ detail, code: 'unknown-line' });
});

test('an order that nobody has heard of is 404; one whose event is under way is asked', async () => {
  const stage = openApiStage();
  const unknown = await send(stage, 'ORD-9/hold', { reason: 'r' });
  expect(unknown.status).toBe(404);
  expect(stage.asked).toEqual([]);
  await stage.inbox.append([newEvent({ eventId: 'evt_1', lane: 'crm/ORD-9' })]);
  expect((await send(stage, 'ORD-9/hold', { reason: 'r' })).status).toBe(200);
  stage.temporal.orders = 'closed';
  const pending = await send(stage, 'ORD-9/hold', { reason: 'r' });
  expect(pending.status).toBe(404);
  expect(ProblemSchema.parse(await pending.json()).type).toMatch(/\/order-pending$/);
});

test('while the order cannot be asked it is 503 with Retry-After; the same key asks the same again', async () => {
  const stage = openOrders();
  stage.temporal.state = 'away';
  const away = await send(stage, 'ORD-1/cancel', { reason: 'r' }, 'key-1');
  expect(away.status).toBe(503);
  expect(away.headers.get('retry-after')).toBe('5');
  stage.temporal.state = 'here';
  await send(stage, 'ORD-1/cancel', { reason: 'r' }, 'key-1');
  await send(stage, 'ORD-1/hold', { reason: 'r' }, 'key-1');
  await send(stage, 'ORD-1/cancel?connection=shop', { reason: 'other' }, 'key-2');
  const other = openOrders();
  await send(other, 'ORD-1/cancel', { reason: 'r' }, 'key-1');
  const ids = stage.asked.map(({ input }) => input.eventId);
  expect(new Set(ids).size).toBe(3);
  expect(commandOf(other).eventId).toBe(ids[0]);
});

test('retry brings the events that the order could not read in again, those of no other order', async () => {
  const stage = openOrders();
  const letters = [
    { id: 'DL-1', orderId: 'ORD-1', kind: 'event' as const, subject: 'evt_1' },
    { id: 'DL-2', orderId: 'ORD-1', kind: 'command' as const, subject: 'pick:ORD-1:1:1' },
    { id: 'DL-3', orderId: 'ORD-1', kind: 'event' as const, subject: 'evt_3' },
  ];
  for (const letter of letters) addDeadLetter(stage.books, { ...letter, connection: 'crm' });
  // The order of another CRM that happens to have the same id.
  stage.books.sqlite.exec(`UPDATE dead_letters SET order_key = 'shop/ORD-1' WHERE id = 'DL-3'`);
  await stage.inbox.append([newEvent({ eventId: 'evt_1' }), newEvent({ eventId: 'evt_3' })]);
  await settle(stage.inbox, ['evt_1', 'evt_3'], 'dispatched');
  expect((await send(stage, 'ORD-1/hold', { reason: 'r' })).status).toBe(200);
  expect((await stage.inbox.get('crm', 'evt_1'))?.status).toBe('dispatched');
  expect((await send(stage, 'ORD-1/retry', { reason: 'r' })).status).toBe(200);
  expect((await stage.inbox.get('crm', 'evt_1'))?.status).toBe('accepted');
  expect((await stage.inbox.get('crm', 'evt_3'))?.status).toBe('dispatched');
  expect(stage.sent).toEqual([]);
});
