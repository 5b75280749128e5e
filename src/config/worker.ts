import { z } from 'zod';
import { CommonEnv, parseEnv, type Env } from './env.ts';

const milliseconds = (preset: number) => z.coerce.number().int().min(1).default(preset);
const count = (preset: number, max = 10_000) =>
  z.coerce.number().int().min(1).max(max).default(preset);

const WorkerEnv = {
  ...CommonEnv,
  CROSSDOCK_WMS_URL: z.url().default('http://127.0.0.1:4100'),
  CROSSDOCK_WMS_TOKEN: z.string().min(1),
  CROSSDOCK_CRM_URL: z.url().default('http://127.0.0.1:4200'),
  CROSSDOCK_TASKS_URL: z.url().default('http://127.0.0.1:4300'),
  /** One HTTP call to an outside system, from connecting to the end of the answer. */
  CROSSDOCK_CALL_TIMEOUT_MS: milliseconds(10_000),
  /** The same for the first attempt, which the order's workflow waits for. */
  CROSSDOCK_FIRST_CALL_TIMEOUT_MS: milliseconds(3000),
  CROSSDOCK_CONNECT_TIMEOUT_MS: milliseconds(3000),
  CROSSDOCK_ANSWER_BYTES_MAX: count(4 * 1024 * 1024, 64 * 1024 * 1024),
  /** Calls in flight per connection. */
  CROSSDOCK_CALLS_IN_FLIGHT_MAX: count(32),
  CROSSDOCK_RETRY_INITIAL_MS: milliseconds(1000),
  CROSSDOCK_RETRY_FACTOR: z.coerce.number().min(1).max(10).default(2),
  CROSSDOCK_RETRY_CAP_MS: milliseconds(60_000),
  CROSSDOCK_RETRY_AFTER_MAX_MS: milliseconds(900_000),
  CROSSDOCK_CIRCUIT_PAUSE_FIRST_MS: milliseconds(500),
  CROSSDOCK_CIRCUIT_PAUSE_MAX_MS: milliseconds(30_000),
  CROSSDOCK_CIRCUIT_FULL_PAUSE_MS: milliseconds(100),
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
  return Object.freeze({
    dataDir: v.CROSSDOCK_DATA_DIR,
    logLevel: v.CROSSDOCK_LOG_LEVEL,
    timeScale: v.CROSSDOCK_TIME_SCALE,
    connections: {
      crmUrl: v.CROSSDOCK_CRM_URL,
      tasksUrl: v.CROSSDOCK_TASKS_URL,
      wmsUrl: v.CROSSDOCK_WMS_URL,
      wmsToken: v.CROSSDOCK_WMS_TOKEN,
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
        inFlightMax: v.CROSSDOCK_CALLS_IN_FLIGHT_MAX,
        fullPauseMs: v.CROSSDOCK_CIRCUIT_FULL_PAUSE_MS,
      },
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

export type WorkerConfig = ReturnType<typeof loadWorkerConfig>;
