import { z } from 'zod';
import { DeliveryEnv, deliveryPolicyOf, type DeliveryPolicy } from '../delivery/policy.ts';
import {
  RehearsalEnv,
  rehearsalSettingsOf,
  type RehearsalSettings,
} from '../rehearsal/settings.ts';
import { SandboxEnv, sandboxSettingsOf, type SandboxSettings } from '../sandbox/settings.ts';
import { CommonEnv, parseEnv, type Env } from './env.ts';

/** Settings of the CRM sandbox. */
const CrmSandboxEnv = {
  ...CommonEnv,
  ...DeliveryEnv,
  ...RehearsalEnv,
  ...SandboxEnv,
  CROSSDOCK_CRM_HOST: z.string().min(1).default('127.0.0.1'),
  CROSSDOCK_CRM_PORT: z.coerce.number().int().min(0).max(65_535).default(4200),
  CROSSDOCK_CRM_WEBHOOK_URL: z.url().default('http://127.0.0.1:4000/webhooks/orders'),
  CROSSDOCK_WEBHOOK_SECRET_CRM: z.string().min(8),
};

export interface SandboxConfig {
  dataDir: string;
  logLevel: string;
  timeScale: number;
  host: string;
  port: number;
  webhook: { url: string; secret: string };
  delivery: DeliveryPolicy;
  rehearsal: RehearsalSettings;
  sandbox: SandboxSettings;
}

export function loadCrmSandboxConfig(env: Env): SandboxConfig {
  const parsed = parseEnv(CrmSandboxEnv, env);
  return {
    dataDir: parsed.CROSSDOCK_DATA_DIR,
    logLevel: parsed.CROSSDOCK_LOG_LEVEL,
    timeScale: parsed.CROSSDOCK_TIME_SCALE,
    host: parsed.CROSSDOCK_CRM_HOST,
    port: parsed.CROSSDOCK_CRM_PORT,
    webhook: {
      url: parsed.CROSSDOCK_CRM_WEBHOOK_URL,
      secret: parsed.CROSSDOCK_WEBHOOK_SECRET_CRM,
    },
    delivery: deliveryPolicyOf(parsed),
    rehearsal: rehearsalSettingsOf(parsed),
    sandbox: sandboxSettingsOf(parsed),
  };
}
