import { expect, test } from 'vitest';
import { DeadLetterPreviewSchema, ReplayPreviewSchema } from '../../src/api/dead-letter-schemas.ts';
import { DeadLetterPageSchema, ReplayAnswerSchema } from '../../src/api/schemas.ts';
import { ProblemSchema } from '../../src/contracts/problem.ts';
import { newEvent, NOW, openApiStage, settle, type ApiStage } from '../support/api-stage.ts';
import { addDeadLetter, shelve } from '../support/books-shelf.ts';

const REPLAY = '/api/v1/dead-letters/DL-ORD-1-1/replay';
const JSON_TYPE = { 'content-type': 'application/json' };

function stageWithLetter(
  letter: Partial<Parameters<typeof addDeadLetter>[1]> = {},
  env: Record<string, string> = {},
): ApiStage {
  const stage = openApiStage({ env });
  shelve(stage.books, [{ orderId: 'ORD-1', stage: 'NEEDS_ACTION' }]);
  addDeadLetter(stage.books, { id: 'DL-ORD-1-1', orderId: 'ORD-1', ...letter });
  return stage;
}

async function problemOf(answer: Response): Promise<string> {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  return ProblemSchema.parse(await answer.json()).type.replace(/^.*\//, '');
}

test('lists open dead letters with what a person needs to judge them', async () => {
  const stage = stageWithLetter();
  addDeadLetter(stage.books, { id: 'DL-2', orderId: 'ORD-1', status: 'replayed' });
  const answer = await stage.get('/api/v1/dead-letters');
  expect(answer.status).toBe(200);
  const page = DeadLetterPageSchema.parse(await answer.json());
  expect(page).toEqual({
    items: [
      {
        id: 'DL-ORD-1-1',
        kind: 'command',
        connection: 'wms',
        order_id: 'ORD-1',
        subject: 'pick:ORD-1:1:1',
        cause: 'wms 503',
        attempts: 5,
        last_status: 503,
        last_error: 'HTTP 503',
        status: 'open',
        at: new Date(1_800_000_000_000).toISOString(),
      },
    ],
    next: null,
  });
  const replayed = await stage.get('/api/v1/dead-letters?status=replayed&order_id=ORD-1');
  const ids = DeadLetterPageSchema.parse(await replayed.json()).items.map((item) => item.id);
  expect(ids).toEqual(['DL-2']);
});

test('a replay reaches the order as one input that names the dead letter', async () => {
  const stage = stageWithLetter();
  const answer = await stage.post(REPLAY);
  expect(answer.status).toBe(202);
  expect(ReplayAnswerSchema.parse(await answer.json())).toEqual({
    id: 'DL-ORD-1-1',
    order_id: 'ORD-1',
    status: 'replaying',
  });
  expect(stage.sent).toHaveLength(1);
  expect(stage.sent[0]?.order).toEqual({ connection: 'crm', orderId: 'ORD-1' });
  expect(stage.sent[0]?.inputs).toMatchObject([
    {
      type: 'dead_letter_replayed',
      connection: 'operator',
      deadLetterId: 'DL-ORD-1-1',
      receivedAt: NOW,
    },
  ]);
});

test('two replays are two inputs, unless they carry the same Idempotency-Key', async () => {
  const stage = stageWithLetter();
  await stage.post(REPLAY);
  await stage.post(REPLAY);
  const headers = { 'idempotency-key': 'op-1' };
  const first = await stage.post(REPLAY, { headers });
  const second = await stage.post(REPLAY, { headers });
  expect(first.headers.get('idempotency-replayed')).toBeNull();
  expect(second.headers.get('idempotency-replayed')).toBe('true');
  expect(second.status).toBe(202);
  expect(await second.json()).toEqual(await first.json());
  const ids = stage.sent.flatMap((one) => one.inputs.map((input) => input.eventId));
  expect(ids).toHaveLength(3);
  expect(new Set(ids).size).toBe(3);
  for (const id of ids) expect(id).toMatch(/^replay:DL-ORD-1-1:[A-Za-z0-9-]+$/);
});

test('repeats of a key that come at once share one effect', async () => {
  const stage = stageWithLetter();
  const headers = { 'idempotency-key': 'op-1' };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => stage.post(REPLAY, { headers })),
  );
  expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(202));
  expect(stage.sent).toHaveLength(1);
});

