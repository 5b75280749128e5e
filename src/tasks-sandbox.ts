import { processEnv } from './config/env.ts';
import { loadTasksSandboxConfig } from './config/tasks-sandbox.ts';
import { startSandbox } from './sandbox/start.ts';
import { createTasksApp } from './sandbox/tasks/app.ts';
import * as schema from './sandbox/tasks/schema.ts';
import { announceReady, onStopRequested } from './supervisor/child.ts';

const sandbox = await startSandbox({
  name: 'tasks-sandbox',
  webhookId: 'tasks',
  file: 'tasks.db',
  schema,
  migrations: 'src/sandbox/tasks/migrations',
  config: loadTasksSandboxConfig(processEnv()),
  createApp: createTasksApp,
});
onStopRequested(sandbox.stop);
announceReady({ port: sandbox.port });
