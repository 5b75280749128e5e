import { join } from 'node:path';
import type { TemporalTarget } from '../temporal/connect.ts';
import type { Ports } from './ports.ts';
import type { Secrets } from './secrets.ts';

/** Our own programs in the order in which they are told to stop: intake first. */
export const OUR_PROGRAMS = ['api', 'worker', 'wms', 'crm', 'tasks'] as const;
export type OurProgram = (typeof OUR_PROGRAMS)[number];
export type ProgramName = OurProgram | 'temporal';

/** Built entry of each program, from the package root. */
export const ENTRIES: Readonly<Record<OurProgram, string>> = {
  api: 'dist/src/api.js',
  worker: 'dist/src/worker.js',
  wms: 'dist/src/wms.js',
  crm: 'dist/src/crm-sandbox.js',
  tasks: 'dist/src/tasks-sandbox.js',
};

/** All that is settled before anything is started. */
export interface Plan {
  dataDir: string;
  ports: Ports;
  secrets: Secrets;
  linkSecret: string;
  masterKey: string;
  temporal: TemporalTarget;
  /** Absent when the server is another's and its UI is not known. */
  temporalUiUrl: string | undefined;
}

export type Environment = Record<string, string | undefined>;

export function origin(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/** What every program of ours is told. Each reads only what concerns it. */
export function programEnvironment(plan: Plan): Environment {
  const { ports, secrets } = plan;
  const api = origin(ports.api);
  return {
    CROSSDOCK_DATA_DIR: plan.dataDir,
    CROSSDOCK_SANDBOX: '1',
    // Everything runs on this machine, so its own addresses are open to webhooks out.
    CROSSDOCK_OUTBOUND_ALLOW_CIDRS: '127.0.0.0/8,::1/128',
    CROSSDOCK_API_PORT: String(ports.api),
    CROSSDOCK_API_URL: api,
    CROSSDOCK_API_KEY: secrets.api_key,
    CROSSDOCK_LINK_SECRET: plan.linkSecret,
    CROSSDOCK_MASTER_KEY: plan.masterKey,
    CROSSDOCK_WEBHOOK_SECRET_CRM: secrets.webhooks.crm,
    CROSSDOCK_WEBHOOK_SECRET_TASKS: secrets.webhooks.tasks,
    CROSSDOCK_WEBHOOK_SECRET_WMS: secrets.webhooks.wms,
    CROSSDOCK_WMS_PORT: String(ports.wms),
    CROSSDOCK_WMS_URL: origin(ports.wms),
    CROSSDOCK_WMS_TOKEN: secrets.wms_token,
    CROSSDOCK_WMS_CLIENT_ID: secrets.wms_client.id,
    CROSSDOCK_WMS_CLIENT_SECRET: secrets.wms_client.secret,
    CROSSDOCK_WMS_WEBHOOK_URL: `${api}/webhooks/wms`,
    CROSSDOCK_CRM_PORT: String(ports.crm),
    CROSSDOCK_CRM_URL: origin(ports.crm),
    CROSSDOCK_CRM_WEBHOOK_URL: `${api}/webhooks/orders`,
    CROSSDOCK_TASKS_PORT: String(ports.tasks),
    CROSSDOCK_TASKS_URL: origin(ports.tasks),
    CROSSDOCK_TASKS_WEBHOOK_URL: `${api}/webhooks/tasks`,
    CROSSDOCK_TEMPORAL_UI_URL: plan.temporalUiUrl,
  };
}

/**
 * Variables that make our programs reach the server that we started and no other: a profile or
 * an API key meant for another server would turn TLS on.
 */
export function ownTemporalEnvironment(env: Environment, plan: Plan): Environment {
  const foreign = Object.keys(env).filter((name) => name.startsWith('TEMPORAL_'));
  return {
    ...Object.fromEntries(foreign.map((name) => [name, undefined])),
    TEMPORAL_ADDRESS: plan.temporal.address,
    TEMPORAL_NAMESPACE: plan.temporal.namespace,
    // Never written: a file that is not there is the only way to read no profile at all.
    TEMPORAL_CONFIG_FILE: join(plan.dataDir, 'no-temporal-profile.toml'),
  };
}
