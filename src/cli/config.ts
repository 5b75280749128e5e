import { z } from 'zod';
import { parseEnv, type Env } from '../config/env.ts';

const MsSchema = z.coerce.number().int().min(1).max(3_600_000);
const CountSchema = z.coerce.number().int().min(1);

/** What the commands read from the environment. */
export const CliEnv = {
  CROSSDOCK_DATA_DIR: z.string().min(1).optional(),
  CROSSDOCK_API_URL: z.url({ protocol: /^https?$/ }).optional(),
  CROSSDOCK_API_KEY: z.string().min(1).optional(),
  CROSSDOCK_WEBHOOK_SECRET_CRM: z.string().min(1).optional(),
  CROSSDOCK_WEBHOOK_SECRET_TASKS: z.string().min(1).optional(),
  CROSSDOCK_WEBHOOK_SECRET_WMS: z.string().min(1).optional(),
  /** One call to a server is given up after this long, which is more than an order may take to answer. */
  CROSSDOCK_CLI_CALL_TIMEOUT_MS: MsSchema.default(15_000),
  /** How often `tail` and `reconcile` look for news. */
  CROSSDOCK_CLI_POLL_MS: MsSchema.default(1000),
  /** Pages that one look of `tail` may read. */
  CROSSDOCK_CLI_TAIL_PAGES_MAX: CountSchema.max(10_000).default(50),
  /** An event may become visible this much later than one that was received after it. */
  CROSSDOCK_CLI_TAIL_OVERLAP_MS: MsSchema.default(2000),
  /** Events that `trigger` has under way at once. */
  CROSSDOCK_CLI_TRIGGER_CONCURRENCY_MAX: CountSchema.max(1000).default(16),
  /** What `doctor` still calls healthy. */
  CROSSDOCK_DOCTOR_CLOCK_SKEW_MAX_MS: MsSchema.default(30_000),
  CROSSDOCK_DOCTOR_DISK_FREE_MIN_BYTES: CountSchema.default(1_073_741_824),
  CROSSDOCK_DOCTOR_FSYNC_MAX_MS: MsSchema.default(50),
};

export type CliSettings = ReturnType<typeof loadCliSettings>;

export function loadCliSettings(env: Env) {
  const read = parseEnv(CliEnv, env);
  return {
    dataDir: read.CROSSDOCK_DATA_DIR,
    apiUrl: read.CROSSDOCK_API_URL,
    apiKey: read.CROSSDOCK_API_KEY,
    webhookSecrets: {
      crm: read.CROSSDOCK_WEBHOOK_SECRET_CRM,
      tasks: read.CROSSDOCK_WEBHOOK_SECRET_TASKS,
      wms: read.CROSSDOCK_WEBHOOK_SECRET_WMS,
    },
    callTimeoutMs: read.CROSSDOCK_CLI_CALL_TIMEOUT_MS,
    pollMs: read.CROSSDOCK_CLI_POLL_MS,
    tail: {
      pagesMax: read.CROSSDOCK_CLI_TAIL_PAGES_MAX,
      overlapMs: read.CROSSDOCK_CLI_TAIL_OVERLAP_MS,
    },
    triggerConcurrencyMax: read.CROSSDOCK_CLI_TRIGGER_CONCURRENCY_MAX,
    doctor: {
      clockSkewMaxMs: read.CROSSDOCK_DOCTOR_CLOCK_SKEW_MAX_MS,
      diskFreeMinBytes: read.CROSSDOCK_DOCTOR_DISK_FREE_MIN_BYTES,
      fsyncMaxMs: read.CROSSDOCK_DOCTOR_FSYNC_MAX_MS,
    },
  };
}
