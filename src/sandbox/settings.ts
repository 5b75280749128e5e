import { z } from 'zod';

/** Settings that both sandboxes share. */
export interface SandboxSettings {
  bodyBytesMax: number;
  /** Calls that share one commit, and calls that may wait for one. */
  commitBatchMax: number;
  commitQueueMax: number;
  /** How long the answer to an `Idempotency-Key` is kept. */
  idempotencyKeepMs: number;
  idempotencyPruneBatchMax: number;
  /** Rows of a list when `limit` is absent, and at most. */
  pageRows: number;
  pageRowsMax: number;
  /** Time that calls in flight may take to end when the process stops. */
  stopGraceMs: number;
}

const count = (preset: number) => z.coerce.number().int().min(1).default(preset);

export const SandboxEnv = {
  CROSSDOCK_SANDBOX_BODY_BYTES_MAX: count(262_144),
  CROSSDOCK_SANDBOX_COMMIT_BATCH_MAX: count(64),
  CROSSDOCK_SANDBOX_COMMIT_QUEUE_MAX: count(2000),
  CROSSDOCK_SANDBOX_IDEMPOTENCY_KEEP_MS: count(35 * 86_400_000),
  CROSSDOCK_SANDBOX_IDEMPOTENCY_PRUNE_BATCH_MAX: count(500),
  CROSSDOCK_SANDBOX_PAGE_ROWS: count(100),
  CROSSDOCK_SANDBOX_PAGE_ROWS_MAX: count(1000),
  CROSSDOCK_SANDBOX_STOP_GRACE_MS: count(5000),
};

/** The settings that a parsed environment asks for. */
export function sandboxSettingsOf(env: z.infer<z.ZodObject<typeof SandboxEnv>>): SandboxSettings {
  return {
    bodyBytesMax: env.CROSSDOCK_SANDBOX_BODY_BYTES_MAX,
    commitBatchMax: env.CROSSDOCK_SANDBOX_COMMIT_BATCH_MAX,
    commitQueueMax: env.CROSSDOCK_SANDBOX_COMMIT_QUEUE_MAX,
    idempotencyKeepMs: env.CROSSDOCK_SANDBOX_IDEMPOTENCY_KEEP_MS,
    idempotencyPruneBatchMax: env.CROSSDOCK_SANDBOX_IDEMPOTENCY_PRUNE_BATCH_MAX,
    pageRows: env.CROSSDOCK_SANDBOX_PAGE_ROWS,
    pageRowsMax: env.CROSSDOCK_SANDBOX_PAGE_ROWS_MAX,
    stopGraceMs: env.CROSSDOCK_SANDBOX_STOP_GRACE_MS,
  };
}

export const defaultSandboxSettings: SandboxSettings = sandboxSettingsOf(
  z.object(SandboxEnv).parse({}),
);
