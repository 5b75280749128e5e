import { expect, test } from 'vitest';
import { ActionSchema, type ActionView } from '../../src/contracts/operators.ts';
import { pageOf } from '../../src/contracts/primitives.ts';
import { ProblemSchema } from '../../src/contracts/problem.ts';
import type { ActionDecided } from '../../src/domain/inputs.ts';
import { newEvent, openApiStage, settle, type ApiStage } from '../support/api-stage.ts';
import { actionOf, addDeadLetter, shelve, writeActions } from '../support/books-shelf.ts';

const PATH = '/api/v1/actions/A-1/decision';

const DECIDED = {
  status: 'RESOLVED',
  version: 2,
  closed_at: '2027-01-15T09:00:00.000Z',
  decision: { decision: 'wait', by: 'Ana', note: null, at: '2027-01-15T09:00:00.000Z' },
} as const;

/** A stage with one open action; its order carries out what it is asked. */
function openDecisions(seed: Partial<ActionView> = {}): ApiStage {
  const stage = openApiStage();
  writeActions(stage.books, [actionOf({ action_id: 'A-1', ...seed })]);
  stage.orders.answer = () => {
    const action = actionOf({ action_id: 'A-1', ...seed, ...DECIDED });
    writeActions(stage.books, [action]);
    return { kind: 'taken', detail: 'wait is carried out.', action };
  };
  return stage;
}

function decide(stage: ApiStage, body: unknown, key?: string): Promise<Response> {
  const headers = {
    'content-type': 'application/json',
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  };
  return stage.post(PATH, { body: JSON.stringify(body), headers });
}

function decisionOf(stage: ApiStage, index = 0): ActionDecided {
  const input = stage.asked[index]?.input;
  if (input?.type !== 'action_decided') throw new Error('no decision reached the order');
  return input;
}

async function problemOf(answer: Response) {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const problem = ProblemSchema.parse(await answer.json());
  expect(problem.status).toBe(answer.status);
  return problem;
}

test('lists what waits for a person, in the shape of the contract, and shows one', async () => {
  const stage = openApiStage();
  const open = actionOf({ action_id: 'A-1' });
  writeActions(stage.books, [open, actionOf({ action_id: 'A-2', ...DECIDED })]);
  const answer = await stage.get('/api/v1/actions');
  expect(answer.status).toBe(200);
  const page = pageOf(ActionSchema.strict()).parse(await answer.json());
  expect(page).toEqual({ items: [open], next: null });
  const closed = await (await stage.get('/api/v1/actions?status=closed&order_id=ORD-1')).json();
  expect(
    pageOf(ActionSchema)
      .parse(closed)
      .items.map((one) => one.action_id),
  ).toEqual(['A-2']);
  const one = await stage.get('/api/v1/actions/A-2');
  expect(ActionSchema.parse(await one.json())).toMatchObject({ status: 'RESOLVED' });
  expect((await stage.get('/api/v1/actions/A-9')).status).toBe(404);
  expect((await stage.get('/api/v1/actions?status=OPENED')).status).toBe(422);
  const order = await (await stage.get('/api/v1/orders/ORD-1')).json();
  expect(order).toMatchObject({ actions: [{ action_id: 'A-1' }, { action_id: 'A-2' }] });
});

test('hands a decision to the order with who, what and why, and answers the action as it stands', async () => {
  const stage = openDecisions();
  const answer = await decide(stage, { decision: 'wait', expected_version: 1, note: ' later ' });
  expect(answer.status).toBe(200);
  const body: unknown = await answer.json();
  expect(ActionSchema.parse(body)).toEqual(actionOf({ action_id: 'A-1', ...DECIDED }));
  expect(body).toMatchObject({ outcome: 'wait is carried out.' });
  expect(stage.asked[0]?.order).toEqual({ connection: 'crm', orderId: 'ORD-1' });
  expect(decisionOf(stage)).toMatchObject({
    connection: 'operator',
    actionId: 'A-1',
    expectedVersion: 1,
    decision: 'wait',
    lines: null,
    substitutes: [],
    note: 'later',
    by: 'default',
  });
  expect(decisionOf(stage).eventId).toMatch(/^decision:[a-f0-9-]{32,36}$/);
  const { items } = stage.operations.audit.list({ limit: 1 });
  expect(items).toMatchObject([
    {
      actor: 'default',
      action: 'POST /api/v1/actions/{action_id}/decision',
      target: PATH,
      reason: ' later ',
      outcome: '200',
    },
  ]);
});

