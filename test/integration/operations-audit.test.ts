import { expect, test } from 'vitest';
import { z } from 'zod';
import { pageOf } from '../../src/contracts/primitives.ts';
import { openDatabase } from '../../src/db/open.ts';
import { hashOf } from '../../src/operations/audit/chain.ts';
import * as schema from '../../src/operations/schema.ts';
import { addDeadLetter, shelve } from '../support/books-shelf.ts';
import { openOperationsStage, type OperationsStage } from '../support/operations-stage.ts';

const EntrySchema = z.object({
  seq: z.int(),
  at: z.string(),
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  reason: z.string().nullable(),
  request: z.string().nullable(),
  outcome: z.string(),
  request_id: z.string(),
  previous_hash: z.string(),
  hash: z.string(),
});
const VerdictSchema = z.object({
  ok: z.boolean(),
  entries: z.int(),
  fault: z.string().nullable(),
  head: z.object({ seq: z.int(), hash: z.string() }),
});

async function entries(stage: OperationsStage, query = '') {
  const answer = await stage.get(`/api/v1/audit${query}`);
  expect(answer.status).toBe(200);
  return pageOf(EntrySchema).parse(await answer.json());
}

async function verify(stage: OperationsStage) {
  return VerdictSchema.parse(await (await stage.get('/api/v1/audit/verify')).json());
}

function stageWithLetter(): OperationsStage {
  const stage = openOperationsStage();
  shelve(stage.books, [{ orderId: 'ORD-1' }]);
  addDeadLetter(stage.books, { id: 'DL-1', orderId: 'ORD-1' });
  return stage;
}

/** A second connection, as somebody with the file in their hands has. */
function tamper(stage: OperationsStage, sql: string): void {
  const { sqlite } = openDatabase(schema, {
    file: stage.opsFile,
    migrations: 'src/operations/migrations',
    synchronous: 'NORMAL',
  });
  sqlite.exec(sql);
  sqlite.close();
}

test('records who did what to what, why and to what end, refused calls too', async () => {
  const stage = stageWithLetter();
  const discard = '/api/v1/dead-letters/DL-1/discard';
  expect((await stage.send('POST', discard, { reason: 'sent by hand' })).status).toBe(202);
  expect((await stage.send('POST', discard, {})).status).toBe(422);
  expect((await stage.send('POST', '/api/v1/dead-letters/DL-9/replay')).status).toBe(404);
  const { items } = await entries(stage);
  expect(items.map((one) => [one.seq, one.actor, one.action, one.outcome])).toEqual([
    [3, 'default', 'POST /api/v1/dead-letters/{id}/replay', '404 not-found'],
    [2, 'default', 'POST /api/v1/dead-letters/{id}/discard', '422 validation'],
    [1, 'default', 'POST /api/v1/dead-letters/{id}/discard', '202'],
  ]);
  expect(items[2]).toMatchObject({
    target: discard,
    reason: 'sent by hand',
    request: '{"reason":"sent by hand"}',
  });
  expect(await verify(stage)).toMatchObject({ ok: true, entries: 3, head: { seq: 3 } });
});

test('does not record reads, dry runs, or calls without a key', async () => {
  const stage = stageWithLetter();
  await stage.get('/api/v1/dead-letters');
  const dry = { filter: { all: true }, dry_run: true };
  expect((await stage.send('POST', '/api/v1/dead-letters/replay', dry)).status).toBe(200);
  expect((await stage.send('POST', '/api/v1/nothing-here')).status).toBe(404);
  expect((await entries(stage)).items).toEqual([]);
});

test('keeps no secret of a request', async () => {
  const stage = stageWithLetter();
  const path = '/api/v1/dead-letters/DL-1/discard';
  await stage.send('POST', path, { reason: 'x', secret: 'hush', deep: { api_token: 'hush' } });
  const [entry] = (await entries(stage)).items;
  expect(entry?.request).not.toContain('hush');
});

