import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { Activities } from '../../activities/index.ts';
import { processEnv } from '../../src/config/env.ts';
import { loadWorkerConfig } from '../../src/config/worker.ts';
import { createLogger } from '../../src/logger.ts';
import { connectTemporalWorker } from '../../src/temporal/connect.ts';
import { createWorker, installRuntime } from '../../src/temporal/run-worker.ts';
import { benchInput } from '../lib/child.ts';
import { BARE_TASK_QUEUE } from './bare-messages.ts';
import { createStepReporter } from './progress.ts';
import { serveUntilStopped, type WorkerInput } from './serve-worker.ts';

/** The bound: our worker with our settings, but its workflow and activities do nothing. */
const { target, folder } = benchInput<WorkerInput>();
const { worker: settings } = loadWorkerConfig({ ...processEnv(), CROSSDOCK_WMS_TOKEN: 'unused' });
installRuntime(createLogger('worker', 'warn'));
const activities = {
  doNothing: (): Promise<void> => Promise.resolve(),
  endStep: createStepReporter(),
};
const connection = await connectTemporalWorker(target);
const worker = await createWorker({
  connection,
  namespace: target.namespace,
  taskQueue: BARE_TASK_QUEUE,
  workflowBundlePath: await bundleBare(),
  // Only the options are to be ours; the bound has activities of its own.
  activities: activities as unknown as Activities,
  settings,
});
await serveUntilStopped(worker, connection);

async function bundleBare(): Promise<string> {
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const workflowsPath = fileURLToPath(new URL(`./bare-workflow${ending}`, import.meta.url));
  const { code } = await bundleWorkflowCode({ workflowsPath });
  const path = join(folder, 'bare-bundle.js');
  writeFileSync(path, code);
  return path;
}
