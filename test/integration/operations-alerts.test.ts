import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { AlertSchema } from '../../src/api/alert-schema.ts';
import { EnvelopeSchema } from '../../src/contracts/envelope.ts';
import { pageOf } from '../../src/contracts/primitives.ts';
import { addDeadLetter, shelve } from '../support/books-shelf.ts';
import { eventually, pause } from '../support/eventually.ts';
import { startReceiver, type Receiver } from '../support/misbehaving-receiver.ts';
import { openOperationsStage, type OperationsStage } from '../support/operations-stage.ts';

/** Looks are asked for by the tests, so that none comes in between. */
const ENV = { CROSSDOCK_ALERT_POLL_MS: '100000000' };

async function stageWithSubscriber(
  env: Record<string, string> = {},
): Promise<{ stage: OperationsStage; told: Receiver }> {
  const stage = openOperationsStage({ ...ENV, ...env });
  const told = await startReceiver();
  onTestFinished(() => told.close());
  const body = { url: told.url, event_types: ['ALERT.*'] };
  expect((await stage.send('POST', '/api/v1/subscriptions', body)).status).toBe(201);
  return { stage, told };
}

function fill(stage: OperationsStage, count: number, cause = 'wms 503'): void {
  const orderIds = Array.from({ length: count }, (_, n) => `ORD-${cause}-${n}`);
  shelve(
    stage.books,
    orderIds.map((orderId) => ({ orderId })),
  );
  orderIds.forEach((orderId, n) =>
    addDeadLetter(stage.books, { id: `DL-${orderId}`, orderId, cause, at: 1_800_000_000_000 + n }),
  );
}

async function alerts(stage: OperationsStage, query = '') {
  const answer = await stage.get(`/api/v1/alerts${query}`);
  expect(answer.status).toBe(200);
  return pageOf(AlertSchema).parse(await answer.json()).items;
}

function typesOf(told: Receiver): string[] {
  return told.received.map((call) => EnvelopeSchema.parse(JSON.parse(call.body)).event_type);
}

test('500 orders that one cause holds up are one alert, raised once, and resolved once', async () => {
  const { stage, told } = await stageWithSubscriber();
  fill(stage, 500);
  const looks = () => stage.operations.alerts.look();
  await looks();
  await looks();
  await eventually(() => told.received.length === 1);
  const envelope = EnvelopeSchema.parse(JSON.parse(told.received[0]?.body ?? ''));
  expect(envelope.event_type).toBe('ALERT.RAISED');
  expect(envelope.payload).toMatchObject({
    cause: 'wms 503',
    connection: 'wms',
    orders_blocked: 500,
    oldest_at: new Date(1_800_000_000_000).toISOString(),
    last_error: 'HTTP 503',
    link: 'http://127.0.0.1:4000/api/v1/dead-letters?connection=wms&cause=wms+503',
  });
  await stage.restart();
  await looks();
  fill(stage, 1, 'tasks 500');
  stage.books.sqlite.exec(
    `UPDATE dead_letters SET status = 'replayed' WHERE id = 'DL-ORD-wms 503-0'`,
  );
  await looks();
  const [second, first] = await alerts(stage);
  expect(first).toMatchObject({ cause: 'wms 503', orders_blocked: 499, status: 'raised' });
  expect(second).toMatchObject({ cause: 'tasks 500', orders_blocked: 1 });
  stage.books.sqlite.exec(`UPDATE dead_letters SET status = 'replayed' WHERE cause = 'wms 503'`);
  await looks();
  await looks();
  await eventually(() => told.received.length === 3);
  await pause(50);
  expect(typesOf(told).toSorted()).toEqual(['ALERT.RAISED', 'ALERT.RAISED', 'ALERT.RESOLVED']);
  expect((await alerts(stage, '?status=resolved')).map((one) => one.cause)).toEqual(['wms 503']);
  expect((await alerts(stage, '?status=raised')).map((one) => one.cause)).toEqual(['tasks 500']);
  const lines = stage.log.filter((line) => String(line['msg']).startsWith('alert.'));
  expect(lines.map((line) => line['msg'])).toEqual([
    'alert.raised',
    'alert.raised',
    'alert.resolved',
  ]);
});

