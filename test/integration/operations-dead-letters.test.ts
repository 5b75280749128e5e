import { expect, test } from 'vitest';
import type { z } from 'zod';
import {
  CauseGroupPageSchema,
  DeadLetterDetailSchema,
  DiscardAnswerSchema,
  ReplayPreviewSchema,
  ReplayProgressSchema,
} from '../../src/api/dead-letter-schemas.ts';
import { ProblemSchema } from '../../src/contracts/problem.ts';
import { API_KEY, newEvent, settle } from '../support/api-stage.ts';
import { addDeadLetter, shelve, type DeadLetterSeed } from '../support/books-shelf.ts';
import { eventually, pause } from '../support/eventually.ts';
import { openOperationsStage, type OperationsStage } from '../support/operations-stage.ts';

const PATH = '/api/v1/dead-letters';
const REPLAY = `${PATH}/replay`;
const AT = 1_800_000_000_000;

/** `count` letters of as many orders. */
function fill(
  stage: OperationsStage,
  prefix: string,
  count: number,
  letter: Partial<DeadLetterSeed> = {},
): void {
  const orderIds = Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
  shelve(
    stage.books,
    orderIds.map((orderId) => ({ orderId })),
  );
  orderIds.forEach((orderId, n) =>
    addDeadLetter(stage.books, { id: `DL-${orderId}`, orderId, at: AT + n, ...letter }),
  );
}

async function problemOf(answer: Response): Promise<z.infer<typeof ProblemSchema>> {
  return ProblemSchema.parse(await answer.json());
}

async function begin(stage: OperationsStage, body: object, key?: string) {
  const answer = await stage.send('POST', REPLAY, body, key);
  expect(answer.status).toBe(202);
  return ReplayProgressSchema.parse(await answer.json());
}

async function progress(stage: OperationsStage, replayId: string) {
  const answer = await stage.get(`${PATH}/replays/${replayId}`);
  expect(answer.status).toBe(200);
  return ReplayProgressSchema.parse(await answer.json());
}

async function done(stage: OperationsStage, replayId: string) {
  return eventually(async () => {
    const now = await progress(stage, replayId);
    return now.status === 'done' && now;
  });
}

function lettersSent(stage: OperationsStage): string[] {
  return stage.sent.flatMap(({ inputs }) =>
    inputs.flatMap((input) => (input.type === 'dead_letter_replayed' ? [input.deadLetterId] : [])),
  );
}

test('groups by cause what holds up the most open orders first', async () => {
  const stage = openOperationsStage();
  fill(stage, 'WMS', 3);
  fill(stage, 'TASK', 5, { connection: 'tasks', cause: 'tasks 500' });
  for (let n = 0; n < 20; n += 1) {
    const id = `DL-many-${n}`;
    addDeadLetter(stage.books, { id, orderId: 'WMS-0', connection: 'crm', cause: 'crm 400' });
  }
  fill(stage, 'OVER', 9, { cause: 'wms 400' });
  stage.books.sqlite.exec(`UPDATE orders SET closed_at = 1 WHERE order_id LIKE 'OVER-%'`);
  addDeadLetter(stage.books, { id: 'DL-old', orderId: 'WMS-1', status: 'replayed' });
  const answer = await stage.get(`${PATH}/groups`);
  expect(answer.status).toBe(200);
  const page = CauseGroupPageSchema.parse(await answer.json());
  expect(page.items.map((group) => [group.cause, group.orders_blocked, group.count])).toEqual([
    ['tasks 500', 5, 5],
    ['wms 503', 3, 3],
    ['crm 400', 1, 20],
    ['wms 400', 0, 9],
  ]);
  expect(page).toMatchObject({ orders_blocked: 8, truncated: false, next: null });
  expect(page.items[1]).toMatchObject({
    kind: 'command',
    connection: 'wms',
    last_error: 'HTTP 503',
    oldest_at: new Date(AT).toISOString(),
    newest_at: new Date(AT + 2).toISOString(),
    sample_ids: ['DL-WMS-2', 'DL-WMS-1', 'DL-WMS-0'],
  });
  const ofOrder = await stage.get(`${PATH}/groups?order_id=WMS-0`);
  const causes = CauseGroupPageSchema.parse(await ofOrder.json()).items.map((one) => one.cause);
  expect(causes.toSorted()).toEqual(['crm 400', 'wms 503']);
});