test('the same key gives the order the same event id after a restart of the API', async () => {
  const ids: (string | undefined)[] = [];
  for (let run = 0; run < 2; run += 1) {
    const stage = stageWithLetter();
    await stage.post(REPLAY, { headers: { 'idempotency-key': 'op-1' } });
    ids.push(stage.sent[0]?.inputs[0]?.eventId);
  }
  expect(ids[0]).toBeDefined();
  expect(ids[0]).toBe(ids[1]);
});

test('a key that is used again with another body is refused', async () => {
  const stage = stageWithLetter();
  const headers = { 'idempotency-key': 'op-1', ...JSON_TYPE };
  await stage.post(REPLAY, { headers, body: '{}' });
  const answer = await stage.post(REPLAY, { headers, body: '{"a":1}' });
  expect(answer.status).toBe(409);
  expect(await problemOf(answer)).toBe('idempotency-key-reused');
  expect(stage.sent).toHaveLength(1);
});

test('a failure is not kept under its key: the next try is a new one', async () => {
  const stage = stageWithLetter();
  const headers = { 'idempotency-key': 'op-1' };
  stage.temporal.state = 'away';
  const away = await stage.post(REPLAY, { headers });
  expect(away.status).toBe(503);
  expect(away.headers.get('retry-after')).toBe('2');
  expect(await problemOf(away)).toBe('unavailable');
  stage.temporal.state = 'here';
  expect((await stage.post(REPLAY, { headers })).status).toBe(202);
  expect(stage.sent).toHaveLength(1);
});

test('a key whose request failed is free for another body', async () => {
  const stage = stageWithLetter();
  const headers = { 'idempotency-key': 'op-1', ...JSON_TYPE };
  stage.temporal.state = 'away';
  expect((await stage.post(REPLAY, { headers, body: '{}' })).status).toBe(503);
  stage.temporal.state = 'here';
  expect((await stage.post(REPLAY, { headers, body: '{"dry_run":false}' })).status).toBe(202);
});

test('a key is forgotten after its time, and the oldest first when there are too many', async () => {
  const stage = stageWithLetter(
    {},
    { CROSSDOCK_API_IDEMPOTENCY_TTL_MS: '1000', CROSSDOCK_API_IDEMPOTENCY_KEYS_MAX: '2' },
  );
  const isRepeat = async (key: string): Promise<boolean> => {
    const answer = await stage.post(REPLAY, { headers: { 'idempotency-key': key } });
    expect(answer.status).toBe(202);
    return answer.headers.get('idempotency-replayed') === 'true';
  };
  expect(await isRepeat('a')).toBe(false);
  stage.clock.now += 999;
  expect(await isRepeat('a')).toBe(true);
  stage.clock.now += 1;
  expect(await isRepeat('a')).toBe(false);
  expect(await isRepeat('b')).toBe(false);
  expect(await isRepeat('a')).toBe(true);
  expect(await isRepeat('c')).toBe(false);
  expect(await isRepeat('a')).toBe(false);
});

test('refuses a key that cannot be a header field of ours', async () => {
  const stage = stageWithLetter();
  const answer = await stage.post(REPLAY, { headers: { 'idempotency-key': 'a b' } });
  expect(answer.status).toBe(422);
  expect(stage.sent).toEqual([]);
});

test('an unknown dead letter is a 404', async () => {
  const stage = stageWithLetter();
  const answer = await stage.post('/api/v1/dead-letters/DL-9/replay');
  expect(answer.status).toBe(404);
  expect(await problemOf(answer)).toBe('not-found');
});

for (const status of ['replayed', 'discarded'] as const) {
  test(`a dead letter that was ${status} is a 409 and nothing is sent`, async () => {
    const stage = stageWithLetter({ status });
    const answer = await stage.post(REPLAY);
    expect(answer.status).toBe(409);
    expect(await problemOf(answer)).toBe('dead-letter-resolved');
    expect(stage.sent).toEqual([]);
  });
}

test('the dead letter of a closed order is a 409', async () => {
  const stage = stageWithLetter();
  stage.temporal.orders = 'closed';
  const answer = await stage.post(REPLAY);
  expect(answer.status).toBe(409);
  expect(await problemOf(answer)).toBe('order-closed');
});

test('replaying an event puts it back into the inbox, also while Temporal is away', async () => {
  const stage = stageWithLetter({ kind: 'event', connection: 'crm', subject: 'evt_1' });
  stage.temporal.state = 'away';
  await stage.inbox.append([newEvent({ eventId: 'evt_1' })]);
  await settle(stage.inbox, ['evt_1'], 'dispatched');
  const answer = await stage.post(REPLAY);
  expect(answer.status).toBe(202);
  expect((await stage.inbox.get('crm', 'evt_1'))?.status).toBe('accepted');
  expect(stage.sent).toEqual([]);
});

