import { z } from 'zod';
import { CONNECTION_NAME } from '../normalise/lane.ts';
import type { ConnectionKind } from '../wiring/spec.ts';
import { ProfileSchema, type Profile } from '../verification/profile.ts';
import { PROFILES } from '../verification/profiles.ts';
import { SecretSchema, type Secret } from '../verification/secrets.ts';
import { CommonEnv, parseEnv, type Env } from './env.ts';

const count = (min: number, standard: number) => z.coerce.number().int().min(min).default(standard);
const UrlSchema = z.url({ protocol: /^https?$/ });
const DAY_MS = 86_400_000;

const ProfileNameSchema = z.string().transform((name, context): Profile => {
  const profile = PROFILES.get(name);
  if (profile !== undefined) return profile;
  context.addIssue({
    code: 'custom',
    message: `no profile ${name}, there are ${[...PROFILES.keys()].join(', ')}`,
  });
  return z.NEVER;
});

/** One connection as `CROSSDOCK_WEBHOOK_CONNECTIONS` lists it; a default one may be redefined. */
const ConnectionSchema = z.object({
  /** `orders` in a path means the connection `crm`. */
  name: z
    .string()
    .regex(CONNECTION_NAME)
    .refine((name) => name !== 'orders', 'is taken'),
  kind: z.enum(['crm', 'tasks', 'wms']),
  profile: z.union([ProfileNameSchema, ProfileSchema]),
  secrets: z.array(SecretSchema).min(1).max(3),
});

const ConnectionsSchema = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'must be a JSON array of connections' });
      return z.NEVER;
    }
  })
  .pipe(z.array(ConnectionSchema).max(1000));

/** Settings of the process that takes webhooks in and serves the API. */
export const ApiEnv = {
  ...CommonEnv,
  CROSSDOCK_API_HOST: z.string().min(1).default('127.0.0.1'),
  CROSSDOCK_API_PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  CROSSDOCK_API_KEY: z.string().min(16).max(512),
  CROSSDOCK_WEBHOOK_SECRET_CRM: z.string().min(8),
  CROSSDOCK_WEBHOOK_SECRET_TASKS: z.string().min(8),
  CROSSDOCK_WEBHOOK_SECRET_WMS: z.string().min(8),
  /** JSON array of further connections: `[{name, kind, profile, secrets:[{id, value, state, until}]}]`. */
  CROSSDOCK_WEBHOOK_CONNECTIONS: ConnectionsSchema.optional(),
  /** Where the links of an order lead to. */
  CROSSDOCK_TEMPORAL_UI_URL: UrlSchema.optional(),
  CROSSDOCK_CRM_URL: UrlSchema.optional(),
  CROSSDOCK_TASKS_URL: UrlSchema.optional(),

  CROSSDOCK_WEBHOOK_BODY_BYTES_MAX: count(1024, 262_144),
  CROSSDOCK_WEBHOOK_JSON_DEPTH_MAX: count(4, 32),
  /** Authentic events of one connection per window; beyond it the sender is told 429. */
  CROSSDOCK_WEBHOOK_RATE_MAX: count(1, 50_000),
  CROSSDOCK_WEBHOOK_RATE_WINDOW_MS: count(1000, 10_000),
  /** Events not yet handed to their order; beyond it senders are told 503. */
  CROSSDOCK_INBOX_BACKLOG_MAX: count(1, 200_000),
  CROSSDOCK_INBOX_QUARANTINE_MAX: count(1, 50_000),
  /** What senders are told to wait when the inbox cannot take more. */
  CROSSDOCK_INBOX_RETRY_AFTER_MS: count(1000, 5000),
  /** What senders are told to wait while their connection is paused. */
  CROSSDOCK_WEBHOOK_PAUSED_RETRY_AFTER_MS: count(1000, 60_000),
  /** Events in one commit. */
  CROSSDOCK_INBOX_COMMIT_BATCH_MAX: count(1, 256),
  /** Events waiting for their commit; beyond it senders are told 503. */
  CROSSDOCK_INBOX_COMMIT_QUEUE_MAX: count(1, 4096),
  /** How long the ids and bodies of events are kept: 35 days for orders, at least 7 for the rest. */
  CROSSDOCK_INBOX_KEEP_ORDERS_MS: count(DAY_MS, 35 * DAY_MS),
  CROSSDOCK_INBOX_KEEP_TASKS_MS: count(DAY_MS, 7 * DAY_MS),
  CROSSDOCK_INBOX_KEEP_WMS_MS: count(DAY_MS, 7 * DAY_MS),
  CROSSDOCK_INBOX_KEEP_QUARANTINE_MS: count(DAY_MS, 35 * DAY_MS),
  CROSSDOCK_INBOX_PRUNE_EVERY_MS: count(1000, 600_000),
  CROSSDOCK_INBOX_PRUNE_BATCH_MAX: count(1, 500),

  /** Calls to Temporal in flight. */
  CROSSDOCK_DISPATCH_CALLS_MAX: count(1, 50),
  CROSSDOCK_DISPATCH_CALL_TIMEOUT_MS: count(100, 5000),
  /** Longer than a call may take, so that a lease ends only with its dispatcher. */
  CROSSDOCK_DISPATCH_LEASE_MS: count(1000, 15_000),
  /** Events and bytes of one order in one signal. */
  CROSSDOCK_DISPATCH_SIGNAL_EVENTS_MAX: count(1, 100),
  CROSSDOCK_DISPATCH_SIGNAL_BYTES_MAX: count(1024, 524_288),
  /** How long an event that only confirms may wait to travel with the next one of its order. */
  CROSSDOCK_DISPATCH_LINGER_MS: count(0, 2000),
  /** Look at the inbox when nothing woke the dispatcher. */
  CROSSDOCK_DISPATCH_POLL_MS: count(10, 1000),
  /** Wait before the next try while Temporal is away, doubled up to the maximum; scaled. */
  CROSSDOCK_DISPATCH_RETRY_INITIAL_MS: count(1, 500),
  CROSSDOCK_DISPATCH_RETRY_MAX_MS: count(1, 10_000),
  /** Connections and mapping that new orders are started with. */
  CROSSDOCK_DEFAULT_WMS: z.string().regex(CONNECTION_NAME).default('wms'),
  CROSSDOCK_DEFAULT_TASKS: z.string().regex(CONNECTION_NAME).default('tasks'),
  /** How long an order may take to answer what a person asks of it, its worker included. */
  CROSSDOCK_ASK_TIMEOUT_MS: count(100, 10_000),
  /** Pause between looks for that answer in the books. */
  CROSSDOCK_ASK_POLL_MS: z.coerce.number().int().min(1).max(10_000).default(20),
  /** Calls in flight may take this long to end when the process stops. */
  CROSSDOCK_API_STOP_GRACE_MS: count(0, 5000),
};