test('looks at no more rows than it may, and says so', async () => {
  const stage = openOperationsStage({
    CROSSDOCK_OPERATIONS_SCAN_ROWS_MAX: '10',
    CROSSDOCK_OPERATIONS_SCAN_SLICE_ROWS: '4',
  });
  fill(stage, 'WMS', 30);
  const page = CauseGroupPageSchema.parse(await (await stage.get(`${PATH}/groups`)).json());
  expect(page.truncated).toBe(true);
  expect(page.items[0]?.count).toBe(12);
});

test('no read of dead letters scans or sorts a table', async () => {
  const stage = openOperationsStage();
  fill(stage, 'WMS', 30);
  const statements = [
    `SELECT id FROM dead_letters WHERE status = 'open' AND (at, id) < (1, 'a')
     ORDER BY at DESC, id DESC LIMIT 5`,
    `SELECT id FROM dead_letters INDEXED BY dead_letters_by_order WHERE order_key IN
     (SELECT order_key FROM orders WHERE order_id = 'x') AND status = 'open' LIMIT 5`,
  ];
  for (const sql of statements) {
    const plan = stage.books.sqlite.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
    const bad = plan.all().filter(({ detail }) => /^SCAN|TEMP B-TREE/.test(detail));
    expect(bad).toEqual([]);
  }
});

test('a dead letter shows what was sent and what was answered', async () => {
  const stage = openOperationsStage();
  fill(stage, 'WMS', 1);
  stage.books.sqlite.exec(
    `UPDATE dead_letters SET last_error = 'HTTP 503: {"title":"Down"}', subject = 'pick:WMS-0:1:1'`,
  );
  const answer = await stage.get(`${PATH}/DL-WMS-0`);
  expect(answer.status).toBe(200);
  expect(DeadLetterDetailSchema.parse(await answer.json())).toMatchObject({
    id: 'DL-WMS-0',
    attempts: 5,
    last_status: 503,
    blocks_order: true,
    resolved_at: null,
    request: { method: 'POST', path: '/picks', idempotency_key: 'pick:WMS-0:1:1' },
    response: { status: 503, excerpt: '{"title":"Down"}' },
  });
  expect((await stage.get(`${PATH}/DL-9`)).status).toBe(404);
});

test('the dead letter of an event shows the event as it came', async () => {
  const stage = openOperationsStage();
  await stage.inbox.append([newEvent({ eventId: 'evt_1' })]);
  fill(stage, 'EVT', 1, { kind: 'event', connection: 'crm', subject: 'evt_1', cause: 'MAP_ENUM' });
  const detail = DeadLetterDetailSchema.parse(await (await stage.get(`${PATH}/DL-EVT-0`)).json());
  expect(detail.request).toEqual({
    method: 'POST',
    path: '/webhooks/orders',
    idempotency_key: 'evt_1',
    excerpt: '{"event_id":"evt_1"}',
  });
});