test('an event that the inbox has forgotten cannot be replayed, and the answer says so', async () => {
  const stage = stageWithLetter({ kind: 'event', connection: 'crm', subject: 'evt_gone' });
  const answer = await stage.post(REPLAY);
  expect(answer.status).toBe(409);
  expect(await problemOf(answer)).toBe('event-forgotten');
});

test.each([
  ['no body', {}],
  ['an empty body', { body: '', headers: JSON_TYPE }],
  ['an empty form', { body: '', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
  ['an empty object', { body: '{}', headers: JSON_TYPE }],
  ['dry_run false', { body: '{"dry_run":false}', headers: JSON_TYPE }],
])('%s is a replay', async (_what, init) => {
  const stage = stageWithLetter();
  expect((await stage.post(REPLAY, init)).status).toBe(202);
  expect(stage.sent).toHaveLength(1);
});

function dryRun(stage: ApiStage, path = REPLAY): Promise<Response> {
  return stage.post(path, { body: '{"dry_run":true}', headers: JSON_TYPE });
}

test('a dry run of one says what would happen, and sends and records nothing', async () => {
  const stage = stageWithLetter();
  const answer = await dryRun(stage);
  expect(answer.status).toBe(200);
  const preview: unknown = await answer.json();
  expect(preview).toEqual({
    dry_run: true,
    id: 'DL-ORD-1-1',
    order_id: 'ORD-1',
    what_would_happen:
      'POST /picks goes to wms again under its old key pick:ORD-1:1:1, so what was done already is not done twice',
  });
  expect(stage.sent).toEqual([]);
  const { items } = (await (await stage.get('/api/v1/audit')).json()) as { items: unknown[] };
  expect(items).toEqual([]);
  const many = await stage.post('/api/v1/dead-letters/replay', {
    body: '{"filter":{},"dry_run":true}',
    headers: JSON_TYPE,
  });
  const { samples } = ReplayPreviewSchema.parse(await many.json());
  expect(samples.map((sample) => ({ dry_run: true, ...sample }))).toEqual([preview]);
});

test('a dry run of an event leaves it where it is, and says when it is gone', async () => {
  const stage = stageWithLetter({ kind: 'event', connection: 'crm', subject: 'evt_1' });
  const gone = DeadLetterPreviewSchema.parse(await (await dryRun(stage)).json());
  expect(gone.what_would_happen).toBe('Nothing: the inbox no longer holds event evt_1');
  await stage.inbox.append([newEvent({ eventId: 'evt_1' })]);
  await settle(stage.inbox, ['evt_1'], 'dispatched');
  const here = DeadLetterPreviewSchema.parse(await (await dryRun(stage)).json());
  expect(here.what_would_happen).toContain('Event evt_1 is read again');
  expect((await stage.inbox.get('crm', 'evt_1'))?.status).toBe('dispatched');
});

test('a dry run of one is refused as its replay would be', async () => {
  const stage = stageWithLetter({ status: 'replayed' });
  const resolved = await dryRun(stage);
  expect([resolved.status, await problemOf(resolved)]).toEqual([409, 'dead-letter-resolved']);
  const unknown = await dryRun(stage, '/api/v1/dead-letters/DL-9/replay');
  expect([unknown.status, await problemOf(unknown)]).toEqual([404, 'not-found']);
});

test.each(['[]', 'null', '1', '"x"', '{"dry_run":"true"}', '{"dry_run":1}', '{"dry_run":null}'])(
  'refuses the body %s, for it may have meant a dry run',
  async (body) => {
    const stage = stageWithLetter();
    const answer = await stage.post(REPLAY, { body, headers: JSON_TYPE });
    expect([answer.status, await problemOf(answer)]).toEqual([422, 'validation']);
    expect(stage.sent).toEqual([]);
  },
);

test('a dry run that cannot be read is refused, not taken for a replay', async () => {
  const stage = stageWithLetter();
  const untyped = await stage.post(REPLAY, { body: '{"dry_run":true}' });
  expect([untyped.status, await problemOf(untyped)]).toEqual([415, 'unsupported-media-type']);
  const cut = await stage.post(REPLAY, { body: '{"dry_run":', headers: JSON_TYPE });
  expect([cut.status, await problemOf(cut)]).toEqual([400, 'bad-request']);
  expect(stage.sent).toEqual([]);
});