export interface ConnectionSettings {
  name: string;
  kind: ConnectionKind;
  profile: Profile;
  secrets: Secret[];
  /** What a first delivery is answered with; 202 when absent. */
  ack?: 200 | 202;
}

export type ApiConfig = ReturnType<typeof loadApiConfig>;

/** Reads the environment once; the result is passed to whoever needs a part of it. */
export function loadApiConfig(env: Env) {
  const parsed = parseEnv(ApiEnv, env);
  return {
    dataDir: parsed.CROSSDOCK_DATA_DIR,
    logLevel: parsed.CROSSDOCK_LOG_LEVEL,
    timeScale: parsed.CROSSDOCK_TIME_SCALE,
    host: parsed.CROSSDOCK_API_HOST,
    port: parsed.CROSSDOCK_API_PORT,
    apiKey: parsed.CROSSDOCK_API_KEY,
    stopGraceMs: parsed.CROSSDOCK_API_STOP_GRACE_MS,
    askTimeoutMs: parsed.CROSSDOCK_ASK_TIMEOUT_MS,
    askPollMs: parsed.CROSSDOCK_ASK_POLL_MS,
    links: {
      temporalUiUrl: originOf(parsed.CROSSDOCK_TEMPORAL_UI_URL),
      crmUrl: originOf(parsed.CROSSDOCK_CRM_URL),
      tasksUrl: originOf(parsed.CROSSDOCK_TASKS_URL),
    },
    routing: { wms: parsed.CROSSDOCK_DEFAULT_WMS, tasks: parsed.CROSSDOCK_DEFAULT_TASKS },
    connections: connectionsOf(parsed),
    /** Of these, the ones that win over connection files. */
    furtherConnections: parsed.CROSSDOCK_WEBHOOK_CONNECTIONS ?? [],
    ingest: ingestOf(parsed),
    inbox: inboxOf(parsed),
    dispatch: dispatchOf(parsed),
  };
}

