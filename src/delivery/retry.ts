import type { RetryRule } from './policy.ts';
import { retryAfterMs } from './retry-after.ts';

/** What came of one attempt; without a status no answer came at all. */
export interface AttemptOutcome {
  status: number | null;
  retryAfter?: string | undefined;
}

export type Verdict =
  { kind: 'delivered' } | { kind: 'failed' } | { kind: 'retry'; delayMs: number };

interface JudgeInput {
  rule: RetryRule;
  /** Number of the attempt that just ended, from 1. */
  attempt: number;
  outcome: AttemptOutcome;
  now: number;
  timeScale: number;
  random: () => number;
}

type Backoff = Pick<RetryRule, 'initialMs' | 'factor' | 'capMs' | 'jitter'>;

/** The wait after attempt `attempt`: up to `initial x factor^(attempt-1)`, capped, fully jittered. */
export function backoffMs(rule: Backoff, attempt: number, random: () => number): number {
  const ceiling = Math.min(rule.capMs, rule.initialMs * rule.factor ** (attempt - 1));
  return rule.jitter === 'full' ? random() * ceiling : ceiling;
}

/** Decides what follows an attempt. `Retry-After` is another system's time, so it is not scaled. */
export function judge(input: JudgeInput): Verdict {
  const { rule, outcome } = input;
  const { status } = outcome;
  if (status !== null && status >= 200 && status < 300) return { kind: 'delivered' };
  const final = status !== null && status >= 400 && status < 500;
  if (final && !rule.retryStatuses.includes(status)) return { kind: 'failed' };
  if (input.attempt >= rule.attemptsMax) return { kind: 'failed' };
  const asked = Math.min(retryAfterMs(outcome.retryAfter, input.now) ?? 0, rule.retryAfterMaxMs);
  const own = backoffMs(rule, input.attempt, input.random) * input.timeScale;
  return { kind: 'retry', delayMs: Math.ceil(Math.max(own, asked)) };
}
