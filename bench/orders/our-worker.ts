import { join } from 'node:path';
import * as booksSchema from '../../src/books/schema.ts';
import { processEnv } from '../../src/config/env.ts';
import { loadWorkerConfig } from '../../src/config/worker.ts';
import { openDatabase } from '../../src/db/open.ts';
import { createLogger } from '../../src/logger.ts';
import { connectTemporalWorker } from '../../src/temporal/connect.ts';
import { createWorker, installRuntime } from '../../src/temporal/run-worker.ts';
import { benchInput } from '../lib/child.ts';
import { createOurActivities } from './our-activities.ts';
import { createStepReporter } from './progress.ts';
import { serveUntilStopped, type WorkerInput } from './serve-worker.ts';

/** Ours: the workflows, activities, books and log lines of a worker in earnest. */
const { target, folder } = benchInput<WorkerInput>();
const config = loadWorkerConfig({ ...processEnv(), CROSSDOCK_WMS_TOKEN: 'unused' });
const log = createLogger('worker', config.logLevel);
installRuntime(log);
const { sqlite } = openDatabase(booksSchema, {
  file: join(folder, 'books.db'),
  migrations: 'src/books/migrations',
  synchronous: 'NORMAL',
});
const report = createStepReporter();
const connection = await connectTemporalWorker(target);
const worker = await createWorker({
  connection,
  namespace: target.namespace,
  settings: config.worker,
  activities: createOurActivities({
    sqlite,
    config,
    log,
    onStep: ({ order, closedAt }) => report({ orderId: order.orderId, closed: closedAt !== null }),
  }),
});
await serveUntilStopped(worker, connection);
sqlite.close();