test('a dry run says what would happen and sends nothing', async () => {
  const stage = openOperationsStage();
  fill(stage, 'WMS', 7);
  fill(stage, 'TASK', 2, { connection: 'tasks', cause: 'tasks 500', subject: 'task:TASK-0:pick' });
  fill(stage, 'EVT', 1, {
    kind: 'event',
    connection: 'crm',
    subject: 'evt_gone',
    cause: 'MAP_ENUM',
  });
  const body = { filter: { all: true }, dry_run: true };
  const answer = await stage.send('POST', REPLAY, body);
  expect(answer.status).toBe(200);
  const preview = ReplayPreviewSchema.parse(await answer.json());
  expect(preview).toMatchObject({ would_replay: 10, orders: 10, truncated: false });
  expect(preview.groups.map((group) => group.count)).toEqual([7, 2, 1]);
  expect(preview.samples).toHaveLength(5);
  const said = (id: string) => preview.samples.find((one) => one.id === id)?.what_would_happen;
  expect(said('DL-WMS-6')).toContain('POST /picks goes to wms again under its old key');
  expect(said('DL-TASK-1')).toContain('POST /tasks goes to tasks again');
  expect(said('DL-EVT-0')).toContain('the inbox no longer holds event evt_gone');
  await pause(30);
  expect(stage.sent).toEqual([]);
  const one = { filter: { order_id: 'WMS-3' }, dry_run: true };
  const narrow = ReplayPreviewSchema.parse(await (await stage.send('POST', REPLAY, one)).json());
  expect(narrow).toMatchObject({ would_replay: 1, samples: [{ order_id: 'WMS-3' }] });
});

test.each([
  {},
  { dry_run: true },
  { filter: null },
  { all: false },
  { all: true, filter: { cause: 'wms 503' } },
  { filter: { all: false } },
  { filter: { all: true, cause: 'wms 503' } },
  { filter: { cuase: 'wms 503', connection: 'wms' } },
  { filter: { connection: '' } },
  { filter: { all: true }, rate_per_s: 0 },
])('refuses %j, for what is meant must be said', async (body) => {
  const stage = openOperationsStage();
  fill(stage, 'WMS', 1);
  const answer = await stage.send('POST', REPLAY, body);
  expect(answer.status).toBe(422);
  expect((await problemOf(answer)).errors?.length).toBeGreaterThan(0);
  await pause(20);
  expect(stage.sent).toEqual([]);
});

test.each([{ filter: {} }, { filter: { all: true } }, { all: true }, { all: true, filter: {} }])(
  '%j means every open one',
  async (body) => {
    const stage = openOperationsStage();
    fill(stage, 'WMS', 2);
    fill(stage, 'TASK', 1, { connection: 'tasks', cause: 'tasks 500' });
    const dry = await stage.send('POST', REPLAY, { ...body, dry_run: true });
    expect(dry.status).toBe(200);
    expect(ReplayPreviewSchema.parse(await dry.json()).would_replay).toBe(3);
    expect(stage.sent).toEqual([]);
    const begun = await begin(stage, body);
    expect(begun.total).toBe(3);
    await done(stage, begun.replay_id);
    expect(lettersSent(stage).toSorted()).toEqual(['DL-TASK-0', 'DL-WMS-0', 'DL-WMS-1']);
  },
);

test('a filter that is not sent as JSON is refused, not taken for another one', async () => {
  const stage = openOperationsStage();
  fill(stage, 'WMS', 1);
  const raw = new Request(`http://x${REPLAY}`, {
    method: 'POST',
    body: '{"filter":{"all":true},"dry_run":true}',
  });
  expect(raw.headers.get('content-type')).toContain('text/plain');
  raw.headers.set('authorization', `Bearer ${API_KEY}`);
  const answer = await stage.request(raw);
  expect(answer.status).toBe(415);
  await pause(20);
  expect(stage.sent).toEqual([]);
});

test('500 of one cause are replayed in one action, the oldest first', async () => {
  const stage = openOperationsStage({
    CROSSDOCK_REPLAY_RATE_PER_S_MAX: '400',
    CROSSDOCK_REPLAY_RATE_PER_S_DEFAULT: '400',
  });
  fill(stage, 'WMS', 500);
  fill(stage, 'TASK', 2, { connection: 'tasks', cause: 'tasks 500' });
  const begun = await begin(stage, { filter: { cause: 'wms 503' }, rate_per_s: 1000 });
  expect(begun).toMatchObject({ status: 'running', total: 500, remaining: 0, rate_per_s: 400 });
  const ended = await eventually(async () => {
    const now = await progress(stage, begun.replay_id);
    return now.status === 'done' && now;
  }, 30_000);
  expect(ended).toMatchObject({ sent: 500, failed: 0, skipped: 0, actor: 'default' });
  expect(ended.finished_at).not.toBeNull();
  expect(lettersSent(stage)).toEqual(Array.from({ length: 500 }, (_, n) => `DL-WMS-${n}`));
}, 40_000);

