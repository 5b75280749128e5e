import { GroupCommit } from '../db/group-commit.ts';
import { openDatabase, type Sqlite } from '../db/open.ts';
import * as schema from './schema.ts';
import { prepareAppend } from './sqlite-append.ts';
import { prepareLeases } from './sqlite-lease.ts';
import { preparePrune } from './sqlite-prune.ts';
import { prepareQuarantine, prepareQuarantineList } from './sqlite-quarantine.ts';
import { prepareReads } from './sqlite-read.ts';
import type { InboxStore } from './store.ts';

export interface SqliteInboxOptions {
  file: string;
  commitBatchMax: number;
  commitQueueMax: number;
  quarantineMax: number;
  lingerMs: number;
}

export interface SqliteInbox extends InboxStore {
  /** Commits of appended events since the start. */
  commits(): number;
  /** Whether a write succeeds now; costs one. */
  probeWrite(): boolean;
}

/** Pages of the log before it is copied into the file: 16 MB, so that a burst is not held up. */
const CHECKPOINT_PAGES = 4000;

/** The inbox in one SQLite file, of which this process is the only writer. */
export function openSqliteInbox(options: SqliteInboxOptions): SqliteInbox {
  const { file, commitBatchMax: batchMax, commitQueueMax: queueMax } = options;
  const { sqlite } = openDatabase(schema, {
    file,
    migrations: 'src/inbox/migrations',
    synchronous: 'FULL',
  });
  sqlite.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  const { holdBack, recount } = prepareQuarantine(sqlite, options.quarantineMax);
  const append = prepareAppend({ sqlite, lingerMs: options.lingerMs, holdBack });
  const appends = new GroupCommit({ sqlite, write: append, batchMax, queueMax });
  const holds = new GroupCommit({ sqlite, write: holdBack, batchMax, queueMax });
  const leases = prepareLeases(sqlite);
  const prune = preparePrune(sqlite);
  const listQuarantine = prepareQuarantineList(sqlite);
  const reads = prepareReads(sqlite);
  const relaxed = relaxedWriter(sqlite);

  return {
    append: (events) => submitAll(appends, events),
    quarantine: (entries) => submitAll(holds, entries),
    claim: async (request) => relaxed(() => leases.claim(request)),
    settle: async (settlements) => relaxed(() => leases.settle(settlements)),
    release: async (releases) => relaxed(() => leases.release(releases)),
    reaccept: async (events, now) => relaxed(() => leases.reaccept(events, now)),
    prune: async (request) => {
      const step = relaxed(() => prune(request));
      recount();
      return step;
    },
    nextDueAt: async (now) => reads.nextDueAt(now),
    get: async (connection, eventId) => reads.get(connection, eventId),
    list: async (request) => reads.list(request),
    backlog: async () => reads.backlog(),
    listQuarantine: async (request) => listQuarantine(request),
    close: async () => {
      sqlite.close();
    },
    commits: () => appends.commits + holds.commits,
    probeWrite: () => probeWrite(sqlite),
  };
}

/** A request brings one item: it need not pay for a batch. */
async function submitAll<T, R>(commit: GroupCommit<T, R>, items: readonly T[]): Promise<R[]> {
  const [only] = items;
  return only !== undefined && items.length === 1
    ? [await commit.submit(only)]
    : Promise.all(items.map((item) => commit.submit(item)));
}

/**
 * Claims, settlements and pruning need no fsync of their own: what a power cut takes back is
 * claimed and handed over again, and every order knows its events by their ids.
 */
function relaxedWriter(sqlite: Sqlite): <R>(write: () => R) => R {
  return <R>(write: () => R): R => {
    sqlite.pragma('synchronous = NORMAL');
    try {
      return sqlite.transaction(write).immediate();
    } finally {
      sqlite.pragma('synchronous = FULL');
    }
  };
}

/** Rewrites one page through the log, as any insert would. */
function probeWrite(sqlite: Sqlite): boolean {
  try {
    sqlite.pragma(`user_version = ${Number(sqlite.pragma('user_version', { simple: true })) ^ 1}`);
    return true;
  } catch {
    return false;
  }
}
