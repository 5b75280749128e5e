import type { Sqlite } from '../../db/open.ts';

export interface StoredAnswer {
  scope: string;
  key: string;
  requestHash: string;
  status: number;
  contentType: string;
  body: string;
  at: number;
}

export function createIdempotencyStore(sqlite: Sqlite) {
  const find = sqlite.prepare<[string, string], StoredAnswer>(
    `select scope, key, request_hash as requestHash, status, content_type as contentType, body, at
     from idempotency where scope = ? and key = ?`,
  );
  const insert = sqlite.prepare<StoredAnswer>(
    `insert into idempotency (scope, key, request_hash, status, content_type, body, at)
     values (:scope, :key, :requestHash, :status, :contentType, :body, :at)`,
  );
  const remove = sqlite.prepare<[string, string]>(
    'delete from idempotency where scope = ? and key = ?',
  );
  const prune = sqlite.prepare<[number, number]>(
    `delete from idempotency where rowid in
      (select rowid from idempotency where at < ? order by at limit ?)`,
  );
  return {
    find: (scope: string, key: string): StoredAnswer | undefined => find.get(scope, key),
    remove: (scope: string, key: string): void => void remove.run(scope, key),
    insert: (answer: StoredAnswer): void => void insert.run(answer),
    /** Removes at most `batchMax` answers older than `before`; returns how many. */
    prune: (before: number, batchMax: number): number => prune.run(before, batchMax).changes,
  };
}

export type IdempotencyStore = ReturnType<typeof createIdempotencyStore>;