test('is no faster than its rate', async () => {
  const stage = openOperationsStage({ CROSSDOCK_REPLAY_RATE_PER_S_MAX: '10' });
  fill(stage, 'WMS', 6);
  const startedAt = Date.now();
  const { replay_id: id, rate_per_s: rate } = await begin(stage, {
    filter: { all: true },
    rate_per_s: 500,
  });
  expect(rate).toBe(10);
  await done(stage, id);
  expect(Date.now() - startedAt).toBeGreaterThan(450);
});

test('goes on after a restart, and what was sent twice carries the same event id', async () => {
  const stage = openOperationsStage();
  fill(stage, 'WMS', 20);
  const { replay_id: id } = await begin(stage, { filter: { all: true }, rate_per_s: 20 });
  await eventually(() => stage.sent.length >= 3);
  await stage.restart();
  const before = await progress(stage, id);
  expect(before.status).toBe('running');
  expect(before.sent).toBeLessThan(20);
  await done(stage, id);
  expect(new Set(lettersSent(stage)).size).toBe(20);
  const names = stage.sent.flatMap(({ inputs }) => inputs.map((input) => input.eventId));
  expect(new Set(names).size).toBe(20);
  expect(names[0]).toBe(`replay:DL-WMS-0:${id}`);
});

test('waits while Temporal is away and loses nothing', async () => {
  const stage = openOperationsStage();
  fill(stage, 'WMS', 3);
  stage.temporal.state = 'away';
  const { replay_id: id } = await begin(stage, { filter: { all: true } });
  await eventually(async () => (await progress(stage, id)).last_error?.includes('Temporal'));
  expect(await progress(stage, id)).toMatchObject({ status: 'running', sent: 0, failed: 0 });
  stage.temporal.state = 'here';
  expect(await done(stage, id)).toMatchObject({ sent: 3, failed: 0, last_error: null });
});

test('tells apart what failed and what somebody else had resolved', async () => {
  const stage = openOperationsStage();
  fill(stage, 'WMS', 3);
  fill(stage, 'EVT', 1, { kind: 'event', connection: 'crm', subject: 'evt_gone', at: AT + 10 });
  stage.temporal.state = 'away';
  const { replay_id: id } = await begin(stage, { filter: { all: true } });
  stage.books.sqlite.exec(`UPDATE dead_letters SET status = 'replayed' WHERE id = 'DL-WMS-1'`);
  stage.temporal.state = 'here';
  const ended = await done(stage, id);
  expect(ended).toMatchObject({ total: 4, sent: 2, skipped: 1, failed: 1 });
  expect(ended.last_error).toContain('no longer in the inbox');
});

test('a cancelled replay sends nothing more, also after a restart', async () => {
  const stage = openOperationsStage();
  fill(stage, 'WMS', 50);
  const { replay_id: id } = await begin(stage, { filter: { all: true }, rate_per_s: 50 });
  await eventually(() => stage.sent.length >= 2);
  const answer = await stage.send('POST', `${PATH}/replays/${id}/cancel`);
  expect(answer.status).toBe(200);
  const cancelled = ReplayProgressSchema.parse(await answer.json());
  expect(cancelled.status).toBe('cancelled');
  expect(cancelled.sent).toBe(stage.sent.length);
  await stage.restart();
  await pause(100);
  expect(stage.sent).toHaveLength(cancelled.sent);
  expect((await progress(stage, id)).status).toBe('cancelled');
  expect((await stage.send('POST', `${PATH}/replays/rpl_9/cancel`)).status).toBe(404);
  expect((await stage.get(`${PATH}/replays/rpl_9`)).status).toBe(404);
});

