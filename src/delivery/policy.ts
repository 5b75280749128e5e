import { z } from 'zod';

/** When an attempt is made again: data, so that another webhook may have another rule. */
export interface RetryRule {
  attemptsMax: number;
  initialMs: number;
  factor: number;
  capMs: number;
  jitter: 'full' | 'none';
  /** 4xx answers that are made again; every other 4xx is final. */
  retryStatuses: readonly number[];
  /** Longest `Retry-After` that is honoured. */
  retryAfterMaxMs: number;
}

export interface DeliveryPolicy extends RetryRule {
  connectTimeoutMs: number;
  /** One whole attempt, from connecting to the end of the answer. */
  requestTimeoutMs: number;
  concurrencyMax: number;
  /** Bytes of an answer that are read for the log. */
  responseBytesMax: number;
  /** Attempts kept per delivery over all its redeliveries. */
  attemptsKeptMax: number;
  /** Time that attempts in flight may take to end when the process stops. */
  stopGraceMs: number;
  /** Pause after the outbox could not be written. */
  storeRetryMs: number;
  /** Age after which a settled delivery is removed. */
  retentionMs: number;
  pruneEveryMs: number;
  pruneBatchMax: number;
}

const milliseconds = (preset: number) => z.coerce.number().int().min(1).default(preset);
const count = (preset: number) => z.coerce.number().int().min(1).max(10_000).default(preset);

/** Settings of webhooks out; the defaults are the retry rule of the template pack (seed 4). */
export const DeliveryEnv = {
  CROSSDOCK_DELIVERY_ATTEMPTS_MAX: count(5),
  CROSSDOCK_DELIVERY_RETRY_INITIAL_MS: milliseconds(1000),
  CROSSDOCK_DELIVERY_RETRY_FACTOR: z.coerce.number().min(1).max(10).default(2),
  CROSSDOCK_DELIVERY_RETRY_CAP_MS: milliseconds(60_000),
  CROSSDOCK_DELIVERY_RETRY_AFTER_MAX_MS: milliseconds(3_600_000),
  CROSSDOCK_DELIVERY_CONNECT_TIMEOUT_MS: milliseconds(5000),
  CROSSDOCK_DELIVERY_REQUEST_TIMEOUT_MS: milliseconds(15_000),
  CROSSDOCK_DELIVERY_CONCURRENCY_MAX: count(16),
  CROSSDOCK_DELIVERY_RESPONSE_BYTES_MAX: z.coerce.number().int().min(1).default(16_384),
  CROSSDOCK_DELIVERY_ATTEMPTS_KEPT_MAX: count(50),
  CROSSDOCK_DELIVERY_STOP_GRACE_MS: milliseconds(5000),
  CROSSDOCK_DELIVERY_STORE_RETRY_MS: milliseconds(1000),
  CROSSDOCK_DELIVERY_RETENTION_MS: milliseconds(35 * 86_400_000),
  CROSSDOCK_DELIVERY_PRUNE_EVERY_MS: milliseconds(600_000),
  CROSSDOCK_DELIVERY_PRUNE_BATCH_MAX: count(500),
};

/** 409 and 429 are the client errors that the seed's rule makes again. */
const RETRY_STATUSES = [409, 429];

/** The policy that a parsed environment asks for. */
export function deliveryPolicyOf(env: z.infer<z.ZodObject<typeof DeliveryEnv>>): DeliveryPolicy {
  return {
    attemptsMax: env.CROSSDOCK_DELIVERY_ATTEMPTS_MAX,
    initialMs: env.CROSSDOCK_DELIVERY_RETRY_INITIAL_MS,
    factor: env.CROSSDOCK_DELIVERY_RETRY_FACTOR,
    capMs: env.CROSSDOCK_DELIVERY_RETRY_CAP_MS,
    jitter: 'full',
    retryStatuses: RETRY_STATUSES,
    retryAfterMaxMs: env.CROSSDOCK_DELIVERY_RETRY_AFTER_MAX_MS,
    connectTimeoutMs: env.CROSSDOCK_DELIVERY_CONNECT_TIMEOUT_MS,
    requestTimeoutMs: env.CROSSDOCK_DELIVERY_REQUEST_TIMEOUT_MS,
    concurrencyMax: env.CROSSDOCK_DELIVERY_CONCURRENCY_MAX,
    responseBytesMax: env.CROSSDOCK_DELIVERY_RESPONSE_BYTES_MAX,
    attemptsKeptMax: env.CROSSDOCK_DELIVERY_ATTEMPTS_KEPT_MAX,
    stopGraceMs: env.CROSSDOCK_DELIVERY_STOP_GRACE_MS,
    storeRetryMs: env.CROSSDOCK_DELIVERY_STORE_RETRY_MS,
    retentionMs: env.CROSSDOCK_DELIVERY_RETENTION_MS,
    pruneEveryMs: env.CROSSDOCK_DELIVERY_PRUNE_EVERY_MS,
    pruneBatchMax: env.CROSSDOCK_DELIVERY_PRUNE_BATCH_MAX,
  };
}

/** The policy when nothing is set, also for tests. */
export const defaultDeliveryPolicy: DeliveryPolicy = deliveryPolicyOf(
  z.object(DeliveryEnv).parse({}),
);
