import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openSqliteInbox, type SqliteInbox } from '../../src/inbox/sqlite-store.ts';
import {
  claimRequest,
  inboxConformance,
  newEvent,
  T0,
  type InboxUnderTest,
} from '../conformance/inbox-store.ts';

/** What was asked of SQLite, seen from outside the store. */
const seen: { statements: string[]; pragmas: string[] } = { statements: [], pragmas: [] };
const { prepare, pragma } = Database.prototype;
Object.assign(Database.prototype, {
  prepare(this: Database.Database, sql: string) {
    seen.statements.push(sql);
    return prepare.call(this, sql);
  },
  pragma(this: Database.Database, text: string, options?: Database.PragmaOptions) {
    seen.pragmas.push(text);
    return pragma.call(this, text, options);
  },
});

const LINGER_MS = 200;
const QUARANTINE_MAX = 20;

async function open(): Promise<InboxUnderTest & { store: SqliteInbox; file: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'crossdock-inbox-'));
  const file = join(dir, 'inbox.db');
  const store = openSqliteInbox({
    file,
    commitBatchMax: 64,
    commitQueueMax: 200,
    quarantineMax: QUARANTINE_MAX,
    lingerMs: LINGER_MS,
  });
  return {
    store,
    file,
    lingerMs: LINGER_MS,
    quarantineMax: QUARANTINE_MAX,
    dispose: async () => {
      await store.close();
      await rm(dir, { recursive: true });
    },
  };
}

inboxConformance(open);

describe('the SQLite adapter', () => {
  test('appends that arrive together share one commit', async () => {
    const { store, dispose } = await open();
    const before = store.commits();
    await Promise.all(Array.from({ length: 40 }, (_, n) => store.append([newEvent(`e${n}`)])));
    expect(store.commits() - before).toBe(1);
    await dispose();
  });

  test('more writes than may wait are refused as unavailable and not stored', async () => {
    const { store, dispose } = await open();
    const results = await Promise.allSettled(
      Array.from({ length: 210 }, (_, n) => store.append([newEvent(`e${n}`)])),
    );
    const refused = results.filter((one) => one.status === 'rejected');
    expect(refused).toHaveLength(10);
    expect(refused[0]?.reason).toMatchObject({ code: 'unavailable' });
    expect((await store.backlog()).count).toBe(200);
    await dispose();
  });

  test('commits are synced in full, also after a claim', async () => {
    const { store, file, dispose } = await open();
    await store.append([newEvent('e1')]);
    await store.claim(claimRequest());
    const reader = new Database(file, { readonly: true });
    expect(reader.pragma('journal_mode', { simple: true })).toBe('wal');
    reader.close();
    expect(seen.pragmas.filter((pragma) => pragma.startsWith('synchronous')).at(-1)).toBe(
      'synchronous = FULL',
    );
    await dispose();
  });

  test('no claim, listing by status or order, or count walks the table', async () => {
    const { store, file, dispose } = await open();
    await store.append([newEvent('e1')]);
    for (const status of ['accepted', 'late', 'ignored'] as const) {
      await store.list({ status, order: 'newest', limit: 5 });
      await store.list({ status, lanes: ['crm/ORD-1'], order: 'newest', limit: 5 });
    }
    const reader = new Database(file, { readonly: true });
    const plans = seen.statements
      .filter((sql) => /^\s*select/i.test(sql))
      .map((sql) => {
        const rows = reader
          .prepare(`explain query plan ${sql.replaceAll(/@\w+|\?/g, '1')}`)
          .all() as { detail: string }[];
        return rows.map((row) => row.detail);
      });
    expect(
      plans.flat().filter((detail) => /^SCAN (events|quarantine|e|l)\b(?!.*INDEX)/.test(detail)),
    ).toEqual([]);
    reader.close();
    await dispose();
  });

  test('two stores over one file never lease the same event', async () => {
    const first = await open();
    const second = openSqliteInbox({
      file: first.file,
      commitBatchMax: 64,
      commitQueueMax: 200,
      quarantineMax: QUARANTINE_MAX,
      lingerMs: LINGER_MS,
    });
    await first.store.append(
      Array.from({ length: 100 }, (_, n) => newEvent(`e${n}`, { lane: `crm/ORD-${n % 30}` })),
    );
    const given: string[] = [];
    for (let round = 0; round < 8; round += 1) {
      const [store, owner] = round % 2 === 0 ? [first.store, 'a'] : [second, 'b'];
      const lanes = await store.claim(claimRequest({ owner, lanesMax: 5, now: T0 + round }));
      given.push(...lanes.flatMap((lane) => lane.events.map((event) => event.eventId)));
    }
    expect(given).toHaveLength(100);
    expect(new Set(given).size).toBe(100);
    await second.close();
    await first.dispose();
  });

  test('a store that cannot write rejects as unavailable and says so when asked', async () => {
    const { store, file, dispose } = await open();
    expect(store.probeWrite()).toBe(true);
    const blocker = new Database(file);
    blocker.exec('begin immediate');
    const failed = store.append([newEvent('e1')]);
    await expect(failed).rejects.toMatchObject({ code: 'unavailable' });
    expect(store.probeWrite()).toBe(false);
    blocker.exec('rollback');
    blocker.close();
    expect(store.probeWrite()).toBe(true);
    expect(await store.append([newEvent('e1')])).toMatchObject([{ outcome: 'first' }]);
    await dispose();
  }, 30_000);
});
