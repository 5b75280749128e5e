import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { ReplayProgressSchema } from '../../src/api/dead-letter-schemas.ts';
import { openSqliteInbox } from '../../src/inbox/sqlite-store.ts';
import { API_KEY, startApi, type ApiProcess } from '../support/api-process.ts';
import { newEvent, settle } from '../support/api-stage.ts';
import { addDeadLetter, openBooks, shelve, temporaryFolder } from '../support/books-shelf.ts';
import { eventually } from '../support/eventually.ts';
import { startReceiver } from '../support/misbehaving-receiver.ts';

const COUNT = 60;
const AUTHORISED = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };

/**
 * Events that could not be read, each of an order of its own; the function returned makes them dead
 * letters, as the worker does.
 */
async function fill(dataDir: string): Promise<() => void> {
  const books = openBooks(join(dataDir, 'books.db'));
  const inbox = openSqliteInbox({
    file: join(dataDir, 'inbox.db'),
    commitBatchMax: 100,
    commitQueueMax: 1000,
    quarantineMax: 1000,
    lingerMs: 0,
  });
  const names = Array.from({ length: COUNT }, (_, n) => `evt_${n}`);
  await inbox.append(names.map((eventId) => newEvent({ eventId, lane: `crm/${eventId}` })));
  await settle(inbox, names, 'dispatched');
  await inbox.close();
  shelve(
    books,
    names.map((orderId) => ({ orderId })),
  );
  const bury = books.sqlite.transaction(() => {
    for (const subject of names) {
      const letter = { id: `DL-${subject}`, orderId: subject, subject, cause: 'MAP_ENUM' };
      addDeadLetter(books, { ...letter, kind: 'event', connection: 'crm' });
    }
  });
  return () => bury.immediate();
}

async function call(api: ApiProcess, path: string, body?: unknown): Promise<unknown> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const answer = await fetch(`${api.url}/api/v1${path}`, { ...init, headers: AUTHORISED });
  expect(answer.ok).toBe(true);
  return answer.json();
}

test('a replay and an alert outlive a kill -9: nothing is left out, nothing told twice', async () => {
  const dataDir = temporaryFolder();
  const bury = await fill(dataDir);
  const told = await startReceiver();
  onTestFinished(() => told.close());
  const env = {
    CROSSDOCK_OUTBOUND_ALLOW_CIDRS: '127.0.0.0/8',
    CROSSDOCK_ALERT_POLL_MS: '50',
  };
  const first = await startApi({ dataDir, env });
  await eventually(() => first.stderr().includes('outbound.private_networks_allowed'));
  await call(first, '/subscriptions', { url: told.url, event_types: ['ALERT.*'] });
  // Only now, for an alert that is raised before anybody subscribes is told to nobody.
  bury();
  await eventually(() => told.received.length === 1, 20_000);
  const begun = await call(first, '/dead-letters/replay', {
    filter: { all: true },
    rate_per_s: 30,
  });
  const { replay_id: id } = ReplayProgressSchema.parse(begun);
  await eventually(async () => {
    const now = ReplayProgressSchema.parse(await call(first, `/dead-letters/replays/${id}`));
    return now.sent > 5;
  });
  await first.end('SIGKILL');
  const second = await startApi({ dataDir, env });
  const done = await eventually(async () => {
    const now = ReplayProgressSchema.parse(await call(second, `/dead-letters/replays/${id}`));
    return now.status === 'done' && now;
  }, 20_000);
  expect(done).toMatchObject({ total: COUNT, sent: COUNT, failed: 0, skipped: 0 });
  const verdict = await call(second, '/audit/verify');
  expect(verdict).toMatchObject({ ok: true, entries: 2 });
  const page = z.object({ items: z.array(z.object({ outcome: z.string() })) });
  const { items } = page.parse(await call(second, '/audit'));
  expect(items.map((one) => one.outcome)).toEqual(['202', '201']);
  expect(told.received).toHaveLength(1);
  expect(await second.end('SIGTERM')).toBe(0);
}, 60_000);
