import { isOpen } from './actions/action.ts';
import { mayGiveBack } from './cancel.ts';
import { unitsAtRest } from './headline.ts';
import { orderRef } from './ids.ts';
import type { OrderState } from './order.ts';
import { isUnread, type PickRequest } from './pick.ts';
import { taskSettled } from './task-lane.ts';
import { fate, note, send, type Turn } from './turn.ts';

/**
 * An order ends when every unit is at rest and nobody is left to be told (O1). As long as its
 * workflow still takes inputs, one of them may open it again.
 */
export function close(turn: Turn): void {
  const { state } = turn;
  const done = isDone(state);
  if (done && state.known && state.closedAt === null && state.farewell !== state.version) {
    askBeforeTheEnd(turn);
    return;
  }
  if (done === (state.closedAt !== null)) return;
  if (!done) {
    state.closedAt = null;
    note(turn, 'order', 'The order is open again');
    return;
  }
  state.closedAt = turn.now;
  for (const event of [...state.parked, ...state.requests.flatMap((r) => r.buffered)]) {
    fate(turn, event, 'ignored');
  }
  note(
    turn,
    'closed',
    state.known
      ? 'Every unit has come to its end: the order is closed'
      : 'Nobody knows this order: its events are recorded, nothing was done',
  );
}

/** The warehouse contradicted itself, and has not been asked yet what is true. */
function isAskedAbout({ drift, gapDueAt }: PickRequest): boolean {
  return drift !== null && gapDueAt !== null;
}

/** A change whose webhook was lost would find the order closed: the CRM is asked for it first. */
function askBeforeTheEnd(turn: Turn): void {
  const { state } = turn;
  state.farewell = state.version;
  state.counters.ask += 1;
  send(turn, { kind: 'ask_crm', key: `ask:${orderRef(state.address)}:end-${state.counters.ask}` });
}

function isDone(state: OrderState): boolean {
  if (state.inFlight.length > 0 || state.deadLetters.length > 0) return false;
  if (state.actions.some(isOpen)) return false;
  if (!state.known) {
    const denials = state.orphan?.denials ?? 0;
    return denials >= state.policy.orphanAsksMax && state.early.length === 0;
  }
  return (
    state.crm.queue.length === 0 &&
    unitsAtRest(state) &&
    taskSettled(state) &&
    !state.requests.some(
      (request) => isUnread(request) || isAskedAbout(request) || mayGiveBack(state, request),
    )
  );
}
