import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  Worker,
  type NativeConnection,
  type WorkflowBundleOption,
  Runtime,
  DefaultLogger,
  makeTelemetryFilterString,
} from '@temporalio/worker';
import type { Activities } from '../../activities/index.ts';
import { TASK_QUEUE } from '../domain/ids.ts';
import type { Logger } from '../logger.ts';

export interface WorkerOptions {
  connection: NativeConnection;
  namespace: string;
  activities: Activities;
  taskQueue?: string;
  /** Code of the workflows when it is neither the built bundle nor the sources. */
  workflowBundlePath?: string;
  settings: {
    cachedMax: number;
    workflowTasksMax: number;
    activitiesMax: number;
    localActivitiesMax: number;
    shutdownGraceMs: number;
  };
}

/** The SDK's own log lines go where ours go. Once per process, before the first worker. */
export function installRuntime(log: Logger): void {
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      const line = { sdk: true, ...meta };
      if (level === 'ERROR') log.error(line, message);
      else log.warn(line, message);
    }),
    telemetryOptions: {
      logging: {
        forward: {},
        filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }),
      },
    },
    shutdownSignals: [],
  });
}

/** A worker for every workflow and activity of Crossdock. */
export function createWorker(options: WorkerOptions): Promise<Worker> {
  const { connection, namespace, activities, settings } = options;
  return Worker.create({
    connection,
    namespace,
    taskQueue: options.taskQueue ?? TASK_QUEUE,
    activities,
    ...workflowCode(options.workflowBundlePath),
    maxCachedWorkflows: settings.cachedMax,
    maxConcurrentWorkflowTaskExecutions: settings.workflowTasksMax,
    maxConcurrentActivityTaskExecutions: settings.activitiesMax,
    maxConcurrentLocalActivityExecutions: settings.localActivitiesMax,
    shutdownGraceTime: settings.shutdownGraceMs,
  });
}

/** Built: the prebuilt bundle, so that a start runs no bundler. From sources: the sources. */
function workflowCode(
  given: string | undefined,
): { workflowsPath: string } | { workflowBundle: WorkflowBundleOption } {
  if (given !== undefined) return { workflowBundle: { codePath: given } };
  const bundle = fileURLToPath(new URL('../../workflow-bundle.js', import.meta.url));
  if (import.meta.url.endsWith('.js') && existsSync(bundle)) {
    return { workflowBundle: { codePath: bundle } };
  }
  return { workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)) };
}
