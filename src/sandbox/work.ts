import { GroupCommit } from '../db/group-commit.ts';
import type { Sqlite } from '../db/open.ts';
import { AppError } from '../errors.ts';
import type { SandboxSettings } from './settings.ts';

type Outcome = { value: unknown } | { refused: AppError };

/** Runs a job in a transaction; resolves only after its commit, and undoes a job that refuses. */
export type Work = <T>(job: () => T) => Promise<T>;

/** Jobs of concurrent calls share one commit, each in a savepoint of its own. */
export function createWork(sqlite: Sqlite, settings: SandboxSettings): Work {
  const savepoint = sqlite.transaction((job: () => unknown) => job());
  const commits = new GroupCommit<() => unknown, Outcome>({
    sqlite,
    write: (job) => {
      try {
        return { value: savepoint(job) };
      } catch (error) {
        if (error instanceof AppError) return { refused: error };
        throw error;
      }
    },
    batchMax: settings.commitBatchMax,
    queueMax: settings.commitQueueMax,
  });
  return async <T>(job: () => T): Promise<T> => {
    const outcome = await commits.submit(job);
    if ('refused' in outcome) throw outcome.refused;
    // The value is the one that this very job returned.
    return outcome.value as T;
  };
}
