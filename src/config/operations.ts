import { z } from 'zod';
import { DeliveryEnv, deliveryPolicyOf } from '../delivery/policy.ts';
import { CommonEnv, parseEnv, type Env } from './env.ts';

const count = (min: number, standard: number) => z.coerce.number().int().min(min).default(standard);
const DAY_MS = 86_400_000;

/** `a, b` as a list; empty entries are left out. */
const list = (standard: string) =>
  z
    .string()
    .default(standard)
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    );

/** Settings of what operators do: replays, subscriptions, alerts, audit. */
export const OperationsEnv = {
  ...CommonEnv,
  ...DeliveryEnv,
  /** Where links in alerts lead to; without it they are paths. */
  CROSSDOCK_API_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Networks outside the public internet that may be called, such as `127.0.0.0/8,::1/128`. */
  CROSSDOCK_OUTBOUND_ALLOW_CIDRS: list(''),
  /** Ports that may be called on the public internet. */
  CROSSDOCK_OUTBOUND_PORTS: list('443,8443').pipe(
    z.array(z.coerce.number<string>().int().min(1).max(65_535)),
  ),
  /** Time that looking up the addresses of a new subscription may take. */
  CROSSDOCK_OUTBOUND_LOOKUP_TIMEOUT_MS: count(1, 5000),

  /** Open dead letters that are looked at for their groups, the newest first. */
  CROSSDOCK_OPERATIONS_SCAN_ROWS_MAX: count(1, 20_000),
  /** Rows read in one go, about 20 us each, between which webhooks are answered. */
  CROSSDOCK_OPERATIONS_SCAN_SLICE_ROWS: count(1, 100),
  CROSSDOCK_OPERATIONS_SAMPLES_MAX: count(1, 5),

  /** Dead letters of one bulk replay. */
  CROSSDOCK_REPLAY_ITEMS_MAX: count(1, 10_000),
  /** Open dead letters that are looked at for what a replay's filter fits. */
  CROSSDOCK_REPLAY_SCAN_ROWS_MAX: count(1, 1_000_000),
  CROSSDOCK_REPLAYS_RUNNING_MAX: count(1, 4),
  CROSSDOCK_REPLAY_RATE_PER_S_DEFAULT: z.coerce.number().positive().max(1000).default(20),
  CROSSDOCK_REPLAY_RATE_PER_S_MAX: z.coerce.number().positive().max(1000).default(100),
  /** Wait before the next try while Temporal is away, doubled up to the maximum; scaled. */
  CROSSDOCK_REPLAY_RETRY_INITIAL_MS: count(1, 1000),
  CROSSDOCK_REPLAY_RETRY_MAX_MS: count(1, 30_000),

  CROSSDOCK_SUBSCRIPTIONS_MAX: count(1, 100),
  /** Deliveries that wait for one subscription; beyond it new ones are kept and not sent. */
  CROSSDOCK_SUBSCRIPTION_PENDING_MAX: count(1, 10_000),
  /** Attempts in flight to one subscription. */
  CROSSDOCK_SUBSCRIPTION_CONCURRENCY_MAX: count(1, 4),

  /** How often causes of alerts are looked for; scaled. */
  CROSSDOCK_ALERT_POLL_MS: count(1, 15_000),
  /** Age of the oldest event that waits for its order from which on an alert is raised; scaled. */
  CROSSDOCK_ALERT_BACKLOG_AGE_MS: count(1, 300_000),

  /** How often subscribers are told what is new of human actions; scaled. */
  CROSSDOCK_ACTION_NEWS_POLL_MS: count(1, 1000),

  /** How long finished replays and resolved alerts are kept. */
  CROSSDOCK_OPERATIONS_KEEP_MS: count(1000, 35 * DAY_MS),
  CROSSDOCK_OPERATIONS_PRUNE_EVERY_MS: count(1000, 600_000),
};

export type OperationsSettings = ReturnType<typeof loadOperationsSettings>;

export function loadOperationsSettings(env: Env) {
  const read = parseEnv(OperationsEnv, env);
  const scaled = (ms: number): number => Math.max(10, Math.round(ms * read.CROSSDOCK_TIME_SCALE));
  return {
    timeScale: read.CROSSDOCK_TIME_SCALE,
    apiUrl: read.CROSSDOCK_API_URL?.replace(/\/+$/, '') ?? '',
    outbound: {
      allowCidrs: read.CROSSDOCK_OUTBOUND_ALLOW_CIDRS,
      ports: read.CROSSDOCK_OUTBOUND_PORTS,
      lookupTimeoutMs: read.CROSSDOCK_OUTBOUND_LOOKUP_TIMEOUT_MS,
    },
    scan: {
      rowsMax: read.CROSSDOCK_OPERATIONS_SCAN_ROWS_MAX,
      sliceRows: read.CROSSDOCK_OPERATIONS_SCAN_SLICE_ROWS,
      samplesMax: read.CROSSDOCK_OPERATIONS_SAMPLES_MAX,
    },
    replays: {
      itemsMax: read.CROSSDOCK_REPLAY_ITEMS_MAX,
      scanRowsMax: read.CROSSDOCK_REPLAY_SCAN_ROWS_MAX,
      runningMax: read.CROSSDOCK_REPLAYS_RUNNING_MAX,
      ratePerSDefault: Math.min(
        read.CROSSDOCK_REPLAY_RATE_PER_S_DEFAULT,
        read.CROSSDOCK_REPLAY_RATE_PER_S_MAX,
      ),
      ratePerSMax: read.CROSSDOCK_REPLAY_RATE_PER_S_MAX,
      retryInitialMs: scaled(read.CROSSDOCK_REPLAY_RETRY_INITIAL_MS),
      retryMaxMs: scaled(read.CROSSDOCK_REPLAY_RETRY_MAX_MS),
    },
    subscriptions: {
      countMax: read.CROSSDOCK_SUBSCRIPTIONS_MAX,
      pendingMax: read.CROSSDOCK_SUBSCRIPTION_PENDING_MAX,
      concurrencyMax: read.CROSSDOCK_SUBSCRIPTION_CONCURRENCY_MAX,
    },
    alerts: {
      pollMs: scaled(read.CROSSDOCK_ALERT_POLL_MS),
      backlogAgeMs: scaled(read.CROSSDOCK_ALERT_BACKLOG_AGE_MS),
    },
    actions: { pollMs: scaled(read.CROSSDOCK_ACTION_NEWS_POLL_MS) },
    keep: {
      forMs: read.CROSSDOCK_OPERATIONS_KEEP_MS,
      pruneEveryMs: read.CROSSDOCK_OPERATIONS_PRUNE_EVERY_MS,
    },
    delivery: deliveryPolicyOf(read),
  };
}
