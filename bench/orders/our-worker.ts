import { join } from 'node:path';
import { createActivities } from '../../activities/index.ts';
import * as booksSchema from '../../src/books/schema.ts';
import { createStockBook } from '../../src/books/stock-book.ts';
import { prepareWriteStep } from '../../src/books/write-step.ts';
import { processEnv } from '../../src/config/env.ts';
import { loadWorkerConfig } from '../../src/config/worker.ts';
import { GroupCommit } from '../../src/db/group-commit.ts';
import { openDatabase } from '../../src/db/open.ts';
import type { StepRecord } from '../../src/domain/step.ts';
import { createLogger } from '../../src/logger.ts';
import { connectTemporalWorker } from '../../src/temporal/connect.ts';
import { createWorker, installRuntime } from '../../src/temporal/run-worker.ts';
import { benchInput } from '../lib/child.ts';
import { createStepReporter } from './progress.ts';
import { serveUntilStopped, type WorkerInput } from './serve-worker.ts';
import { createStubConnections } from './stub-connections.ts';

/** The worker of `src/worker.ts` with real books, but outside systems that answer at once. */
const { target, folder } = benchInput<WorkerInput>();
const config = loadWorkerConfig({ ...processEnv(), CROSSDOCK_WMS_TOKEN: 'unused' });
const log = createLogger('worker', config.logLevel);
installRuntime(log);
const { sqlite } = openDatabase(booksSchema, {
  file: join(folder, 'books.db'),
  migrations: 'src/books/migrations',
  synchronous: 'NORMAL',
});
const connections = createStubConnections(config.calls.circuit);
const report = createStepReporter();
const steps = new GroupCommit<StepRecord, boolean>({
  sqlite,
  write: prepareWriteStep(sqlite),
  ...config.books,
});

const activities = createActivities({
  books: { steps, stockWanted: () => undefined },
  commands: { connections, calls: config.calls, log, now: Date.now, random: Math.random },
  stock: {
    book: createStockBook(sqlite),
    wmsHttp: connections.wmsHttp,
    timeoutMs: config.calls.timeoutMs,
    settings: config.stock,
    offer: async () => 'gone',
    log,
    now: Date.now,
  },
});

const connection = await connectTemporalWorker(target);
const worker = await createWorker({
  connection,
  namespace: target.namespace,
  settings: config.worker,
  activities: {
    ...activities,
    async commitStep(record: StepRecord): Promise<void> {
      try {
        await activities.commitStep(record);
      } catch (e) {
        log.error({ err: e }, 'COMMIT');
        throw e;
      }
      report({ orderId: record.order.orderId, closed: record.closedAt !== null });
    },
  },
});
await serveUntilStopped(worker, connection);
sqlite.close();
