import type { Line } from '../books.ts';
import type { OrderState } from '../order.ts';
import { missingOf } from './missing.ts';

/** Takes the missing units off the lines: what there is ships, the rest is cancelled (policy). */
export function cutMissing(state: OrderState, lines: readonly Line[], reason: string): void {
  for (const line of lines) {
    const given = line.buckets.cancelled + line.buckets.substitutedOut;
    line.cut = Math.max(line.cut, given + missingOf(line));
  }
  reopenCancels(state, reason);
}

/** Takes the lines off the order; what the warehouse will not let go ships and is told so. */
export function cutLines(state: OrderState, lines: readonly Line[], reason: string): void {
  for (const line of lines) line.cut = line.ordered;
  reopenCancels(state, reason);
}

function reopenCancels(state: OrderState, reason: string): void {
  state.cancelReason = reason;
  for (const request of state.requests) request.cancelAnswered = [];
}