function originOf(url: string | undefined): string | null {
  return url === undefined ? null : url.replace(/\/+$/, '');
}

type Parsed = z.infer<z.ZodObject<typeof ApiEnv>>;

export type IngestSettings = ReturnType<typeof ingestOf>;
export type InboxSettings = ReturnType<typeof inboxOf>;
export type DispatchSettings = ReturnType<typeof dispatchOf>;

function connectionsOf(parsed: Parsed): ConnectionSettings[] {
  const template = ProfileNameSchema.parse('template');
  const standard = (name: ConnectionKind, value: string): ConnectionSettings => ({
    name,
    kind: name,
    profile: template,
    secrets: [{ id: `${name}-1`, value, state: 'active', until: null }],
  });
  const defaults = [
    standard('crm', parsed.CROSSDOCK_WEBHOOK_SECRET_CRM),
    standard('tasks', parsed.CROSSDOCK_WEBHOOK_SECRET_TASKS),
    standard('wms', parsed.CROSSDOCK_WEBHOOK_SECRET_WMS),
  ];
  const further = parsed.CROSSDOCK_WEBHOOK_CONNECTIONS ?? [];
  return [...new Map([...defaults, ...further].map((one) => [one.name, one])).values()];
}

function ingestOf(parsed: Parsed) {
  return {
    bodyBytesMax: parsed.CROSSDOCK_WEBHOOK_BODY_BYTES_MAX,
    jsonDepthMax: parsed.CROSSDOCK_WEBHOOK_JSON_DEPTH_MAX,
    rateMax: parsed.CROSSDOCK_WEBHOOK_RATE_MAX,
    rateWindowMs: parsed.CROSSDOCK_WEBHOOK_RATE_WINDOW_MS,
    backlogMax: parsed.CROSSDOCK_INBOX_BACKLOG_MAX,
    retryAfterMs: parsed.CROSSDOCK_INBOX_RETRY_AFTER_MS,
    pausedRetryAfterMs: parsed.CROSSDOCK_WEBHOOK_PAUSED_RETRY_AFTER_MS,
  };
}

function inboxOf(parsed: Parsed) {
  return {
    commitBatchMax: parsed.CROSSDOCK_INBOX_COMMIT_BATCH_MAX,
    commitQueueMax: parsed.CROSSDOCK_INBOX_COMMIT_QUEUE_MAX,
    quarantineMax: parsed.CROSSDOCK_INBOX_QUARANTINE_MAX,
    lingerMs: parsed.CROSSDOCK_DISPATCH_LINGER_MS,
    keepMs: {
      crm: parsed.CROSSDOCK_INBOX_KEEP_ORDERS_MS,
      tasks: parsed.CROSSDOCK_INBOX_KEEP_TASKS_MS,
      wms: parsed.CROSSDOCK_INBOX_KEEP_WMS_MS,
      quarantine: parsed.CROSSDOCK_INBOX_KEEP_QUARANTINE_MS,
    },
    pruneEveryMs: parsed.CROSSDOCK_INBOX_PRUNE_EVERY_MS,
    pruneBatchMax: parsed.CROSSDOCK_INBOX_PRUNE_BATCH_MAX,
  };
}

function dispatchOf(parsed: Parsed) {
  const scaled = (ms: number): number => Math.max(10, Math.round(ms * parsed.CROSSDOCK_TIME_SCALE));
  return {
    callsMax: parsed.CROSSDOCK_DISPATCH_CALLS_MAX,
    callTimeoutMs: parsed.CROSSDOCK_DISPATCH_CALL_TIMEOUT_MS,
    leaseMs: parsed.CROSSDOCK_DISPATCH_LEASE_MS,
    signalEventsMax: parsed.CROSSDOCK_DISPATCH_SIGNAL_EVENTS_MAX,
    signalBytesMax: parsed.CROSSDOCK_DISPATCH_SIGNAL_BYTES_MAX,
    pollMs: parsed.CROSSDOCK_DISPATCH_POLL_MS,
    retryInitialMs: scaled(parsed.CROSSDOCK_DISPATCH_RETRY_INITIAL_MS),
    retryMaxMs: scaled(parsed.CROSSDOCK_DISPATCH_RETRY_MAX_MS),
  };
}
