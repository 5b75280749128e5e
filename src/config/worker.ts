import { z } from 'zod';
import { CommonEnv, parseEnv, type Env } from './env.ts';

const milliseconds = (preset: number) => z.coerce.number().int().min(1).default(preset);
const count = (preset: number, max = 10_000) =>
  z.coerce.number().int().min(1).max(max).default(preset);

/** Calls per second that a system grants us; 0 for no limit. */
const rate = () => z.coerce.number().min(0).max(10_000).default(0);

/** A JSON object of names and addresses. */
const addresses = () =>
  z
    .string()
    .default('{}')
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue('is not JSON; write {"name": "https://address"}');
        return z.NEVER;
      }
    })
    .pipe(z.record(z.string(), z.url()));

const WorkerEnv = {
  ...CommonEnv,
  /** Addresses of further CRM connections, JSON: `{"crm-b": "https://crm-b.example"}`. */
  CROSSDOCK_CRM_URLS: addresses(),
  /** One HTTP call to an outside system, from connecting to the end of the answer. */
  CROSSDOCK_CALL_TIMEOUT_MS: milliseconds(10_000),
  /** The same for the first attempt, which the order's workflow waits for. */
  CROSSDOCK_FIRST_CALL_TIMEOUT_MS: milliseconds(3000),
  CROSSDOCK_CONNECT_TIMEOUT_MS: milliseconds(3000),
  CROSSDOCK_ANSWER_BYTES_MAX: count(4 * 1024 * 1024, 64 * 1024 * 1024),
  /** Calls in flight per connection, over all workers. */
  CROSSDOCK_CALLS_IN_FLIGHT_MAX: count(32),
  /** Calls per second and connection, over all workers. */
  CROSSDOCK_WMS_RATE_PER_S: rate(),
  CROSSDOCK_CRM_RATE_PER_S: rate(),
  CROSSDOCK_TASKS_RATE_PER_S: rate(),
  /** Calls that may go out at once after a quiet time, where there is a rate. */
  CROSSDOCK_RATE_BURST: count(10),
  /** Worker processes that serve these connections: each takes its part of every limit. */
  CROSSDOCK_WORKERS: count(1, 1000),
  /** How long a call of reconciliation gives way to commands, or a look at stock waits for a place. */
  CROSSDOCK_YIELD_MAX_MS: milliseconds(250),
  CROSSDOCK_RETRY_INITIAL_MS: milliseconds(1000),
  CROSSDOCK_RETRY_FACTOR: z.coerce.number().min(1).max(10).default(2),
  CROSSDOCK_RETRY_CAP_MS: milliseconds(60_000),
  CROSSDOCK_RETRY_AFTER_MAX_MS: milliseconds(900_000),
  CROSSDOCK_CIRCUIT_PAUSE_FIRST_MS: milliseconds(500),
  CROSSDOCK_CIRCUIT_PAUSE_MAX_MS: milliseconds(30_000),
  CROSSDOCK_CIRCUIT_FULL_PAUSE_MS: milliseconds(100),
  /**
   * Different orders that one kind of command fails for in a row, by 502, 503, 504 or silence,
   * before that kind is parked although the system still answers reads.
   */
  CROSSDOCK_CIRCUIT_ORDERS_MIN: count(5),
  /** Parked commands come back spread over this time for each of them. */
  CROSSDOCK_CIRCUIT_SPREAD_MS: milliseconds(50),
  /** The read that tells a system that is down from one that fails a command; the order waits. */
  CROSSDOCK_CIRCUIT_READ_TIMEOUT_MS: milliseconds(2000),
  /** Stock is looked at this often for the event that was lost. */
  CROSSDOCK_STOCK_LOOK_MS: milliseconds(30_000),
  CROSSDOCK_BACKORDER_AGEING_MS: milliseconds(86_400_000),
  /** An offer that no order has taken is sent again after this time. */
  CROSSDOCK_OFFER_RESEND_MS: milliseconds(30_000),
  CROSSDOCK_OFFERS_PER_LOOK_MAX: count(200),
  CROSSDOCK_SKUS_PER_LOOK_MAX: count(500),
  CROSSDOCK_WORKFLOWS_CACHED_MAX: count(1000, 100_000),
  CROSSDOCK_WORKFLOW_TASKS_MAX: count(40),
  CROSSDOCK_ACTIVITIES_MAX: count(100),
  CROSSDOCK_LOCAL_ACTIVITIES_MAX: count(200),
  CROSSDOCK_SHUTDOWN_GRACE_MS: milliseconds(8000),
  CROSSDOCK_TEMPORAL_RETRY_MS: milliseconds(1000),
  CROSSDOCK_BOOKS_BATCH_MAX: count(200),
  CROSSDOCK_BOOKS_QUEUE_MAX: count(10_000, 1_000_000),
};

