import { z } from 'zod';
import { DEFAULT_ORDER_POLICY, scalePolicy, type OrderPolicy } from '../domain/policy.ts';
import { CommonEnv, parseEnv, type Env } from './env.ts';

const PRESET = DEFAULT_ORDER_POLICY;

const milliseconds = (preset: number) => z.coerce.number().int().min(1).default(preset);
const count = (preset: number) => z.coerce.number().int().min(1).max(1000).default(preset);

const OrdersEnv = {
  ...CommonEnv,
  /** `picked` where the warehouse reports no shipments. */
  CROSSDOCK_TERMINAL_BUCKET: z.enum(['picked', 'shipped']).default(PRESET.terminalBucket),
  CROSSDOCK_GAP_WAIT_MS: milliseconds(PRESET.gapWaitMs),
  CROSSDOCK_ORPHAN_WAIT_MS: milliseconds(PRESET.orphanWaitMs),
  CROSSDOCK_ORPHAN_ASKS_MAX: count(PRESET.orphanAsksMax),
  CROSSDOCK_SILENCE_FIRST_MS: milliseconds(PRESET.silenceFirstMs),
  CROSSDOCK_SILENCE_MAX_MS: milliseconds(PRESET.silenceMaxMs),
  CROSSDOCK_REOFFER_FIRST_MS: milliseconds(PRESET.reofferFirstMs),
  CROSSDOCK_REOFFER_MAX_MS: milliseconds(PRESET.reofferMaxMs),
  CROSSDOCK_COMMAND_ATTEMPTS_MAX: count(PRESET.attemptsMax),
  /** A pick that is short on the floor this long is a person's to decide. */
  CROSSDOCK_SHORT_WAIT_MS: milliseconds(PRESET.shortWaitMs),
  CROSSDOCK_BACKORDER_STALE_MS: milliseconds(PRESET.backorderStaleMs),
  CROSSDOCK_CANCEL_WAIT_MS: milliseconds(PRESET.cancelWaitMs),
  CROSSDOCK_DRIFT_WAIT_MS: milliseconds(PRESET.driftWaitMs),
  CROSSDOCK_STUCK_MS: milliseconds(PRESET.stuckMs),
  CROSSDOCK_ASK_AGAIN_MS: milliseconds(PRESET.askAgainMs),
  CROSSDOCK_OVER_TOLERANCE_PCT: z.coerce.number().min(0).max(1000).default(PRESET.overTolerancePct),
  /** Calendar and ladder by which people are called: a YAML file as the shipped `mappings/calendars/always.yaml`. */
  CROSSDOCK_CALENDAR_FILE: z.string().min(1).optional(),
};

/** The rules that new orders are started with; business times are already scaled. */
export function loadOrdersConfig(env: Env): {
  policy: Omit<OrderPolicy, 'sla'>;
  calendarFile: string | undefined;
  timeScale: number;
} {
  const v = parseEnv(OrdersEnv, env);
  const policy: OrderPolicy = {
    terminalBucket: v.CROSSDOCK_TERMINAL_BUCKET,
    gapWaitMs: v.CROSSDOCK_GAP_WAIT_MS,
    orphanWaitMs: v.CROSSDOCK_ORPHAN_WAIT_MS,
    orphanAsksMax: v.CROSSDOCK_ORPHAN_ASKS_MAX,
    silenceFirstMs: v.CROSSDOCK_SILENCE_FIRST_MS,
    silenceMaxMs: v.CROSSDOCK_SILENCE_MAX_MS,
    reofferFirstMs: v.CROSSDOCK_REOFFER_FIRST_MS,
    reofferMaxMs: v.CROSSDOCK_REOFFER_MAX_MS,
    attemptsMax: v.CROSSDOCK_COMMAND_ATTEMPTS_MAX,
    shortWaitMs: v.CROSSDOCK_SHORT_WAIT_MS,
    backorderStaleMs: v.CROSSDOCK_BACKORDER_STALE_MS,
    cancelWaitMs: v.CROSSDOCK_CANCEL_WAIT_MS,
    driftWaitMs: v.CROSSDOCK_DRIFT_WAIT_MS,
    stuckMs: v.CROSSDOCK_STUCK_MS,
    askAgainMs: v.CROSSDOCK_ASK_AGAIN_MS,
    overTolerancePct: v.CROSSDOCK_OVER_TOLERANCE_PCT,
    sla: PRESET.sla,
  };
  const { sla: _sla, ...scaled } = scalePolicy(policy, v.CROSSDOCK_TIME_SCALE);
  return {
    policy: scaled,
    calendarFile: v.CROSSDOCK_CALENDAR_FILE,
    timeScale: v.CROSSDOCK_TIME_SCALE,
  };
}
