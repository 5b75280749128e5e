import { z } from 'zod';
import { DeliveryEnv, deliveryPolicyOf } from '../delivery/policy.ts';
import { RehearsalEnv, rehearsalSettingsOf } from '../rehearsal/settings.ts';
import { SandboxEnv, sandboxSettingsOf } from '../sandbox/settings.ts';
import type { SandboxConfig } from './crm-sandbox.ts';
import { CommonEnv, parseEnv, type Env } from './env.ts';

/** Settings of the task manager sandbox. */
const TasksSandboxEnv = {
  ...CommonEnv,
  ...DeliveryEnv,
  ...RehearsalEnv,
  ...SandboxEnv,
  CROSSDOCK_TASKS_HOST: z.string().min(1).default('127.0.0.1'),
  CROSSDOCK_TASKS_PORT: z.coerce.number().int().min(0).max(65_535).default(4300),
  CROSSDOCK_TASKS_WEBHOOK_URL: z.url().default('http://127.0.0.1:4000/webhooks/tasks'),
  CROSSDOCK_WEBHOOK_SECRET_TASKS: z.string().min(8),
};

export function loadTasksSandboxConfig(env: Env): SandboxConfig {
  const parsed = parseEnv(TasksSandboxEnv, env);
  return {
    dataDir: parsed.CROSSDOCK_DATA_DIR,
    logLevel: parsed.CROSSDOCK_LOG_LEVEL,
    timeScale: parsed.CROSSDOCK_TIME_SCALE,
    host: parsed.CROSSDOCK_TASKS_HOST,
    port: parsed.CROSSDOCK_TASKS_PORT,
    webhook: {
      url: parsed.CROSSDOCK_TASKS_WEBHOOK_URL,
      secret: parsed.CROSSDOCK_WEBHOOK_SECRET_TASKS,
    },
    delivery: deliveryPolicyOf(parsed),
    rehearsal: rehearsalSettingsOf(parsed),
    sandbox: sandboxSettingsOf(parsed),
  };
}
