import { AppError, messageOf } from '../errors.ts';
import type { Sqlite } from './open.ts';

interface Waiting<T, R> {
  item: T;
  resolve(result: R): void;
  reject(error: unknown): void;
}

export interface GroupCommitOptions<T, R> {
  sqlite: Sqlite;
  /** Writes one item inside the shared transaction. Must be synchronous and must not commit. */
  write(item: T): R;
  /** Items in one transaction. */
  batchMax: number;
  /** Items waiting; beyond it `submit` rejects with a retryable error. */
  queueMax: number;
}

/**
 * Many concurrent writers share one transaction and so one fsync. A promise resolves only after
 * the commit that holds its item. A batch that fails is written again item by item, so that one
 * bad item fails alone.
 */
export class GroupCommit<T, R> {
  private queue: Waiting<T, R>[] = [];
  private scheduled = false;
  private readonly options: GroupCommitOptions<T, R>;
  private readonly commitAll: (batch: readonly Waiting<T, R>[]) => R[];
  /** Transactions committed since the start, for the benchmark and the metrics. */
  commits = 0;

  constructor(options: GroupCommitOptions<T, R>) {
    this.options = options;
    const transaction = options.sqlite.transaction((batch: readonly Waiting<T, R>[]) =>
      batch.map((waiting) => options.write(waiting.item)),
    );
    this.commitAll = (batch) => transaction.immediate(batch);
  }

  submit(item: T): Promise<R> {
    if (this.queue.length >= this.options.queueMax) {
      return Promise.reject(
        new AppError('unavailable', 'The store has more writes waiting than it may hold.', {
          retryAfterMs: 1000,
        }),
      );
    }
    return new Promise((resolve, reject) => {
      this.queue.push({ item, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.flush());
  }

  private flush(): void {
    this.scheduled = false;
    const batch = this.queue.splice(0, this.options.batchMax);
    try {
      const results = this.commitAll(batch);
      this.commits += 1;
      results.forEach((result, index) => batch[index]?.resolve(result));
    } catch (error) {
      this.retryOneByOne(batch, error);
    }
    if (this.queue.length > 0) this.schedule();
  }

  private retryOneByOne(batch: readonly Waiting<T, R>[], first: unknown): void {
    for (const waiting of batch) {
      try {
        const [result] = batch.length === 1 ? [] : this.commitAll([waiting]);
        if (result === undefined) throw first;
        this.commits += 1;
        waiting.resolve(result);
      } catch (error) {
        waiting.reject(
          error instanceof AppError
            ? error
            : new AppError('unavailable', `The store cannot write: ${messageOf(error)}`, {
                cause: error,
                retryAfterMs: 5000,
              }),
        );
      }
    }
  }
}
