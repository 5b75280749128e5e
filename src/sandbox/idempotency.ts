import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Sqlite } from '../db/open.ts';
import { AppError } from '../errors.ts';
import type { Effect } from '../rehearsal/effect.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { SandboxSettings } from './settings.ts';

export interface Answer {
  status: ContentfulStatusCode;
  body: unknown;
  effect: Effect;
}

interface OnceInput {
  /** Method and path, so that one key may serve several endpoints. */
  endpoint: string;
  key: string | undefined;
  request: unknown;
  perform: () => Answer;
}

interface Stored {
  fingerprint: string;
  status: ContentfulStatusCode;
  body: string;
}

interface OnceOptions {
  sqlite: Sqlite;
  settings: SandboxSettings;
  now: () => number;
}

/** Pruning after each record would double the writes, so it runs once in this many. */
const PRUNE_EVERY_RECORDS = 100;

export type Once = (input: OnceInput) => Answer;

/** Performs a keyed call once and answers its repeats from the record, in the open transaction. */
export function createOnce({ sqlite, settings, now }: OnceOptions): Once {
  const find = sqlite.prepare<[string, string], Stored>(
    'SELECT fingerprint, status, body FROM idempotency_records WHERE endpoint = ? AND key = ?',
  );
  const insert = sqlite.prepare(`INSERT INTO idempotency_records
    (endpoint, key, fingerprint, status, body, at)
    VALUES (@endpoint, @key, @fingerprint, @status, @body, @at)`);
  const prune = sqlite.prepare(`DELETE FROM idempotency_records WHERE (endpoint, key) IN
    (SELECT endpoint, key FROM idempotency_records WHERE at < ? ORDER BY at LIMIT ?)`);
  let records = 0;

  return ({ endpoint, key, request, perform }) => {
    if (key === undefined) return perform();
    const fingerprint = fingerprintOf(request);
    const stored = find.get(endpoint, key);
    if (stored !== undefined) return replay(stored, fingerprint);
    const answer = perform();
    const { status } = answer;
    const body = JSON.stringify(answer.body);
    insert.run({ endpoint, key, fingerprint, status, body, at: now() });
    records += 1;
    if (records % PRUNE_EVERY_RECORDS === 0) {
      prune.run(now() - settings.idempotencyKeepMs, settings.idempotencyPruneBatchMax);
    }
    return answer;
  };
}

function replay(stored: Stored, fingerprint: string): Answer {
  if (stored.fingerprint === fingerprint) {
    return { status: stored.status, body: JSON.parse(stored.body) as unknown, effect: 'replayed' };
  }
  throw new AppError(
    'conflict',
    'This Idempotency-Key was used with another body. Nothing was done; use a key of its own.',
    { problem: 'idempotency-key-reused' },
  );
}
