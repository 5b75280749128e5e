import type { Sqlite } from '../../db/open.ts';
import { UNTOLD, type Mark } from './news-payload.ts';

/** What was told of actions, and how far their changes were followed. */
export interface NewsStore {
  markOf(actionId: string): Mark;
  setMark(actionId: string, mark: Mark): void;
  position(): number;
  setPosition(seq: number): void;
  /** Forgets what was told of actions that were closed before. */
  prune(before: number): void;
}

export function createNewsStore(sqlite: Sqlite): NewsStore {
  const mark = sqlite.prepare<[string], Mark>(
    'SELECT rung, closed_at AS closedAt FROM action_marks WHERE action_id = ?',
  );
  const setMark = sqlite.prepare(`INSERT INTO action_marks (action_id, rung, closed_at)
    VALUES (@actionId, @rung, @closedAt) ON CONFLICT (action_id)
    DO UPDATE SET rung = excluded.rung, closed_at = excluded.closed_at`);
  const position = sqlite.prepare<[], { seq: number }>('SELECT seq FROM action_feed WHERE id = 1');
  const setPosition = sqlite.prepare(`INSERT INTO action_feed (id, seq) VALUES (1, ?)
    ON CONFLICT (id) DO UPDATE SET seq = excluded.seq`);
  const prune = sqlite.prepare('DELETE FROM action_marks WHERE closed_at < ?');
  return {
    markOf: (actionId) => mark.get(actionId) ?? UNTOLD,
    setMark: (actionId, { rung, closedAt }) => void setMark.run({ actionId, rung, closedAt }),
    position: () => position.get()?.seq ?? 0,
    setPosition: (seq) => void setPosition.run(seq),
    prune: (before) => void prune.run(before),
  };
}
