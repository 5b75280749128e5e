import { z } from 'zod';
import { CommonEnv, parseEnv, type Env } from './env.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const milliseconds = (preset: number) => z.coerce.number().int().min(1).default(preset);
const count = (preset: number, max = 1_000_000) =>
  z.coerce.number().int().min(1).max(max).default(preset);
const share = (preset: number) => z.coerce.number().min(0).max(1).default(preset);

/** Temporal's schedules count in seconds. */
const SCHEDULE_EVERY_MIN_MS = 1000;

const ClassesSchema = z
  .string()
  .default('')
  .transform((text) => text.split(',').map((part) => part.trim().toUpperCase()))
  .transform((parts) => parts.filter((part) => part !== ''))
  .pipe(z.array(z.string().regex(/^D([1-9]|1\d|2[0-4])$/, 'must be classes D1 to D24')));

/** Settings of reconciliation. Sweeps and waits are business times, so they are scaled. */
export const ReconcileEnv = {
  ...CommonEnv,
  CROSSDOCK_DEFAULT_WMS: z.string().min(1).default('wms'),
  CROSSDOCK_DEFAULT_TASKS: z.string().min(1).default('tasks'),
  /** `off` takes the schedules away; runs can still be asked for. */
  CROSSDOCK_RECON_SCHEDULES: z.enum(['on', 'off']).default('on'),
  /** How often each tier runs. */
  CROSSDOCK_RECON_T1_MS: milliseconds(5 * MINUTE_MS),
  CROSSDOCK_RECON_T2_MS: milliseconds(HOUR_MS),
  CROSSDOCK_RECON_T3_MS: milliseconds(DAY_MS),
  CROSSDOCK_RECON_T4_MS: milliseconds(HOUR_MS),
  /** Part of a tier's interval by which its runs are spread. */
  CROSSDOCK_RECON_JITTER_SHARE: share(0.1),
  /** What changed more recently than this, here or there, is left to its own course. */
  CROSSDOCK_RECON_SETTLING_MS: milliseconds(2 * MINUTE_MS),
  /** How far behind its mark a changed-since listing begins. */
  CROSSDOCK_RECON_OVERLAP_MS: milliseconds(5 * MINUTE_MS),
  /** Silence of an open order that is neither waiting for stock nor for a person. */
  CROSSDOCK_RECON_STUCK_MS: milliseconds(DAY_MS),
  /** Age from which an event in our inbox, or an offer, counts as undelivered. */
  CROSSDOCK_RECON_UNDELIVERED_MS: milliseconds(15 * MINUTE_MS),
  /** A remote clock may be ahead by this much; never scaled. */
  CROSSDOCK_RECON_CLOCK_SKEW_MAX_MS: milliseconds(5 * MINUTE_MS),
  /** The same drift repaired this often within the window is flapping. */
  CROSSDOCK_RECON_FLAPS_MAX: count(3, 1000),
  CROSSDOCK_RECON_FLAP_WINDOW_MS: milliseconds(DAY_MS),
  /** Repairs per run and class: at most the count, and at most the share of what was scanned. */
  CROSSDOCK_RECON_REPAIRS_MAX: count(50),
  CROSSDOCK_RECON_REPAIRS_SHARE: share(0.05),
  /** Facts of other systems (missed events) handed on per run and class. */
  CROSSDOCK_RECON_FACTS_MAX: count(5000),
  /** A full listing shorter than this part of the last one aborts its run. */
  CROSSDOCK_RECON_LISTING_SHARE_MIN: share(0.5),
  /** Shorter listings than this never abort. */
  CROSSDOCK_RECON_LISTING_ROWS_MIN: count(10),
  /** Direct GETs of one run for what a listing did not show. */
  CROSSDOCK_RECON_GETS_MAX: count(500),
  /** What an operator decided or commanded an order to do is left alone this long. */
  CROSSDOCK_RECON_OPERATOR_QUIET_MS: milliseconds(30 * MINUTE_MS),
  /** Runs of each tier that only report after the connections or the mapping have changed. */
  CROSSDOCK_RECON_REPORT_FIRST_RUNS: z.coerce.number().int().min(0).max(100).default(3),
  /** A CRM that lost what it was told of an order is told again until this long after its end. */
  CROSSDOCK_RECON_RETELL_MS: milliseconds(7 * DAY_MS),
  /** Classes that are reported and never repaired, such as `D15,D4`. */
  CROSSDOCK_RECON_OFF: ClassesSchema,
  CROSSDOCK_RECON_PAGE_ROWS: count(500, 500),
  /** Rows of drift kept per run; more are counted only. */
  CROSSDOCK_RECON_DRIFTS_MAX: count(10_000),
  CROSSDOCK_RECON_CALL_TIMEOUT_MS: milliseconds(10_000),
  CROSSDOCK_RECON_ANSWER_BYTES_MAX: count(32 * 1024 * 1024, 256 * 1024 * 1024),
  CROSSDOCK_RECON_SIGNAL_TIMEOUT_MS: milliseconds(5000),
  /** How long reports are kept; never scaled. */
  CROSSDOCK_RECON_KEEP_MS: milliseconds(35 * DAY_MS),
  CROSSDOCK_RECON_SCHEDULE_RETRY_MS: milliseconds(2000),
};

