import { existsSync } from 'node:fs';
import { openReadOnly, type Sqlite } from '../db/open.ts';
import { AppError, messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { SourceText } from '../mapping/yaml/node.ts';
import { bundleReaderOf } from './store-files.ts';
import { LAST_ACTIVE_SQL } from './store-history.ts';

interface BundleReaderOptions {
  /** Time between two looks at which bundle serves. */
  pollMs: number;
  /** Another bundle serves than at the last look; not called for what `active()` says at once. */
  onChange(hash: string): void;
  log: Logger;
}

/** `mappings.db` as the worker sees it. */
export interface BundleReader {
  /** What served at the last look; undefined while the api has activated none. */
  active(): string | undefined;
  /** Undefined for a bundle that is not stored. Throws `unavailable` when it cannot be read now. */
  filesOf(hash: string): SourceText[] | undefined;
  /** Resolves with the first bundle that serves; rejects as `unavailable` when none does in time. */
  firstActive(withinMs: number): Promise<string>;
  close(): void;
}

interface Queries {
  sqlite: Sqlite;
  active(): string | undefined;
  get: ReturnType<typeof bundleReaderOf>;
}

/** Opens the file read-only as soon as the api has made it, and polls what serves. */
export function openBundleReader(
  file: string,
  { pollMs, onChange, log }: BundleReaderOptions,
): BundleReader {
  let queries: Queries | undefined;
  let active: string | undefined;
  let opened = false;
  let failing = false;
  const waiting = new Set<(hash: string) => void>();
  const open = (): Queries | undefined => {
    if (queries === undefined && existsSync(file)) queries = queriesOf(file);
    return queries;
  };
  const look = (): void => {
    const seen = open()?.active();
    if (seen === undefined || seen === active) return;
    active = seen;
    for (const tell of waiting) tell(seen);
    if (opened) onChange(seen);
  };
  const poll = (): void => {
    try {
      look();
      failing = false;
    } catch (error) {
      if (!failing && !isNotMadeYet(error)) {
        log.warn({ error: messageOf(error) }, 'mappings.look_failed');
        failing = true;
      }
    }
  };
  poll();
  opened = true;
  const timer = setInterval(poll, pollMs);
  return {
    active: () => active,
    filesOf: (hash) => whenReadable(() => open()?.get(hash)?.files),
    firstActive: (withinMs) =>
      active === undefined ? first(waiting, withinMs) : Promise.resolve(active),
    close() {
      clearInterval(timer);
      queries?.sqlite.close();
      queries = undefined;
    },
  };
}

function queriesOf(file: string): Queries {
  const { sqlite } = openReadOnly({}, file);
  try {
    const active = sqlite.prepare<[], { hash: string }>(LAST_ACTIVE_SQL);
    return { sqlite, active: () => active.get()?.hash, get: bundleReaderOf(sqlite) };
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

function whenReadable<Result>(read: () => Result | undefined): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (isNotMadeYet(error)) return undefined;
    throw new AppError('unavailable', 'The stored mappings cannot be read now.', {
      problem: 'mappings-unavailable',
      retryAfterMs: 1000,
      cause: error,
    });
  }
}

function isNotMadeYet(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'SQLITE_CANTOPEN' || error.message.startsWith('no such table');
}

function first(waiting: Set<(hash: string) => void>, withinMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const tell = (hash: string): void => {
      clearTimeout(timer);
      waiting.delete(tell);
      resolve(hash);
    };
    const timer = setTimeout(() => {
      waiting.delete(tell);
      reject(
        new AppError(
          'unavailable',
          `No mappings serve after ${withinMs} ms: the api has not activated any. Its log says why.`,
          { problem: 'mappings-unavailable', retryAfterMs: 1000 },
        ),
      );
    }, withinMs);
    waiting.add(tell);
  });
}
