import type { Logger } from '../logger.ts';
import type { DueRow } from './outbox.ts';
import type { PostOutcome } from './post.ts';
import type { Verdict } from './retry.ts';

interface ReportInput {
  log: Logger;
  webhookId: string;
  row: DueRow;
  outcome: PostOutcome;
  verdict: Verdict;
  latencyMs: number;
}

/** One log line per attempt; the last failed one is a warning, since nobody sends it again. */
export function reportAttempt(input: ReportInput): void {
  const { log, row, outcome, verdict } = input;
  const line = {
    webhookId: input.webhookId,
    eventId: row.eventId,
    eventType: row.eventType,
    deliveryId: row.deliveryId,
    attempt: row.tries + 1,
    status: outcome.status,
    durationMs: input.latencyMs,
    outcome: verdict.kind,
    ...(outcome.error === null ? {} : { error: outcome.error }),
  };
  if (verdict.kind === 'failed') log.warn(line, 'delivery.failed');
  else log.debug(line, 'delivery.attempted');
}
