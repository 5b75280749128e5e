import { createActivities, type Activities } from '../../activities/index.ts';
import { createStockBook } from '../../src/books/stock-book.ts';
import { prepareWriteStep } from '../../src/books/write-step.ts';
import type { WorkerConfig } from '../../src/config/worker.ts';
import { GroupCommit } from '../../src/db/group-commit.ts';
import type { Sqlite } from '../../src/db/open.ts';
import type { StepRecord } from '../../src/domain/step.ts';
import type { Logger } from '../../src/logger.ts';
import { createStubConnections } from './stub-connections.ts';

interface OurActivitiesOptions {
  sqlite: Sqlite;
  config: WorkerConfig;
  log: Logger;
  /** Called when a step is in the books. */
  onStep(record: StepRecord): void;
}

/** The activities of `src/worker.ts` with real books, but outside systems that answer at once. */
export function createOurActivities(options: OurActivitiesOptions): Activities {
  const { sqlite, config, log, onStep } = options;
  const connections = createStubConnections(config.calls.circuit);
  const activities = createActivities({
    books: {
      steps: new GroupCommit({ sqlite, write: prepareWriteStep(sqlite), ...config.books }),
      stockWanted: () => undefined,
    },
    commands: { connections, calls: config.calls, log, now: Date.now, random: Math.random },
    stock: {
      book: createStockBook(sqlite),
      stockOf: () => undefined,
      timeoutMs: config.calls.timeoutMs,
      settings: config.stock,
      offer: () => Promise.resolve('gone'),
      log,
      now: Date.now,
    },
  });
  return {
    ...activities,
    async commitStep(record) {
      await activities.commitStep(record);
      onStep(record);
    },
  };
}
