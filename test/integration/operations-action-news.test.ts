import { expect, onTestFinished, test } from 'vitest';
import { ActionNewsSchema } from '../../src/api/action-schemas.ts';
import { EnvelopeSchema } from '../../src/contracts/envelope.ts';
import type { ActionView } from '../../src/contracts/operators.ts';
import { isActionToken } from '../../src/http/action-link.ts';
import { actionOf, writeActions } from '../support/books-shelf.ts';
import { eventually, pause } from '../support/eventually.ts';
import { startReceiver, type Receiver } from '../support/misbehaving-receiver.ts';
import { openOperationsStage, type OperationsStage } from '../support/operations-stage.ts';

/** Looks are asked for by the tests, so that none comes in between. */
const ENV = { CROSSDOCK_ACTION_NEWS_POLL_MS: '100000000', CROSSDOCK_ALERT_POLL_MS: '100000000' };

const CLOSED_AT = new Date().toISOString();

function rung(number: number, name: string): Pick<ActionView, 'escalation'> {
  return { escalation: { rung: number, name } };
}

async function stageWithSubscriber(
  env: Record<string, string> = {},
): Promise<{ stage: OperationsStage; told: Receiver }> {
  const stage = openOperationsStage({ ...ENV, ...env });
  const told = await startReceiver();
  onTestFinished(() => told.close());
  const body = { url: told.url, event_types: ['TASK.*'] };
  expect((await stage.send('POST', '/api/v1/subscriptions', body)).status).toBe(201);
  return { stage, told };
}

function eventsOf(told: Receiver) {
  return told.received.map((call) => {
    const envelope = EnvelopeSchema.parse(JSON.parse(call.body));
    return { ...envelope, payload: ActionNewsSchema.parse(envelope.payload) };
  });
}

/** What was told, in no order, for deliveries run beside each other. */
function idsOf(told: Receiver): string[] {
  return eventsOf(told)
    .map((event) => event.event_id)
    .toSorted();
}

async function settled(told: Receiver, count: number): Promise<void> {
  await eventually(() => told.received.length >= count);
  await pause(50);
  expect(told.received).toHaveLength(count);
}

test('an action is told once when it is asked, with all that is needed to decide it, and once when it is over', async () => {
  const { stage, told } = await stageWithSubscriber();
  const action = actionOf({ action_id: 'ACT-1', ...rung(1, 'owner') });
  writeActions(stage.books, [action]);
  await stage.operations.actions.look();
  await stage.operations.actions.look();
  await settled(told, 1);
  const [asked] = eventsOf(told);
  expect(asked).toMatchObject({
    event_type: 'TASK.HUMAN_ACTION_REQUIRED',
    event_id: 'ACT-1:asked',
    source: 'crossdock',
    payload: {
      order_id: 'ORD-1',
      action_id: 'ACT-1',
      reason: 'pick_short',
      detail: action.detail,
      choices: action.choices,
      due_at: action.due_at,
      escalation: { rung: 1, name: 'owner' },
    },
  });
  const link = new URL(asked?.payload.link ?? '');
  expect(link.origin + link.pathname).toBe('http://127.0.0.1:4000/actions/ACT-1');
  const token = link.searchParams.get('t') ?? '';
  expect(isActionToken('secret-of-links-0123', 'ACT-1', token)).toBe(true);

  writeActions(stage.books, [{ ...action, version: 2 }]);
  await stage.operations.actions.look();
  const decision = { decision: 'wait', by: 'Ana', note: null, at: CLOSED_AT } as const;
  const over = { status: 'RESOLVED', version: 3, closed_at: CLOSED_AT, decision } as const;
  writeActions(stage.books, [{ ...action, ...over }]);
  await stage.operations.actions.look();
  await stage.operations.actions.look();
  await settled(told, 2);
  expect(eventsOf(told).at(-1)).toMatchObject({
    event_type: 'TASK.HUMAN_ACTION_RESOLVED',
    event_id: 'ACT-1:resolved',
    payload: { status: 'RESOLVED', decision },
  });
});

test('every rung is told once, those that fired while nobody looked in one go and by their names', async () => {
  const { stage, told } = await stageWithSubscriber();
  const write = (escalation: ActionView['escalation']): void =>
    writeActions(stage.books, [actionOf({ action_id: 'ACT-1', escalation })]);
  write(null);
  await stage.operations.actions.look();
  write({ rung: 1, name: 'owner' });
  await stage.operations.actions.look();
  write({ rung: 3, name: 'manager' });
  await stage.operations.actions.look();
  await settled(told, 4);
  expect(
    Object.fromEntries(eventsOf(told).map((one) => [one.event_id, one.payload.escalation])),
  ).toEqual({
    'ACT-1:asked': null,
    'ACT-1:rung-1': { rung: 1, name: 'owner' },
    'ACT-1:rung-2': { rung: 2, name: 'lead' },
    'ACT-1:rung-3': { rung: 3, name: 'manager' },
  });
});