test('takes line ids, each once, and what stands in for what', async () => {
  const stage = openDecisions();
  await decide(stage, { decision: 'ship_partial', expected_version: 1, lines: ['L1', 'L2', 'L1'] });
  expect(decisionOf(stage)).toMatchObject({ lines: ['L1', 'L2'], substitutes: [] });
  await decide(stage, {
    decision: 'substitute',
    expected_version: 1,
    lines: [
      { line_id: 'L1', sku: 'SKU-9', qty: 4, ratio: 1.5 },
      { line_id: 'L2', sku: 'SKU-9', qty: 1 },
    ],
  });
  expect(decisionOf(stage, 1)).toMatchObject({
    lines: null,
    substitutes: [
      { lineId: 'L1', sku: 'SKU-9', qty: 4, ratio: 1.5 },
      { lineId: 'L2', sku: 'SKU-9', qty: 1, ratio: 1 },
    ],
  });
  await decide(stage, { decision: 'wait', expected_version: 1, lines: [] });
  expect(decisionOf(stage, 2)).toMatchObject({ lines: null, substitutes: [] });
});

const SENSELESS: [name: string, body: object, pointer: string][] = [
  ['an unknown decision', { decision: 'shrug' }, '/decision'],
  ['no decision', {}, '/decision'],
  ['no version', { decision: 'wait', expected_version: undefined }, '/expected_version'],
  ['a version that is none', { decision: 'wait', expected_version: 0 }, '/expected_version'],
  ['substitute without lines', { decision: 'substitute' }, '/lines'],
  ['substitute with line ids', { decision: 'substitute', lines: ['L1'] }, '/lines/0'],
  [
    'substitute of no units',
    { decision: 'substitute', lines: [{ line_id: 'L1', sku: 'S', qty: 0 }] },
    '/lines/0',
  ],
  [
    'substitute by a fraction of a unit',
    { decision: 'substitute', lines: [{ line_id: 'L1', sku: 'S', qty: 3, ratio: 0.5 }] },
    '/lines/0',
  ],
  [
    'line ids where one is not',
    { decision: 'ship_partial', lines: ['L1', { line_id: 'L2', sku: 'S', qty: 1 }] },
    '/lines/1',
  ],
  ['lines that are no list', { decision: 'ship_partial', lines: 'L1' }, '/lines'],
  ['cancel of no line', { decision: 'cancel_line', lines: [] }, '/lines'],
  ['cancel of the order and of a line', { decision: 'cancel_order', lines: ['L1'] }, '/lines'],
];

for (const [name, body, pointer] of SENSELESS) {
  test(`refuses ${name} with 422, and asks the order nothing`, async () => {
    const stage = openDecisions();
    const answer = await decide(stage, { expected_version: 1, ...body });
    expect(answer.status).toBe(422);
    const problem = await problemOf(answer);
    expect(problem.errors?.some((error) => error.pointer.startsWith(pointer))).toBe(true);
    expect(stage.asked).toEqual([]);
  });
}

test('an action that nobody has heard of is a 404', async () => {
  const stage = openApiStage();
  const answer = await decide(stage, { decision: 'wait', expected_version: 1 });
  expect(answer.status).toBe(404);
  expect((await problemOf(answer)).detail).toContain('There is no action A-1');
});

test('who comes second gets 409 with the present state', async () => {
  const stage = openDecisions();
  const present = actionOf({ action_id: 'A-1', ...DECIDED });
  stage.orders.answer = () => ({
    kind: 'conflict',
    detail: 'Ana has decided wait already.',
    action: present,
  });
  const answer = await decide(stage, { decision: 'cancel_order', expected_version: 1 });
  expect(answer.status).toBe(409);
  const problem = await problemOf(answer);
  expect(problem.type).toMatch(/\/action-decided$/);
  expect(problem.detail).toBe('Ana has decided wait already.');
  expect(problem).toMatchObject({ action: present, action_status: 'RESOLVED', version: 2 });
});

test('an answer to a version that is gone gets 409 with the question as it is now', async () => {
  const stage = openDecisions();
  const present = actionOf({ action_id: 'A-1', version: 3 });
  stage.orders.answer = () => ({ kind: 'conflict', detail: 'It has changed.', action: present });
  const problem = await problemOf(await decide(stage, { decision: 'wait', expected_version: 1 }));
  expect(problem.type).toMatch(/\/action-changed$/);
  expect(problem).toMatchObject({ status: 409, version: 3, action: { status: 'OPEN' } });
});

