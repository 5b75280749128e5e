import { leftToPerson } from '../by-hand.ts';
import type { OrderState } from '../order.ts';
import { isTerminal, type PickRequest } from '../pick.ts';
import { shareOf } from '../shares.ts';
import type { Want } from './action.ts';
import { ON_MISSING, unitsOf } from './missing.ts';

/** What about a pick no rule resolves. */
export function ofPick(state: OrderState, request: PickRequest): Want[] {
  const { policy } = state;
  const name = request.pickId ?? request.reference;
  const base = { deadLetterId: null, since: null };
  const wants: Want[] = [];
  const short = isTerminal(request)
    ? []
    : request.lines.filter(
        (line) => request.status === 'accepted' && shareOf(line, true).backordered > 0,
      );
  if (short.length > 0) {
    const units = short.reduce((sum, line) => sum + shareOf(line, true).backordered, 0);
    wants.push({
      ...base,
      key: `short ${request.reference}`,
      reason: 'pick_short',
      detail: `${name} is short of ${unitsOf(units)} on the floor, and the warehouse neither finds them nor closes the pick.`,
      lineIds: short.map((line) => line.lineId),
      choices: ON_MISSING,
      patienceMs: policy.shortWaitMs,
    });
  }
  if (request.cancelling && !isTerminal(request)) {
    wants.push({
      ...base,
      key: `cancel ${request.reference}`,
      reason: 'cancel_unanswered',
      detail: `The warehouse does not answer whether it cancels ${name}. Until it does, what it has may still be picked and shipped.`,
      lineIds: request.lines.map((line) => line.lineId),
      choices: ['wait', 'retry'],
      patienceMs: policy.cancelWaitMs,
    });
  }
  if (request.drift !== null) {
    wants.push({
      ...base,
      key: `drift ${request.reference}`,
      reason: 'pick_contradicted',
      detail: `The warehouse contradicts what it reported: ${request.drift}. The books keep what was reported first.`,
      lineIds: request.lines.map((line) => line.lineId),
      choices: ['retry', 'adopt_remote', 'wait'],
      patienceMs: policy.driftWaitMs,
    });
  }
  return [...wants, ...cancelByHand(state, request)];
}

/** It has solved itself when the pick is over, or nothing is left in it that is wanted no more. */
function cancelByHand(state: OrderState, request: PickRequest): Want[] {
  const { lineIds, units } = leftToPerson(state, request);
  if (request.byHand === null || units === 0) return [];
  const name = request.pickId ?? request.reference;
  return [
    {
      key: `by hand ${request.reference}`,
      reason: 'cancel_unanswered',
      detail: `${unitsOf(units)} of ${name} are wanted no more, and the order cannot cancel them: ${request.byHand.detail.replace(/[. ]*$/, '.')} Cancel it with the warehouse by hand, then choose retry: the warehouse is asked what became of it. What is not cancelled there may still be picked and shipped.`,
      lineIds,
      choices: ['retry', 'wait'],
      deadLetterId: null,
      since: null,
      patienceMs: 0,
    },
  ];
}