test('a repeat under the same Idempotency-Key is recorded as one', async () => {
  const stage = stageWithLetter();
  for (let n = 0; n < 2; n += 1) {
    await stage.send('POST', '/api/v1/dead-letters/DL-1/replay', undefined, 'op-1');
  }
  expect(stage.sent).toHaveLength(1);
  const outcomes = (await entries(stage)).items.map((one) => one.outcome);
  expect(outcomes).toEqual(['202 repeated', '202']);
});

test('a call that a crash cut off is recorded at the next start', async () => {
  const stage = stageWithLetter();
  stage.operations.audit.begin({
    at: 1_800_000_000_000,
    actor: 'default',
    action: 'POST /api/v1/dead-letters/{id}/replay',
    target: '/api/v1/dead-letters/DL-1/replay',
    reason: null,
    request: null,
    requestId: 'r-1',
  });
  await stage.restart();
  const [entry] = (await entries(stage)).items;
  expect(entry).toMatchObject({ request_id: 'r-1', outcome: expect.stringContaining('unknown') });
  expect((await verify(stage)).ok).toBe(true);
});

async function stageWithEntries(count: number): Promise<OperationsStage> {
  const stage = stageWithLetter();
  for (let n = 0; n < count; n += 1) {
    await stage.send('POST', '/api/v1/dead-letters/DL-9/replay');
  }
  return stage;
}

test('a change or removal of an entry is refused by the file and found by verify', async () => {
  const stage = await stageWithEntries(4);
  expect(() => tamper(stage, `UPDATE audit SET actor = 'nobody' WHERE seq = 2`)).toThrow(
    /append-only/,
  );
  expect(() => tamper(stage, 'DELETE FROM audit WHERE seq = 2')).toThrow(/append-only/);
  expect((await verify(stage)).ok).toBe(true);
  tamper(stage, `DROP TRIGGER audit_no_update; UPDATE audit SET actor = 'nobody' WHERE seq = 2`);
  expect(await verify(stage)).toMatchObject({ ok: false, entries: 1, fault: 'row 2 was changed' });
});

test('an entry that was taken out or put in with a hash of its own is found', async () => {
  const stage = await stageWithEntries(4);
  tamper(stage, 'DROP TRIGGER audit_no_delete; DELETE FROM audit WHERE seq = 3');
  expect((await verify(stage)).fault).toBe('row 3 is missing');
  const other = await stageWithEntries(3);
  const [third, second] = (await entries(other)).items;
  if (second === undefined || third === undefined) throw new Error('two entries are missing');
  const forged = hashOf({
    ...second,
    at: Date.parse(second.at),
    actor: 'nobody',
    requestId: second.request_id,
    previousHash: second.previous_hash,
  });
  tamper(
    other,
    `DROP TRIGGER audit_no_update;
     UPDATE audit SET actor = 'nobody', hash = '${forged}' WHERE seq = 2`,
  );
  expect((await verify(other)).fault).toBe('row 3 does not follow the row before it');
});

test('pages of entries show each once, newest first', async () => {
  const stage = await stageWithEntries(5);
  const first = await entries(stage, '?limit=3');
  const rest = await entries(stage, `?limit=3&cursor=${first.next ?? ''}`);
  expect([...first.items, ...rest.items].map((one) => one.seq)).toEqual([5, 4, 3, 2, 1]);
  expect(rest.next).toBeNull();
  expect((await entries(stage, '?actor=somebody')).items).toEqual([]);
});

test('nothing is done while the audit cannot be written', async () => {
  const stage = stageWithLetter();
  tamper(stage, 'ALTER TABLE audit_pending RENAME TO audit_pending_away');
  const answer = await stage.send('POST', '/api/v1/dead-letters/DL-1/replay');
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ type: expect.stringContaining('audit-unavailable') });
  expect(stage.sent).toEqual([]);
});
