import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { processEnv } from '../../src/config/env.ts';
import { loadWorkerConfig } from '../../src/config/worker.ts';
import { createLogger } from '../../src/logger.ts';
import { connectTemporalWorker } from '../../src/temporal/connect.ts';
import { installRuntime } from '../../src/temporal/run-worker.ts';
import { benchInput } from '../lib/child.ts';
import { createStepReporter } from './progress.ts';
import { BARE_TASK_QUEUE } from './bare-messages.ts';
import { serveUntilStopped, type WorkerInput } from './serve-worker.ts';

/** The bound: a worker of the same settings whose workflow and activities do nothing. */
const { target } = benchInput<WorkerInput>();
const { worker: settings } = loadWorkerConfig({ ...processEnv(), CROSSDOCK_WMS_TOKEN: 'unused' });
installRuntime(createLogger('worker', 'warn'));
const connection = await connectTemporalWorker(target);
const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const worker = await Worker.create({
  connection,
  namespace: target.namespace,
  taskQueue: BARE_TASK_QUEUE,
  workflowsPath: fileURLToPath(new URL(`./bare-workflow${ending}`, import.meta.url)),
  activities: { doNothing: async (): Promise<void> => undefined, endStep: createStepReporter() },
  maxCachedWorkflows: settings.cachedMax,
  maxConcurrentWorkflowTaskExecutions: settings.workflowTasksMax,
  maxConcurrentActivityTaskExecutions: settings.activitiesMax,
  maxConcurrentLocalActivityExecutions: settings.localActivitiesMax,
  shutdownGraceTime: settings.shutdownGraceMs,
});
await serveUntilStopped(worker, connection);
