import { loadCrmSandboxConfig } from './config/crm-sandbox.ts';
import { processEnv } from './config/env.ts';
import { createCrmApp } from './sandbox/crm/app.tsx';
import * as schema from './sandbox/crm/schema.ts';
import { startSandbox } from './sandbox/start.ts';
import { announceReady, onStopRequested } from './supervisor/child.ts';

const sandbox = await startSandbox({
  name: 'crm-sandbox',
  webhookId: 'crm',
  file: 'crm.db',
  schema,
  migrations: 'src/sandbox/crm/migrations',
  config: loadCrmSandboxConfig(processEnv()),
  createApp: createCrmApp,
});
onStopRequested(sandbox.stop);
announceReady({ port: sandbox.port });
