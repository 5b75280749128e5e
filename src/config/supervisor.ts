import { z } from 'zod';
import { CommonEnv, parseEnv, type Env } from './env.ts';

const PortSchema = z.coerce.number().int().min(1).max(65_535);
const MsSchema = z.coerce.number().int().min(1).max(3_600_000);

/** What a process that runs under the supervisor needs to know of it. */
export const ChildEnv = {
  /** Time that a process takes to drain before it ends itself by force. */
  CROSSDOCK_STOP_DEADLINE_MS: MsSchema.default(10_000),
};

/** How a Temporal server is found. The names without our prefix are those of other tools. */
export const ProvisionEnv = {
  TEMPORAL_CLI: z.string().optional(),
  PATH: z.string().default(''),
  HOME: z.string().default('/tmp'),
  XDG_CACHE_HOME: z.string().optional(),
  /** The download is given up when it made no progress for this long. */
  CROSSDOCK_TEMPORAL_DOWNLOAD_STALL_MS: MsSchema.default(20_000),
  CROSSDOCK_TEMPORAL_BUILD_TIMEOUT_MS: MsSchema.default(2_700_000),
};

/** How the dev server is run. */
export const TemporalServerEnv = {
  /** FULL survives a power cut, NORMAL the death of the process only; several times faster. */
  CROSSDOCK_TEMPORAL_SYNCHRONOUS: z.enum(['NORMAL', 'FULL']).default('NORMAL'),
  /** How long closed workflows stay readable: at least as long as event ids are remembered. */
  CROSSDOCK_TEMPORAL_RETENTION_DAYS: z.coerce.number().int().min(1).max(365).default(35),
  CROSSDOCK_TEMPORAL_READY_TIMEOUT_MS: MsSchema.default(60_000),
};

export const SupervisorEnv = {
  ...CommonEnv,
  ...ChildEnv,
  ...ProvisionEnv,
  ...TemporalServerEnv,
  TEMPORAL_ADDRESS: z.string().optional(),
  TEMPORAL_NAMESPACE: z.string().optional(),
  /** Set by npm, which does not pass its own death on to what it runs. */
  npm_lifecycle_event: z.string().optional(),
  CROSSDOCK_API_PORT: PortSchema.optional(),
  CROSSDOCK_WMS_PORT: PortSchema.optional(),
  CROSSDOCK_CRM_PORT: PortSchema.optional(),
  CROSSDOCK_TASKS_PORT: PortSchema.optional(),
  CROSSDOCK_TEMPORAL_PORT: PortSchema.optional(),
  CROSSDOCK_TEMPORAL_UI_PORT: PortSchema.optional(),
  CROSSDOCK_TEMPORAL_UI_URL: z.string().optional(),
  CROSSDOCK_CHILD_READY_TIMEOUT_MS: MsSchema.default(60_000),
  /** Starts that may fail in a row before a start of the whole is given up. */
  CROSSDOCK_START_ATTEMPTS_MAX: z.coerce.number().int().min(1).max(20).default(3),
  CROSSDOCK_RESTART_DELAY_MS: MsSchema.default(200),
  CROSSDOCK_RESTART_DELAY_MAX_MS: MsSchema.default(5_000),
  /** A process that lived this long starts its backoff from the beginning. */
  CROSSDOCK_RESTART_RESET_MS: MsSchema.default(30_000),
  /** Time from the request to stop to SIGKILL; longer than the process's own deadline. */
  CROSSDOCK_KILL_AFTER_MS: MsSchema.default(15_000),
  /** What a dead supervisor left behind is ended by force after this long. */
  CROSSDOCK_ORPHAN_GRACE_MS: MsSchema.default(3_000),
  /** How long a start waits for the supervisor before it to finish stopping. */
  CROSSDOCK_LOCK_WAIT_MS: MsSchema.default(3_000),
  CROSSDOCK_PARENT_CHECK_MS: MsSchema.default(500),
  /** How long a demo order may take to reach the warehouse. */
  CROSSDOCK_DEMO_WAIT_MS: MsSchema.default(60_000),
  CROSSDOCK_DEMO_CALL_TIMEOUT_MS: MsSchema.default(10_000),
  CROSSDOCK_DEMO_CONCURRENCY: z.coerce.number().int().min(1).max(20).default(4),
};

export type SupervisorConfig = ReturnType<typeof loadSupervisorConfig>;

export function loadSupervisorConfig(env: Env) {
  return parseEnv(SupervisorEnv, env);
}
