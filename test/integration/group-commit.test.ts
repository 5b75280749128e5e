import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { GroupCommit } from '../../src/db/group-commit.ts';
import type { Sqlite } from '../../src/db/open.ts';

let sqlite: Sqlite;

beforeEach(() => {
  sqlite = new Database(join(mkdtempSync(join(tmpdir(), 'crossdock-commit-')), 'a.db'));
  sqlite.exec('create table items (id text primary key)');
});

function build(limits: { batchMax: number; queueMax: number }) {
  const insert = sqlite.prepare('insert into items (id) values (?)');
  return new GroupCommit<string, number>({
    sqlite,
    write: (id) => insert.run(id).changes,
    ...limits,
  });
}

describe('group commit', () => {
  it('writes what is submitted together in one transaction', async () => {
    const commit = build({ batchMax: 100, queueMax: 100 });
    await Promise.all(['a', 'b', 'c'].map((id) => commit.submit(id)));
    expect(commit.commits).toBe(1);
    expect(sqlite.prepare('select count(*) as n from items').get()).toEqual({ n: 3 });
  });

  it('answers only after the commit', async () => {
    const commit = build({ batchMax: 100, queueMax: 100 });
    const other = new Database(sqlite.name, { readonly: true });
    await commit.submit('a');
    expect(other.prepare('select id from items').all()).toEqual([{ id: 'a' }]);
  });

  it('fails one bad item alone', async () => {
    const commit = build({ batchMax: 100, queueMax: 100 });
    const results = await Promise.allSettled(['a', 'a', 'b'].map((id) => commit.submit(id)));
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(sqlite.prepare('select count(*) as n from items').get()).toEqual({ n: 2 });
  });

  it('refuses what its queue cannot hold, as something to send again', async () => {
    const commit = build({ batchMax: 1, queueMax: 2 });
    const results = await Promise.allSettled(['a', 'b', 'c'].map((id) => commit.submit(id)));
    expect(results[2]).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
    expect(results.slice(0, 2).map((r) => r.status)).toEqual(['fulfilled', 'fulfilled']);
  });
});
