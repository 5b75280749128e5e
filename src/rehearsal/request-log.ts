import type { Page } from '../contracts/primitives.ts';
import { GroupCommit } from '../db/group-commit.ts';
import type { Sqlite } from '../db/open.ts';
import { sequenceOf } from '../delivery/cursor.ts';
import type { Effect } from './effect.ts';
import { pathMatches } from './path.ts';
import type { RehearsalSettings } from './settings.ts';

export interface LoggedRequest {
  at: number;
  method: string;
  path: string;
  idempotencyKey: string | null;
  body: string | null;
  status: number | null;
  effect: Effect;
}

export interface RequestView {
  at: string;
  method: string;
  path: string;
  idempotency_key: string | null;
  /** The parsed body when it is JSON, else its text. */
  body: unknown;
  status: number | null;
  effect: Effect;
}

export interface RequestFilter {
  method?: string;
  path?: string;
  sinceMs?: number;
  cursor?: string;
  limit: number;
}

type Row = LoggedRequest & { seq: number };

/** Log rows that share one commit, and that may wait for one. */
const BATCH_MAX = 256;
const QUEUE_MAX = 10_000;

/** Pruning after each row would double the writes, so it runs once in this many. */
const PRUNE_EVERY_ROWS = 100;

export type RequestLog = ReturnType<typeof createRequestLog>;

export function createRequestLog(sqlite: Sqlite, settings: RehearsalSettings) {
  const insert = sqlite.prepare(`INSERT INTO rehearsal_requests
    (at, method, path, idempotency_key, body, status, effect)
    VALUES (@at, @method, @path, @idempotencyKey, @body, @status, @effect)`);
  const prune = sqlite.prepare('DELETE FROM rehearsal_requests WHERE seq <= ?');
  const after = sqlite.prepare<[number, number, number], Row>(`SELECT seq, at, method, path,
    idempotency_key AS idempotencyKey, body, status, effect FROM rehearsal_requests
    WHERE seq > ? AND at >= ? ORDER BY seq LIMIT ?`);
  const commits = new GroupCommit<LoggedRequest, true>({
    sqlite,
    write: (request) => {
      const seq = Number(insert.run(request).lastInsertRowid);
      if (seq % PRUNE_EVERY_ROWS === 0) prune.run(seq - settings.logRowsMax);
      return true;
    },
    batchMax: BATCH_MAX,
    queueMax: QUEUE_MAX,
  });

  function* matching(filter: RequestFilter): Generator<Row> {
    let position = sequenceOf(filter.cursor) ?? 0;
    const method = filter.method?.toUpperCase();
    const pattern = filter.path;
    for (;;) {
      const rows = after.all(position, filter.sinceMs ?? 0, BATCH_MAX);
      for (const row of rows) {
        const wanted = method === undefined || method === row.method;
        if (wanted && (pattern === undefined || pathMatches(pattern, row.path))) yield row;
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < BATCH_MAX) return;
      position = last.seq;
    }
  }

  return {
    write: (request: LoggedRequest): Promise<true> =>
      commits.submit({
        ...request,
        body: request.body?.slice(0, settings.logBodyCharsMax) ?? null,
      }),
    /** Oldest first: the order in which the calls ended. */
    list(filter: RequestFilter): Page<RequestView> {
      const found: Row[] = [];
      for (const row of matching(filter)) {
        found.push(row);
        if (found.length > filter.limit) break;
      }
      const items = found.slice(0, filter.limit);
      const more = found.length > items.length;
      return { items: items.map(view), next: more ? String(items.at(-1)?.seq) : null };
    },
  };
}

function view(row: Row): RequestView {
  return {
    at: new Date(row.at).toISOString(),
    method: row.method,
    path: row.path,
    idempotency_key: row.idempotencyKey,
    body: parsed(row.body),
    status: row.status,
    effect: row.effect,
  };
}

function parsed(body: string | null): unknown {
  if (body === null) return null;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}