test('what the order refuses is a 422 with its code and the action', async () => {
  const stage = openDecisions();
  const action = actionOf({ action_id: 'A-1' });
  const detail = 'The order has no line L9.';
  stage.orders.answer = () => ({ kind: 'refused', code: 'unknown-line', detail, action });
  const body = { decision: 'cancel_line', expected_version: 1, lines: ['L9'] };
  const problem = await problemOf(await decide(stage, body));
  expect(problem).toMatchObject({ status: 422, code: 'unknown-line', detail, action });
  expect(problem.type).toMatch(/\/decision-refused$/);
});

test('a decision for an order that has ended gets 409 with the action out of the books', async () => {
  const stage = openDecisions();
  writeActions(stage.books, [actionOf({ action_id: 'A-1', ...DECIDED })]);
  stage.temporal.orders = 'closed';
  const problem = await problemOf(await decide(stage, { decision: 'retry', expected_version: 1 }));
  expect(problem).toMatchObject({ status: 409, action: { action_id: 'A-1', status: 'RESOLVED' } });
  expect(problem.detail).toBe(
    'Order ORD-1 has ended, after Ana had decided wait at 2027-01-15T09:00:00.000Z: nothing was changed.',
  );
});

test('while the order cannot be asked it is 503 with Retry-After, and the same key may be sent again', async () => {
  const stage = openDecisions();
  stage.temporal.state = 'away';
  const body = { decision: 'wait', expected_version: 1 };
  const away = await decide(stage, body, 'key-1');
  expect(away.status).toBe(503);
  expect(away.headers.get('retry-after')).toBe('5');
  stage.temporal.state = 'here';
  expect((await decide(stage, body, 'key-1')).status).toBe(200);
  expect(stage.asked).toHaveLength(1);
});

test('the same key is the same question to the order, also after a restart; another key, or action, is another', async () => {
  const ids: string[] = [];
  const body = { decision: 'wait', expected_version: 1 };
  for (const key of ['key-1', 'key-1', 'key-2']) {
    const stage = openDecisions();
    await decide(stage, body, key);
    ids.push(decisionOf(stage).eventId);
  }
  expect(ids[1]).toBe(ids[0]);
  expect(ids[2]).not.toBe(ids[0]);
  const stage = openApiStage();
  writeActions(stage.books, [actionOf({ action_id: 'A-2' })]);
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'key-1' };
  await stage.post('/api/v1/actions/A-2/decision', { body: JSON.stringify(body), headers });
  expect(ids).not.toContain(decisionOf(stage).eventId);
});

test('a repeat of a key gets the first answer without asking twice', async () => {
  const stage = openDecisions();
  const body = { decision: 'wait', expected_version: 1 };
  const first = await (await decide(stage, body, 'key-1')).json();
  const again = await decide(stage, body, 'key-1');
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(await again.json()).toEqual(first);
  expect(stage.asked).toHaveLength(1);
});

async function withUnreadEvent(kind: 'command' | 'event'): Promise<ApiStage> {
  const seed = { reason: 'unmapped_value', dead_letter_id: 'DL-1', choices: ['retry'] } as const;
  const stage = openDecisions({ ...seed, choices: [...seed.choices] });
  shelve(stage.books, [{ orderId: 'ORD-2' }]);
  const letter = { id: 'DL-1', orderId: 'ORD-1', kind, connection: 'crm', subject: 'evt_1' };
  addDeadLetter(stage.books, letter);
  await stage.inbox.append([newEvent({ eventId: 'evt_1' })]);
  await settle(stage.inbox, ['evt_1'], 'dispatched');
  return stage;
}

test('retry of an event that was not understood brings it in again, once the order has taken the decision', async () => {
  const stage = await withUnreadEvent('event');
  const before = await stage.inbox.get('crm', 'evt_1');
  expect(before?.status).toBe('dispatched');
  expect((await decide(stage, { decision: 'retry', expected_version: 1 })).status).toBe(200);
  expect((await stage.inbox.get('crm', 'evt_1'))?.status).toBe('accepted');
});

test('no event comes in again when the decision was not taken, is another, or is about a command', async () => {
  const refused = await withUnreadEvent('event');
  const action = actionOf({ action_id: 'A-1' });
  refused.orders.answer = () => ({ kind: 'conflict', detail: 'It has changed.', action });
  await decide(refused, { decision: 'retry', expected_version: 1 });
  const waits = await withUnreadEvent('event');
  await decide(waits, { decision: 'wait', expected_version: 1 });
  const command = await withUnreadEvent('command');
  await decide(command, { decision: 'retry', expected_version: 1 });
  for (const stage of [refused, waits, command]) {
    expect(stage.asked).toHaveLength(1);
    expect(stage.sent).toEqual([]);
    expect((await stage.inbox.get('crm', 'evt_1'))?.status).toBe('dispatched');
  }
});
