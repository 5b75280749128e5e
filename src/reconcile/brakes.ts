import type { DriftAction, DriftClass } from './drift.ts';

export interface BrakeSettings {
  repairsMax: number;
  repairsShare: number;
  factsMax: number;
  listingShareMin: number;
  listingRowsMin: number;
  getsMax: number;
  /** Classes that are switched off. */
  off: readonly string[];
}

/** Classes in which the order is only told what another system says of itself. */
const FACT_CLASSES = new Set<DriftClass>(['D5', 'D13', 'D16', 'D17', 'D23']);

/**
 * How many drifts of a class one run may act on. Facts that were missed are handed on as their
 * webhooks would have been, so an outage of webhooks catches up; what we conclude ourselves is
 * held to a small part of what was looked at.
 */
export function repairsAllowed(
  driftClass: DriftClass,
  scanned: number,
  settings: BrakeSettings,
): number {
  if (FACT_CLASSES.has(driftClass)) return settings.factsMax;
  const part = Math.max(1, Math.floor(settings.repairsShare * scanned));
  return Math.min(settings.repairsMax, part);
}

export interface Judged {
  class: DriftClass;
  action: DriftAction;
  mode: 'repair' | 'report';
  /** Drifts of the class that this run has acted on. */
  acted: number;
  allowed: number;
  /** Repairs of this very drift within the window. */
  repairedBefore: number;
  flapsMax: number;
  off: readonly string[];
  /** An operator acted on the order so lately that it is left to the operator. */
  touched: boolean;
}

export type Verdict =
  | { act: true }
  | {
      act: false;
      result: 'reported' | 'report_only' | 'off' | 'operator' | 'flapping' | 'braked';
    };

/** Whether a drift is acted on in this run, and if not, why. */
export function judge(judged: Judged): Verdict {
  if (judged.action === 'human') return { act: false, result: 'reported' };
  if (judged.mode === 'report') return { act: false, result: 'report_only' };
  if (judged.off.includes(judged.class)) return { act: false, result: 'off' };
  if (judged.touched && !FACT_CLASSES.has(judged.class)) return { act: false, result: 'operator' };
  if (judged.repairedBefore >= judged.flapsMax) return { act: false, result: 'flapping' };
  if (judged.acted >= judged.allowed) return { act: false, result: 'braked' };
  return { act: true };
}

/** A full listing that lost most of what the last one held is not believed. */
export function hasShrunk(
  count: number,
  lastCount: number,
  { listingShareMin, listingRowsMin }: BrakeSettings,
): boolean {
  return lastCount >= listingRowsMin && count < listingShareMin * lastCount;
}

/** Classes that are acted on once: when they come back, somebody is behind it. */
const ONCE = new Set<DriftClass>(['D19']);

/** Classes in which the order itself counts how often it mends, and then asks a person. */
const COUNTED_BY_ORDER = new Set<DriftClass>(['D13', 'D14', 'D15']);

export interface FlapLimit {
  max: number;
  windowMs: number;
}

/** How often the same drift may be acted on, and within which time. */
export function flapLimitOf(driftClass: DriftClass, flaps: FlapLimit, keepMs: number): FlapLimit {
  if (COUNTED_BY_ORDER.has(driftClass)) return { ...flaps, max: Infinity };
  return ONCE.has(driftClass) ? { max: 1, windowMs: keepMs } : flaps;
}
