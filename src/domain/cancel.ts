import { cancelWish } from './books.ts';
import { floorShort, isTerminal } from './backorders.ts';
import { cancelOurs } from './intent.ts';
import type { OrderState, PickRequest } from './order.ts';
import { note, send, type Turn } from './turn.ts';

/**
 * Leads the wish to cancel on by what the books hold: ours at once, then the warehouse is asked,
 * youngest pick first, and only its answer moves units (fulfilment 3.3). Safe to call at any time.
 */
export function settleCancels(turn: Turn): void {
  const { state } = turn;
  if (!state.lines.some((line) => cancelWish(line) > 0)) return;
  cancelOurs(turn, (lineId) => floorShort(state, lineId));
  const wishes = new Map(state.lines.map((line) => [line.lineId, cancelWish(line)]));
  for (const request of [...state.requests].reverse()) {
    if (request.cancelling) spend(wishes, request);
    else if (request.status === 'accepted' && !isTerminal(request)) ask(turn, request, wishes);
  }
}

/** Units of a pick line that the warehouse could still let go. */
function cancellable(request: PickRequest, lineId: string): number {
  const line = request.lines.find((l) => l.lineId === lineId);
  return line === undefined ? 0 : line.allocated + Math.max(0, line.short - line.closed);
}

/** A cancel that is under way may bring back this many units: not to be asked for elsewhere. */
function spend(wishes: Map<string, number>, request: PickRequest): void {
  for (const [lineId, wish] of wishes) {
    wishes.set(lineId, Math.max(0, wish - cancellable(request, lineId)));
  }
}

function ask(turn: Turn, request: PickRequest, wishes: Map<string, number>): void {
  const { state } = turn;
  const lines = request.lines
    .map((line) => line.lineId)
    .filter(
      (lineId) =>
        (wishes.get(lineId) ?? 0) > 0 &&
        cancellable(request, lineId) > 0 &&
        !request.cancelAnswered.includes(lineId),
    );
  if (lines.length === 0 || request.pickId === null) return;
  const whole = request.lines.every(
    (line) =>
      lines.includes(line.lineId) || cancellable(request, line.lineId) + line.picked === 0,
  );
  state.counters.ask += 1;
  request.cancelling = true;
  send(turn, {
    kind: 'cancel_pick',
    key: `cancel:${request.reference}:${state.counters.ask}`,
    reference: request.reference,
    pickId: request.pickId,
    lines: whole ? null : lines,
    reason: state.cancelReason,
  });
  spend(wishes, request);
  note(turn, 'cancel', `Asking the warehouse to cancel ${whole ? request.pickId : `${lines.length} lines of ${request.pickId}`}`);
}

/** Whether a cancel is asked for and not answered yet. */
export function cancelPending(state: OrderState): boolean {
  return (
    state.requests.some((request) => request.cancelling) ||
    (state.lines.some((line) => cancelWish(line) > 0) &&
      state.requests.some((request) => request.status === 'sending'))
  );
}
