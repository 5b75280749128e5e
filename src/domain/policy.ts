import type { SlaTerms } from './sla/ladder.ts';

/** Waiting times and rules of one order, fixed when its workflow starts. Times in ms, scaled. */
export interface OrderPolicy {
  /** `shipped` when the WMS reports shipments, else `picked`. */
  terminalBucket: 'picked' | 'shipped';
  /** How long an event that came too early may wait for the ones before it. */
  gapWaitMs: number;
  /** How long an event may wait for its order before the CRM is asked. */
  orphanWaitMs: number;
  /** How often the CRM is asked for an order that nobody announced. */
  orphanAsksMax: number;
  /** Silence of a pick after which the WMS is asked, doubled each time up to the maximum. */
  silenceFirstMs: number;
  silenceMaxMs: number;
  /** Wait before a backorder whose child pick got nothing is offered stock again, doubled each time. */
  reofferFirstMs: number;
  reofferMaxMs: number;
  /** Attempts of a command before it is a dead letter. */
  attemptsMax: number;
  /** How long a pick may be short on the floor before a person is asked. */
  shortWaitMs: number;
  /** How long a backorder may wait for stock before a person is asked. */
  backorderStaleMs: number;
  /** How long the WMS may take to answer a cancel. */
  cancelWaitMs: number;
  /** How long the WMS may contradict itself, or not show a pick that it had. */
  driftWaitMs: number;
  /** How long units may stand still at the WMS (D19). */
  stuckMs: number;
  /** When a person is asked again about what a decision has not ended. */
  askAgainMs: number;
  /** Units beyond what was ordered that need no approval (L4), percent of the line, rounded up. */
  overTolerancePct: number;
  /** Who is called when about an open action, on which calendar. */
  sla: SlaTerms;
}

/** Open at all hours; who is called, and when, is data of the calendar's file in a real start. */
export const ALWAYS_OPEN: SlaTerms = {
  calendar: {
    name: 'always',
    zone: 'UTC',
    offsets: [{ from: 0, minutes: 0 }],
    week: Array.from({ length: 7 }, () => [{ from: 0, to: 1440 }]),
    holidays: [],
  },
  ladder: [
    { name: 'owner', afterMs: 0 },
    { name: 'lead', afterMs: 4 * 3_600_000 },
    { name: 'manager', afterMs: 8 * 3_600_000 },
  ],
};

/** Defaults before CROSSDOCK_TIME_SCALE. */
export const DEFAULT_ORDER_POLICY: OrderPolicy = {
  terminalBucket: 'shipped',
  gapWaitMs: 30_000,
  orphanWaitMs: 15 * 60_000,
  orphanAsksMax: 5,
  silenceFirstMs: 60_000,
  silenceMaxMs: 15 * 60_000,
  reofferFirstMs: 30_000,
  reofferMaxMs: 60 * 60_000,
  attemptsMax: 5,
  shortWaitMs: 4 * 3_600_000,
  backorderStaleMs: 30 * 86_400_000,
  cancelWaitMs: 15 * 60_000,
  driftWaitMs: 30 * 60_000,
  stuckMs: 7 * 86_400_000,
  askAgainMs: 86_400_000,
  overTolerancePct: 20,
  sla: ALWAYS_OPEN,
};

/** All waiting times but those of `sla`, which are scaled where they are loaded. */
export function scalePolicy(policy: OrderPolicy, timeScale: number): OrderPolicy {
  const scaled = (ms: number): number => Math.max(1, Math.round(ms * timeScale));
  return {
    ...policy,
    gapWaitMs: scaled(policy.gapWaitMs),
    orphanWaitMs: scaled(policy.orphanWaitMs),
    silenceFirstMs: scaled(policy.silenceFirstMs),
    silenceMaxMs: scaled(policy.silenceMaxMs),
    reofferFirstMs: scaled(policy.reofferFirstMs),
    reofferMaxMs: scaled(policy.reofferMaxMs),
    shortWaitMs: scaled(policy.shortWaitMs),
    backorderStaleMs: scaled(policy.backorderStaleMs),
    cancelWaitMs: scaled(policy.cancelWaitMs),
    driftWaitMs: scaled(policy.driftWaitMs),
    stuckMs: scaled(policy.stuckMs),
    askAgainMs: scaled(policy.askAgainMs),
  };
}
