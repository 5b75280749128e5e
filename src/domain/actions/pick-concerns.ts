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
  return wants;
}
