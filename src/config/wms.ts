import { z } from 'zod';
import { deliveryPolicyOf, DeliveryEnv, type DeliveryPolicy } from '../delivery/policy.ts';
import {
  RehearsalEnv,
  rehearsalSettingsOf,
  type RehearsalSettings,
} from '../rehearsal/settings.ts';
import { CommonEnv, parseEnv, type Env } from './env.ts';

/** Settings of the built-in WMS. */
export const WmsEnv = {
  ...CommonEnv,
  ...DeliveryEnv,
  ...RehearsalEnv,
  CROSSDOCK_WMS_HOST: z.string().min(1).default('127.0.0.1'),
  CROSSDOCK_WMS_PORT: z.coerce.number().int().min(0).max(65_535).default(4100),
  CROSSDOCK_WMS_TOKEN: z.string().min(8),
  CROSSDOCK_WMS_CLIENT_ID: z.string().min(1),
  CROSSDOCK_WMS_CLIENT_SECRET: z.string().min(8),
  CROSSDOCK_WMS_WEBHOOK_URL: z.url().default('http://127.0.0.1:4000/webhooks/wms'),
  CROSSDOCK_WEBHOOK_SECRET_WMS: z.string().min(8),
  /** Switches the request log, the faults and the webhook modes under `/_sandbox` on. */
  CROSSDOCK_SANDBOX: z.stringbool().default(false),
  /** Life of a token from `/auth/token`. */
  CROSSDOCK_WMS_TOKEN_LIFE_MS: z.coerce.number().int().min(1000).default(3_600_000),
  CROSSDOCK_WMS_BODY_BYTES_MAX: z.coerce.number().int().min(1024).default(2_097_152),
  /** Writes that share one commit. */
  CROSSDOCK_WMS_COMMIT_BATCH_MAX: z.coerce.number().int().min(1).default(64),
  /** Writes waiting for a commit; beyond it callers are told 503. */
  CROSSDOCK_WMS_COMMIT_QUEUE_MAX: z.coerce.number().int().min(1).default(2000),
  /** How long the answer to an `Idempotency-Key` is kept: 35 days. */
  CROSSDOCK_WMS_IDEMPOTENCY_KEEP_MS: z.coerce
    .number()
    .int()
    .min(1000)
    .default(35 * 86_400_000),
  CROSSDOCK_WMS_PRUNE_EVERY_MS: z.coerce.number().int().min(1).default(600_000),
  /** Between two batches while there is more to prune. */
  CROSSDOCK_WMS_PRUNE_PAUSE_MS: z.coerce.number().int().min(1).default(100),
  CROSSDOCK_WMS_PRUNE_BATCH_MAX: z.coerce.number().int().min(1).default(500),
  /** Between two looks for lots that have expired. */
  CROSSDOCK_WMS_EXPIRY_EVERY_MS: z.coerce.number().int().min(1).default(5000),
  CROSSDOCK_WMS_EXPIRY_BATCH_MAX: z.coerce.number().int().min(1).default(200),
  /** Ledger rows, and picks, that an audit of the stock reads before others get their turn. */
  CROSSDOCK_WMS_AUDIT_CHUNK_ROWS: z.coerce.number().int().min(1).default(2000),
  /** Findings of one audit; the next one goes on with what is left. */
  CROSSDOCK_WMS_AUDIT_FINDINGS_MAX: z.coerce.number().int().min(1).default(1000),
  /** Audits that may wait for the one that runs; beyond it callers are told 503. */
  CROSSDOCK_WMS_AUDIT_QUEUE_MAX: z.coerce.number().int().min(0).default(4),
  /** Calls in flight may take this long to end when the process stops. */
  CROSSDOCK_WMS_STOP_GRACE_MS: z.coerce.number().int().min(0).default(5000),
};

export interface WmsConfig {
  dataDir: string;
  logLevel: string;
  timeScale: number;
  host: string;
  port: number;
  token: string;
  tokenLifeMs: number;
  client: { id: string; secret: string };
  webhook: { url: string; secret: string };
  sandbox: boolean;
  bodyBytesMax: number;
  commitBatchMax: number;
  commitQueueMax: number;
  idempotencyKeepMs: number;
  pruneEveryMs: number;
  prunePauseMs: number;
  pruneBatchMax: number;
  stopGraceMs: number;
  expiryEveryMs: number;
  expiryBatchMax: number;
  audit: { chunkRows: number; findingsMax: number; queueMax: number };
  delivery: DeliveryPolicy;
  rehearsal: RehearsalSettings;
}

export function loadWmsConfig(env: Env): WmsConfig {
  const parsed = parseEnv(WmsEnv, env);
  return {
    dataDir: parsed.CROSSDOCK_DATA_DIR,
    logLevel: parsed.CROSSDOCK_LOG_LEVEL,
    timeScale: parsed.CROSSDOCK_TIME_SCALE,
    host: parsed.CROSSDOCK_WMS_HOST,
    port: parsed.CROSSDOCK_WMS_PORT,
    token: parsed.CROSSDOCK_WMS_TOKEN,
    tokenLifeMs: parsed.CROSSDOCK_WMS_TOKEN_LIFE_MS,
    client: { id: parsed.CROSSDOCK_WMS_CLIENT_ID, secret: parsed.CROSSDOCK_WMS_CLIENT_SECRET },
    webhook: {
      url: parsed.CROSSDOCK_WMS_WEBHOOK_URL,
      secret: parsed.CROSSDOCK_WEBHOOK_SECRET_WMS,
    },
    sandbox: parsed.CROSSDOCK_SANDBOX,
    bodyBytesMax: parsed.CROSSDOCK_WMS_BODY_BYTES_MAX,
    commitBatchMax: parsed.CROSSDOCK_WMS_COMMIT_BATCH_MAX,
    commitQueueMax: parsed.CROSSDOCK_WMS_COMMIT_QUEUE_MAX,
    idempotencyKeepMs: parsed.CROSSDOCK_WMS_IDEMPOTENCY_KEEP_MS,
    pruneEveryMs: parsed.CROSSDOCK_WMS_PRUNE_EVERY_MS,
    prunePauseMs: parsed.CROSSDOCK_WMS_PRUNE_PAUSE_MS,
    pruneBatchMax: parsed.CROSSDOCK_WMS_PRUNE_BATCH_MAX,
    stopGraceMs: parsed.CROSSDOCK_WMS_STOP_GRACE_MS,
    expiryEveryMs: parsed.CROSSDOCK_WMS_EXPIRY_EVERY_MS,
    expiryBatchMax: parsed.CROSSDOCK_WMS_EXPIRY_BATCH_MAX,
    audit: {
      chunkRows: parsed.CROSSDOCK_WMS_AUDIT_CHUNK_ROWS,
      findingsMax: parsed.CROSSDOCK_WMS_AUDIT_FINDINGS_MAX,
      queueMax: parsed.CROSSDOCK_WMS_AUDIT_QUEUE_MAX,
    },
    delivery: deliveryPolicyOf(parsed),
    rehearsal: rehearsalSettingsOf(parsed),
  };
}
