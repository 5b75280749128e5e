import Database from 'better-sqlite3';

interface Prepared {
  source: string;
  database: { name: string };
}

type Run = (this: Prepared, ...parameters: unknown[]) => unknown;

/** What one database file was asked for. */
export interface SqlCounts {
  /** Everything that SQLite ran, transactions and pragmas included. */
  statements: number;
  commits: number;
}

export interface SqlWatch {
  /** Counts of this file since the last call. */
  take(file: string): SqlCounts;
  stop(): void;
}

const RUNNERS = ['run', 'get', 'all', 'iterate'] as const;

/**
 * Counts every statement that better-sqlite3 runs in this process, whoever prepared it: the ways to
 * run one are methods that all prepared statements share.
 */
export function watchSql(): SqlWatch {
  const probe = new Database(':memory:');
  const shared = Object.getPrototypeOf(probe.prepare('select 1')) as Record<string, Run>;
  probe.close();
  const counts = new Map<string, SqlCounts>();
  const originals = RUNNERS.map((name) => [name, shared[name]] as const);
  for (const [name, original] of originals) {
    if (original === undefined) throw new Error(`better-sqlite3 has no ${name} any more`);
    shared[name] = function counted(...parameters) {
      const of = counts.get(this.database.name) ?? { statements: 0, commits: 0 };
      of.statements += 1;
      if (this.source === 'COMMIT') of.commits += 1;
      counts.set(this.database.name, of);
      return original.apply(this, parameters);
    };
  }
  return {
    take(file) {
      const taken = counts.get(file) ?? { statements: 0, commits: 0 };
      counts.delete(file);
      return taken;
    },
    stop() {
      for (const [name, original] of originals) if (original !== undefined) shared[name] = original;
    },
  };
}
