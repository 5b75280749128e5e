import { lookAtPick } from './due.ts';
import type { PickTouched } from './inputs.ts';
import { adoptOrphan } from './orphan-pick.ts';
import type { PickRequest } from './pick.ts';
import { watchPick } from './pick-watch.ts';
import { fate, type Turn } from './turn.ts';

/**
 * Takes an event that does not say what happened: the pick that it names is looked at, or all that
 * it may be about. One whose answer is still under way is looked at after it.
 */
export function takeTouch(turn: Turn, event: PickTouched): void {
  const touched = touchedBy(turn, event);
  for (const request of touched) {
    request.touched = true;
    if (request.status === 'accepted') watchPick(turn, request, true);
  }
  lookAtTouched(turn);
  fate(turn, event, touched.length > 0 ? 'applied' : 'ignored');
}

/** Asks the WMS what happened, one look at a time per pick: safe to call at any time. */
export function lookAtTouched(turn: Turn): void {
  for (const request of turn.state.requests) {
    if (!request.touched || request.status === 'sending') continue;
    if (!lookAtPick(turn, request, 'something happened to it')) continue;
    request.touched = false;
    // A look that fails is made again, as after a missing event.
    request.gapDueAt = turn.now;
  }
}

/** What is through is looked at when it is named, but not for an order that has ended with it. */
function touchedBy(turn: Turn, { pickId, reference }: PickTouched): PickRequest[] {
  const { requests, closedAt } = turn.state;
  const known = requests.filter((request) => request.status !== 'out_of_stock');
  const named =
    known.find((request) => pickId !== null && request.pickId === pickId) ??
    known.find((request) => request.reference === reference);
  if (named !== undefined) return closedAt === null || isAwaited(named) ? [named] : [];
  const orphan = pickId === null ? null : adoptOrphan(turn, { pickId, reference });
  return orphan === null ? known.filter(isAwaited) : [orphan];
}

/** News of it is still to come. */
function isAwaited({ status, checkAt, gapDueAt }: PickRequest): boolean {
  return status === 'sending' || checkAt !== null || gapDueAt !== null;
}