test('a cause that comes back is a new alert', async () => {
  const { stage, told } = await stageWithSubscriber();
  fill(stage, 1);
  await stage.operations.alerts.look();
  stage.books.sqlite.exec(`UPDATE dead_letters SET status = 'replayed'`);
  await stage.operations.alerts.look();
  stage.books.sqlite.exec(`UPDATE dead_letters SET status = 'open'`);
  await stage.operations.alerts.look();
  await eventually(() => told.received.length === 3);
  const ids = (await alerts(stage)).map((one) => one.alert_id);
  expect(new Set(ids).size).toBe(2);
});

test('books that cannot be read resolve nothing', async () => {
  const { stage } = await stageWithSubscriber();
  fill(stage, 1);
  await stage.operations.alerts.look();
  stage.books.sqlite.exec('ALTER TABLE orders RENAME TO orders_away');
  await stage.operations.alerts.look();
  expect((await alerts(stage)).map((one) => one.status)).toEqual(['raised']);
  stage.books.sqlite.exec('ALTER TABLE orders_away RENAME TO orders');
  await stage.operations.alerts.look();
  expect((await alerts(stage)).map((one) => one.status)).toEqual(['raised']);
});

test('what lies beyond the rows looked at is not taken for resolved', async () => {
  const { stage } = await stageWithSubscriber();
  fill(stage, 1, 'old cause');
  await stage.operations.alerts.look();
  await stage.restart({
    CROSSDOCK_OPERATIONS_SCAN_ROWS_MAX: '10',
    CROSSDOCK_OPERATIONS_SCAN_SLICE_ROWS: '5',
  });
  fill(stage, 50, 'new cause');
  await stage.operations.alerts.look();
  const raised = await alerts(stage, '?status=raised');
  expect(raised.map((one) => one.cause).toSorted()).toEqual(['new cause', 'old cause']);
});

test('a backlog that grows old is an alert until it has drained', async () => {
  const { stage, told } = await stageWithSubscriber({ CROSSDOCK_ALERT_BACKLOG_AGE_MS: '60000' });
  stage.backlog.backlog = 7;
  stage.backlog.oldestAgeMs = 599;
  await stage.operations.alerts.look();
  expect(await alerts(stage)).toEqual([]);
  stage.backlog.oldestAgeMs = 600;
  await stage.operations.alerts.look();
  stage.backlog.oldestAgeMs = 900;
  await stage.operations.alerts.look();
  expect(await alerts(stage)).toMatchObject([
    { kind: 'backlog', count: 7, link: 'http://127.0.0.1:4000/health/ready' },
  ]);
  Object.assign(stage.backlog, { backlog: 0, oldestAgeMs: 0 });
  await stage.operations.alerts.look();
  await eventually(() => told.received.length === 2);
  expect(typesOf(told)).toEqual(['ALERT.RAISED', 'ALERT.RESOLVED']);
});

test('broken mappings are one alert, however often they are looked at, until they are mended', async () => {
  const { stage, told } = await stageWithSubscriber();
  stage.mappings.complaint = {
    cause: 'mappings errors',
    since: 1000,
    message: 'Mistakes in the mappings (1), so they do not serve.',
  };
  for (const _look of [1, 2]) await stage.operations.alerts.look();
  expect(await alerts(stage)).toMatchObject([
    {
      ...{ kind: 'mappings', cause: 'mappings errors', status: 'raised' },
      ...{ link: 'http://127.0.0.1:4000/api/v1/mappings' },
      last_error: 'Mistakes in the mappings (1), so they do not serve.',
    },
  ]);
  stage.mappings.complaint = null;
  await stage.operations.alerts.look();
  await eventually(() => told.received.length === 2);
  expect(typesOf(told)).toEqual(['ALERT.RAISED', 'ALERT.RESOLVED']);
});

test('is looked for by itself', async () => {
  const stage = openOperationsStage({ CROSSDOCK_ALERT_POLL_MS: '2000' });
  fill(stage, 1);
  const seen = await eventually(async () => (await alerts(stage))[0]);
  expect(seen.cause).toBe('wms 503');
});

test('pages of alerts show each once', async () => {
  const stage = openOperationsStage(ENV);
  for (const cause of ['a', 'b', 'c', 'd', 'e']) fill(stage, 1, cause);
  await stage.operations.alerts.look();
  const first = z
    .object({ items: z.array(AlertSchema), next: z.string() })
    .parse(await (await stage.get('/api/v1/alerts?limit=3')).json());
  const rest = await alerts(stage, `?limit=3&cursor=${first.next}`);
  const causes = [...first.items, ...rest].map((one) => one.cause);
  expect(causes.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
});
