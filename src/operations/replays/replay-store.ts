import type { Sqlite } from '../../db/open.ts';

export interface Replay {
  replayId: string;
  /** JSON of the filter. */
  filter: string;
  ratePerS: number;
  status: 'running' | 'done' | 'cancelled';
  total: number;
  /** Dead letters that fitted too and were beyond the limit of one replay. */
  remaining: number;
  actor: string;
  createdAt: number;
  finishedAt: number | null;
  /** Why it waits now, or what went wrong last. */
  lastError: string | null;
}

export interface ReplayProgress extends Replay {
  sent: number;
  failed: number;
  /** Resolved by somebody else before their turn came. */
  skipped: number;
}

export interface ReplayItem {
  position: number;
  deadLetterId: string;
}

export type ItemStatus = 'sent' | 'failed' | 'skipped';

export type NewReplay = Pick<
  Replay,
  'replayId' | 'filter' | 'ratePerS' | 'remaining' | 'actor' | 'createdAt'
>;

export interface ReplayStore {
  /** False when there is one with this id. */
  create(replay: NewReplay, deadLetterIds: readonly string[]): boolean;
  find(replayId: string): ReplayProgress | undefined;
  running(): Replay[];
  nextItem(replayId: string): ReplayItem | undefined;
  settle(item: ReplayItem & { replayId: string; status: ItemStatus; error: string | null }): void;
  /** Says why it waits, or, with null, that it goes on. */
  note(replayId: string, lastError: string | null): void;
  finish(replayId: string, status: 'done' | 'cancelled'): boolean;
  prune(before: number): void;
}

const COLUMNS = `replay_id AS replayId, filter, rate_per_s AS ratePerS, status, total, remaining,
  actor, created_at AS createdAt, finished_at AS finishedAt, last_error AS lastError`;

export function createReplayStore(sqlite: Sqlite, now: () => number): ReplayStore {
  return { ...readers(sqlite), ...creator(sqlite), ...settlers(sqlite, now), ...pruner(sqlite) };
}

function readers(sqlite: Sqlite) {
  const one = sqlite.prepare<[string], Replay>(
    `SELECT ${COLUMNS} FROM replays WHERE replay_id = ?`,
  );
  const counts = sqlite.prepare<[string], { status: string; count: number }>(
    'SELECT status, count(*) AS count FROM replay_items WHERE replay_id = ? GROUP BY status',
  );
  const running = sqlite.prepare<[], Replay>(
    `SELECT ${COLUMNS} FROM replays WHERE status = 'running' ORDER BY created_at`,
  );
  const next = sqlite.prepare<[string], ReplayItem>(`SELECT position, dead_letter_id AS deadLetterId
    FROM replay_items WHERE replay_id = ? AND status = 'pending' ORDER BY position LIMIT 1`);
  return {
    find(replayId: string): ReplayProgress | undefined {
      const replay = one.get(replayId);
      if (replay === undefined) return undefined;
      const of = new Map(counts.all(replayId).map(({ status, count }) => [status, count]));
      const count = (status: ItemStatus) => of.get(status) ?? 0;
      const sent = count('sent');
      return { ...replay, sent, failed: count('failed'), skipped: count('skipped') };
    },
    running: () => running.all(),
    nextItem: (replayId: string) => next.get(replayId),
  };
}

function creator(sqlite: Sqlite): Pick<ReplayStore, 'create'> {
  const insert = sqlite.prepare(`INSERT INTO replays
    (replay_id, filter, rate_per_s, status, total, remaining, actor, created_at, finished_at)
    VALUES (@replayId, @filter, @ratePerS, @status, @total, @remaining, @actor, @createdAt,
      @finishedAt) ON CONFLICT DO NOTHING`);
  const insertItem = sqlite.prepare(`INSERT INTO replay_items
    (replay_id, position, dead_letter_id, status) VALUES (?, ?, ?, 'pending')`);
  const create = sqlite.transaction((replay: NewReplay, ids: readonly string[]) => {
    const ends = ids.length === 0;
    const status = ends ? 'done' : 'running';
    const finishedAt = ends ? replay.createdAt : null;
    const row = { ...replay, total: ids.length, status, finishedAt };
    if (insert.run(row).changes === 0) return false;
    ids.forEach((id, position) => insertItem.run(replay.replayId, position, id));
    return true;
  });
  return { create: (replay, ids) => create.immediate(replay, ids) };
}

function settlers(sqlite: Sqlite, now: () => number) {
  const settle = sqlite.prepare(`UPDATE replay_items SET status = @status, error = @error, at = @at
    WHERE replay_id = @replayId AND position = @position`);
  const note = sqlite.prepare('UPDATE replays SET last_error = ? WHERE replay_id = ?');
  const finish = sqlite.prepare(`UPDATE replays SET status = @status, finished_at = @at
    WHERE replay_id = @replayId AND status = 'running'`);
  const settleAll = sqlite.transaction((item: Parameters<ReplayStore['settle']>[0]) => {
    settle.run({ ...item, at: now() });
    note.run(item.error, item.replayId);
  });
  return {
    settle(item: Parameters<ReplayStore['settle']>[0]): void {
      // No fsync of its own: what a power cut takes back is sent again under the same event id.
      sqlite.pragma('synchronous = NORMAL');
      try {
        settleAll.immediate(item);
      } finally {
        sqlite.pragma('synchronous = FULL');
      }
    },
    note: (replayId: string, lastError: string | null) => void note.run(lastError, replayId),
    finish: (replayId: string, status: 'done' | 'cancelled') =>
      finish.run({ replayId, status, at: now() }).changes > 0,
  };
}

function pruner(sqlite: Sqlite): Pick<ReplayStore, 'prune'> {
  const items = sqlite.prepare(`DELETE FROM replay_items WHERE replay_id IN
    (SELECT replay_id FROM replays WHERE status <> 'running' AND finished_at < ?)`);
  const jobs = sqlite.prepare(`DELETE FROM replays WHERE status <> 'running' AND finished_at < ?`);
  const prune = sqlite.transaction((before: number) => {
    items.run(before);
    jobs.run(before);
  });
  return { prune: (before) => prune.immediate(before) };
}