test('the number of letters and of running replays is bounded', async () => {
  const stage = openOperationsStage({
    CROSSDOCK_REPLAY_ITEMS_MAX: '3',
    CROSSDOCK_REPLAYS_RUNNING_MAX: '1',
  });
  fill(stage, 'WMS', 5);
  stage.temporal.state = 'away';
  const first = await begin(stage, { filter: { all: true } });
  expect(first).toMatchObject({ total: 3, remaining: 2 });
  const second = await stage.send('POST', REPLAY, { filter: { all: true } });
  expect(second.status).toBe(409);
  expect((await problemOf(second)).type).toContain('too-many-replays');
  stage.temporal.state = 'here';
  await done(stage, first.replay_id);
  expect(lettersSent(stage)).toEqual(['DL-WMS-0', 'DL-WMS-1', 'DL-WMS-2']);
});

test('the same Idempotency-Key is the same replay, also after a restart', async () => {
  const stage = openOperationsStage();
  fill(stage, 'WMS', 2);
  const first = await begin(stage, { filter: { all: true } }, 'op-1');
  await done(stage, first.replay_id);
  await stage.restart();
  const second = await begin(stage, { filter: { all: true } }, 'op-1');
  expect(second.replay_id).toBe(first.replay_id);
  expect(stage.sent).toHaveLength(2);
  const empty = await begin(stage, { filter: { cause: 'none' } });
  expect(empty).toMatchObject({ total: 0, status: 'done' });
});

test('a discard tells the order why, and needs a reason', async () => {
  const stage = openOperationsStage();
  fill(stage, 'WMS', 1);
  const path = `${PATH}/DL-WMS-0/discard`;
  for (const body of [undefined, {}, { reason: ' ' }]) {
    expect((await stage.send('POST', path, body)).status).toBe(422);
  }
  expect(stage.sent).toEqual([]);
  const answer = await stage.send('POST', path, { reason: 'sent by hand' });
  expect(answer.status).toBe(202);
  expect(DiscardAnswerSchema.parse(await answer.json())).toEqual({
    id: 'DL-WMS-0',
    order_id: 'WMS-0',
    status: 'discarding',
  });
  expect(stage.sent).toMatchObject([
    {
      order: { connection: 'crm', orderId: 'WMS-0' },
      inputs: [
        {
          type: 'dead_letter_discarded',
          connection: 'operator',
          deadLetterId: 'DL-WMS-0',
          reason: 'sent by hand',
        },
      ],
    },
  ]);
});

test('a discard is refused like a replay: unknown, resolved, closed, Temporal away', async () => {
  const stage = openOperationsStage();
  fill(stage, 'WMS', 1);
  addDeadLetter(stage.books, { id: 'DL-done', orderId: 'WMS-0', status: 'discarded' });
  const discard = async (id: string) => {
    const answer = await stage.send('POST', `${PATH}/${id}/discard`, { reason: 'x' });
    return [answer.status, (await problemOf(answer)).type.replace(/^.*\//, '')];
  };
  expect(await discard('DL-9')).toEqual([404, 'not-found']);
  expect(await discard('DL-done')).toEqual([409, 'dead-letter-resolved']);
  stage.temporal.orders = 'closed';
  expect(await discard('DL-WMS-0')).toEqual([409, 'order-closed']);
  stage.temporal.state = 'away';
  expect(await discard('DL-WMS-0')).toEqual([503, 'unavailable']);
});

test('two replays of an event that waits already are both content', async () => {
  const stage = openOperationsStage();
  await stage.inbox.append([newEvent({ eventId: 'evt_1' })]);
  await settle(stage.inbox, ['evt_1'], 'dispatched');
  fill(stage, 'EVT', 1, { kind: 'event', connection: 'crm', subject: 'evt_1' });
  for (let n = 0; n < 2; n += 1) {
    expect((await stage.send('POST', `${PATH}/DL-EVT-0/replay`)).status).toBe(202);
  }
});
