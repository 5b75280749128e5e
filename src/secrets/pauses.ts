import type { Sqlite } from '../db/open.ts';

export interface Pause {
  /** Epoch ms. */
  since: number;
  reason: string | null;
}

/** Which connections an operator has paused; kept, so that a restart resumes none. */
export interface Pauses {
  all(): Map<string, Pause>;
  set(connection: string, pause: Pause): void;
  remove(connection: string): void;
}

export function createPauses(sqlite: Sqlite): Pauses {
  const all = sqlite.prepare<[], Pause & { connection: string }>(
    'SELECT connection, since, reason FROM connection_pauses',
  );
  const set = sqlite.prepare(`INSERT INTO connection_pauses (connection, since, reason)
    VALUES (@connection, @since, @reason) ON CONFLICT (connection) DO NOTHING`);
  const remove = sqlite.prepare('DELETE FROM connection_pauses WHERE connection = ?');
  return {
    all: () =>
      new Map(all.all().map(({ connection, since, reason }) => [connection, { since, reason }])),
    set: (connection, pause) => void set.run({ connection, ...pause }),
    remove: (connection) => void remove.run(connection),
  };
}