/** Everything the worker can be told; business times are already scaled. */
export function loadWorkerConfig(env: Env) {
  const v = parseEnv(WorkerEnv, env);
  const scaled = (ms: number): number => Math.max(1, Math.round(ms * v.CROSSDOCK_TIME_SCALE));
  const shareOf = (limit: number): number => partOf(limit, v.CROSSDOCK_WORKERS);
  const pace = (perSecond: number) => ({
    perSecond: perSecond / v.CROSSDOCK_WORKERS,
    burst: shareOf(v.CROSSDOCK_RATE_BURST),
  });
  return Object.freeze({
    dataDir: v.CROSSDOCK_DATA_DIR,
    logLevel: v.CROSSDOCK_LOG_LEVEL,
    timeScale: v.CROSSDOCK_TIME_SCALE,
    connections: {
      crmUrls: v.CROSSDOCK_CRM_URLS,
      connectTimeoutMs: v.CROSSDOCK_CONNECT_TIMEOUT_MS,
      answerBytesMax: v.CROSSDOCK_ANSWER_BYTES_MAX,
    },
    calls: {
      timeoutMs: v.CROSSDOCK_CALL_TIMEOUT_MS,
      firstTimeoutMs: v.CROSSDOCK_FIRST_CALL_TIMEOUT_MS,
      retry: {
        initialMs: scaled(v.CROSSDOCK_RETRY_INITIAL_MS),
        factor: v.CROSSDOCK_RETRY_FACTOR,
        capMs: scaled(v.CROSSDOCK_RETRY_CAP_MS),
        retryAfterMaxMs: v.CROSSDOCK_RETRY_AFTER_MAX_MS,
      },
      circuit: {
        pauseFirstMs: scaled(v.CROSSDOCK_CIRCUIT_PAUSE_FIRST_MS),
        pauseMaxMs: scaled(v.CROSSDOCK_CIRCUIT_PAUSE_MAX_MS),
        inFlightMax: shareOf(v.CROSSDOCK_CALLS_IN_FLIGHT_MAX),
        fullPauseMs: v.CROSSDOCK_CIRCUIT_FULL_PAUSE_MS,
        ordersMin: v.CROSSDOCK_CIRCUIT_ORDERS_MIN,
        spreadMs: v.CROSSDOCK_CIRCUIT_SPREAD_MS,
      },
      pace: {
        wms: pace(v.CROSSDOCK_WMS_RATE_PER_S),
        crm: pace(v.CROSSDOCK_CRM_RATE_PER_S),
        tasks: pace(v.CROSSDOCK_TASKS_RATE_PER_S),
      },
      readTimeoutMs: v.CROSSDOCK_CIRCUIT_READ_TIMEOUT_MS,
      yieldMaxMs: v.CROSSDOCK_YIELD_MAX_MS,
      /** Processes that share every limit. */
      workers: v.CROSSDOCK_WORKERS,
    },
    stock: {
      lookEveryMs: scaled(v.CROSSDOCK_STOCK_LOOK_MS),
      ageingMs: scaled(v.CROSSDOCK_BACKORDER_AGEING_MS),
      resendMs: scaled(v.CROSSDOCK_OFFER_RESEND_MS),
      offersMax: v.CROSSDOCK_OFFERS_PER_LOOK_MAX,
      skusMax: v.CROSSDOCK_SKUS_PER_LOOK_MAX,
    },
    worker: {
      cachedMax: v.CROSSDOCK_WORKFLOWS_CACHED_MAX,
      workflowTasksMax: v.CROSSDOCK_WORKFLOW_TASKS_MAX,
      activitiesMax: v.CROSSDOCK_ACTIVITIES_MAX,
      localActivitiesMax: v.CROSSDOCK_LOCAL_ACTIVITIES_MAX,
      shutdownGraceMs: v.CROSSDOCK_SHUTDOWN_GRACE_MS,
      temporalRetryMs: v.CROSSDOCK_TEMPORAL_RETRY_MS,
    },
    books: { batchMax: v.CROSSDOCK_BOOKS_BATCH_MAX, queueMax: v.CROSSDOCK_BOOKS_QUEUE_MAX },
  });
}

/** One worker's part of a limit; never nothing, so more workers than the limit exceed it. */
function partOf(limit: number, workers: number): number {
  return Math.max(1, Math.floor(limit / workers));
}

export type WorkerConfig = ReturnType<typeof loadWorkerConfig>;