test('an action that came and went between two looks is told from beginning to end', async () => {
  const { stage, told } = await stageWithSubscriber();
  writeActions(stage.books, [
    actionOf({
      action_id: 'ACT-1',
      status: 'SUPERSEDED',
      closed_at: CLOSED_AT,
      ...rung(2, 'lead'),
    }),
  ]);
  await stage.operations.actions.look();
  await settled(told, 3);
  expect(idsOf(told)).toEqual(['ACT-1:asked', 'ACT-1:resolved', 'ACT-1:rung-2']);
});

test('nothing is told twice over restarts, nor when the books are given back an earlier state', async () => {
  const { stage, told } = await stageWithSubscriber();
  const all = ['ACT-1', 'ACT-2', 'ACT-3'].map((id) => actionOf({ action_id: id }));
  writeActions(stage.books, all);
  await stage.operations.actions.look();
  // A delivery that a stop cuts off is sent again, which is not what this is about.
  await settled(told, 3);
  await stage.restart();
  await stage.operations.actions.look();
  await settled(told, 3);
  // A power cut takes the last two changes back, and the worker gives one of their numbers anew.
  stage.books.sqlite.exec('DELETE FROM actions WHERE change_seq > 1');
  await stage.operations.actions.look();
  writeActions(stage.books, [actionOf({ action_id: 'ACT-4' }), actionOf({ action_id: 'ACT-1' })]);
  await stage.operations.actions.look();
  await settled(told, 4);
  writeActions(stage.books, [...all, actionOf({ action_id: 'ACT-4' })]);
  await stage.operations.actions.look();
  // The same, and the worker is past the place that was reached before anybody looks.
  stage.books.sqlite.exec('DELETE FROM actions WHERE change_seq > 2');
  await stage.restart();
  const more = ['ACT-5', 'ACT-6', 'ACT-7'].map((id) => actionOf({ action_id: id }));
  writeActions(stage.books, [...more, ...all, actionOf({ action_id: 'ACT-4' })]);
  await stage.operations.actions.look();
  await settled(told, 7);
  expect(new Set(idsOf(told)).size).toBe(7);
});

test('failed commands are told by their alert alone, unread events by both', async () => {
  const { stage, told } = await stageWithSubscriber();
  writeActions(stage.books, [
    actionOf({ action_id: 'ACT-1', reason: 'command_failed', dead_letter_id: 'DL-1' }),
    actionOf({ action_id: 'ACT-2', reason: 'unmapped_value', dead_letter_id: 'DL-2' }),
  ]);
  await stage.operations.actions.look();
  await settled(told, 1);
  expect(idsOf(told)).toEqual(['ACT-2:asked']);
});

test('what was closed long ago is no news to a new follower', async () => {
  const { stage, told } = await stageWithSubscriber({ CROSSDOCK_OPERATIONS_KEEP_MS: '3600000' });
  const long = new Date(Date.now() - 7_200_000).toISOString();
  writeActions(stage.books, [
    actionOf({ action_id: 'ACT-1', status: 'SUPERSEDED', closed_at: long }),
    actionOf({ action_id: 'ACT-2' }),
  ]);
  await stage.operations.actions.look();
  await settled(told, 1);
  expect(idsOf(told)).toEqual(['ACT-2:asked']);
});

test('books that cannot be read are looked at again', async () => {
  const { stage, told } = await stageWithSubscriber();
  writeActions(stage.books, [actionOf({ action_id: 'ACT-1' })]);
  stage.books.sqlite.exec('ALTER TABLE actions RENAME COLUMN view TO gone');
  await stage.operations.actions.look();
  expect(stage.log.map((line) => line['msg'])).toContain('action.books_unreadable');
  stage.books.sqlite.exec('ALTER TABLE actions RENAME COLUMN gone TO view');
  await stage.operations.actions.look();
  await settled(told, 1);
});

test('more changes than one slice are all told, and looked for by itself', async () => {
  const { stage, told } = await stageWithSubscriber({
    CROSSDOCK_ACTION_NEWS_POLL_MS: '2000',
    CROSSDOCK_OPERATIONS_SCAN_SLICE_ROWS: '3',
  });
  writeActions(
    stage.books,
    Array.from({ length: 10 }, (_, n) => actionOf({ action_id: `ACT-${n}` })),
  );
  await settled(told, 10);
  expect(new Set(idsOf(told)).size).toBe(10);
});

test('an id too long for an event is told under its digest, as short as ids of events are', async () => {
  const { stage, told } = await stageWithSubscriber();
  writeActions(stage.books, [actionOf({ action_id: `ACT-${'x'.repeat(140)}` })]);
  await stage.operations.actions.look();
  await settled(told, 1);
  expect(eventsOf(told)[0]?.event_id).toMatch(/^[a-f0-9]{64}:asked$/);
});