export type ReconcileConfig = ReturnType<typeof loadReconcileConfig>;

export function loadReconcileConfig(env: Env) {
  const v = parseEnv(ReconcileEnv, env);
  const scaled = (ms: number): number => Math.max(1, Math.round(ms * v.CROSSDOCK_TIME_SCALE));
  const every = (ms: number): number => Math.max(SCHEDULE_EVERY_MIN_MS, scaled(ms));
  const settlingMs = scaled(v.CROSSDOCK_RECON_SETTLING_MS);
  const everyMs = {
    T1: every(v.CROSSDOCK_RECON_T1_MS),
    T2: every(v.CROSSDOCK_RECON_T2_MS),
    T3: every(v.CROSSDOCK_RECON_T3_MS),
    T4: every(v.CROSSDOCK_RECON_T4_MS),
  };
  return Object.freeze({
    dataDir: v.CROSSDOCK_DATA_DIR,
    timeScale: v.CROSSDOCK_TIME_SCALE,
    scheduled: v.CROSSDOCK_RECON_SCHEDULES === 'on',
    scheduleRetryMs: v.CROSSDOCK_RECON_SCHEDULE_RETRY_MS,
    signalTimeoutMs: v.CROSSDOCK_RECON_SIGNAL_TIMEOUT_MS,
    jitterShare: v.CROSSDOCK_RECON_JITTER_SHARE,
    everyMs,
    routing: { wms: v.CROSSDOCK_DEFAULT_WMS, tasks: v.CROSSDOCK_DEFAULT_TASKS },
    remote: {
      answerBytesMax: v.CROSSDOCK_RECON_ANSWER_BYTES_MAX,
      timeoutMs: v.CROSSDOCK_RECON_CALL_TIMEOUT_MS,
    },
    settings: {
      settlingMs,
      overlapMs: Math.max(scaled(v.CROSSDOCK_RECON_OVERLAP_MS), 2 * settlingMs),
      stuckMs: scaled(v.CROSSDOCK_RECON_STUCK_MS),
      undeliveredMs: scaled(v.CROSSDOCK_RECON_UNDELIVERED_MS),
      clockSkewMaxMs: v.CROSSDOCK_RECON_CLOCK_SKEW_MAX_MS,
      confirmAfterMs: everyMs.T2,
      flaps: {
        max: v.CROSSDOCK_RECON_FLAPS_MAX,
        windowMs: scaled(v.CROSSDOCK_RECON_FLAP_WINDOW_MS),
      },
      brakes: {
        repairsMax: v.CROSSDOCK_RECON_REPAIRS_MAX,
        repairsShare: v.CROSSDOCK_RECON_REPAIRS_SHARE,
        factsMax: v.CROSSDOCK_RECON_FACTS_MAX,
        listingShareMin: v.CROSSDOCK_RECON_LISTING_SHARE_MIN,
        listingRowsMin: v.CROSSDOCK_RECON_LISTING_ROWS_MIN,
        getsMax: v.CROSSDOCK_RECON_GETS_MAX,
        off: v.CROSSDOCK_RECON_OFF,
      },
      pageRows: v.CROSSDOCK_RECON_PAGE_ROWS,
      driftsMax: v.CROSSDOCK_RECON_DRIFTS_MAX,
      keepMs: v.CROSSDOCK_RECON_KEEP_MS,
      retellMs: scaled(v.CROSSDOCK_RECON_RETELL_MS),
      operatorQuietMs: scaled(v.CROSSDOCK_RECON_OPERATOR_QUIET_MS),
      reportFirstRuns: v.CROSSDOCK_RECON_REPORT_FIRST_RUNS,
    },
  });
}
