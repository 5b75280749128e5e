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
}

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
};

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
  };
}
