import { isTerminal, isUnread, type PickRequest } from './pick.ts';
import type { Turn } from './turn.ts';

/** Keeps the clock of a pick's silence, which news restart; a pick that is through needs none. */
export function watchPick(turn: Turn, request: PickRequest, isNews: boolean): void {
  if (isThrough(turn, request)) {
    request.checkAt = null;
    return;
  }
  if (isNews) request.checks = 0;
  if (isNews || request.checkAt === null) {
    request.checkAt = turn.now + turn.state.policy.silenceFirstMs;
  }
}

/** A look that brought no end makes the next look later. */
export function expectNews(turn: Turn, request: PickRequest): void {
  const { gapWaitMs, silenceFirstMs, silenceMaxMs } = turn.state.policy;
  const doublings = Math.min(request.checks, 20);
  request.checks += 1;
  if (request.checkAt !== null) {
    request.checkAt = turn.now + Math.min(silenceMaxMs, silenceFirstMs * 2 ** (doublings + 1));
  }
  if (request.gapDueAt !== null) {
    request.gapDueAt = turn.now + Math.min(silenceMaxMs, gapWaitMs * 2 ** doublings);
  }
}

function isThrough(turn: Turn, request: PickRequest): boolean {
  if (!isTerminal(request) || isUnread(request) || request.drift !== null) return false;
  const { terminalBucket } = turn.state.policy;
  return terminalBucket === 'picked' || request.lines.every((line) => line.shipped >= line.picked);
}
