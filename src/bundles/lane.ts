import { AppError } from '../errors.ts';

/** Lets one piece of work run at a time, in the order of asking. */
export interface Lane {
  /** Rejects as `unavailable` when too many wait. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  idle(): Promise<void>;
}

export function createLane(waitingMax: number): Lane {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    run(work) {
      if (waiting >= waitingMax) return Promise.reject(busy());
      waiting += 1;
      const result = last.then(work).finally(() => {
        waiting -= 1;
      });
      last = result.catch(() => undefined);
      return result;
    },
    async idle() {
      await last;
    },
  };
}

function busy(): AppError {
  return new AppError(
    'unavailable',
    'Many changes of the mappings wait for their turn. Nothing was changed. Try again in a moment.',
    { problem: 'mappings-busy', retryAfterMs: 1000 },
  );
}
