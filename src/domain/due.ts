import { actionsDueAt } from './actions/settle-actions.ts';
import { orderRef } from './ids.ts';
import type { OrderState } from './order.ts';
import { isUnread, type PickRequest } from './pick.ts';
import { lookAtTask } from './task-watch.ts';
import { note, send, type Turn } from './turn.ts';

/** The next time at which this order wants to be looked at, epoch ms; null when never. */
export function nextDueAt(state: OrderState): number | null {
  const times: number[] = [];
  const actionsAt = actionsDueAt(state);
  if (actionsAt !== null) times.push(actionsAt);
  if (state.orphan !== null && !asking(state)) times.push(state.orphan.dueAt);
  for (const request of state.requests) {
    const dueAt = lookDueAt(state, request);
    if (dueAt !== null) times.push(dueAt);
  }
  return times.length === 0 ? null : Math.min(...times);
}

/** Looks at all that the other systems show of the order, without waiting for its time. */
export function lookNow(turn: Turn, reason: string): void {
  const { state } = turn;
  note(turn, 'look', `Held against the other systems: ${reason}`);
  for (const request of state.requests) {
    if (request.checkAt !== null || request.adopting) request.checkAt = turn.now;
  }
  takeDue(turn);
  lookAtTask(turn);
  lookAtCrm(turn);
}

function lookAtCrm(turn: Turn): void {
  const { state } = turn;
  const looking = state.inFlight.some(
    ({ kind }) => kind === 'look_at_crm' || kind === 'tell_crm' || kind === 'ask_crm',
  );
  const failed = state.deadLetters.some(({ command }) => command?.kind === 'tell_crm');
  if (!state.known || looking || (state.crm.queue.length > 0 && !failed)) return;
  state.counters.ask += 1;
  const key = `look:${orderRef(state.address)}:crm:${state.counters.ask}`;
  send(turn, { kind: 'look_at_crm', key });
}

/** Does what has come due. Safe to call at any time. */
export function takeDue(turn: Turn): void {
  const { state, now } = turn;
  if (state.orphan !== null && state.orphan.dueAt <= now && !asking(state)) askCrm(turn);
  for (const request of state.requests) {
    const dueAt = lookDueAt(state, request);
    if (dueAt !== null && dueAt <= now) lookAtPick(turn, request, why(request, now));
  }
}

/** Asks the WMS where a pick stands; returns false when it cannot be asked, or is asked already. */
export function lookAtPick(turn: Turn, { reference, pickId }: PickRequest, why: string): boolean {
  const { state } = turn;
  if (pickId === null || looking(state, reference)) return false;
  state.counters.ask += 1;
  note(turn, 'look', `Asking the warehouse where ${pickId} stands: ${why}`);
  const key = `look:${reference}:${state.counters.ask}`;
  send(turn, { kind: 'look_at_pick', key, reference, pickId });
  return true;
}

function lookDueAt(state: OrderState, request: PickRequest): number | null {
  if (request.pickId === null || looking(state, request.reference)) return null;
  const { gapDueAt, checkAt } = request;
  if (gapDueAt === null) return checkAt;
  return checkAt === null ? gapDueAt : Math.min(gapDueAt, checkAt);
}

function why(request: PickRequest, now: number): string {
  if (isUnread(request)) return 'it is ours and unknown here';
  const gap = request.gapDueAt !== null && request.gapDueAt <= now;
  return gap ? 'an event is missing, or cannot be true' : 'no news for a while';
}

function askCrm(turn: Turn): void {
  const { state } = turn;
  if (state.orphan === null) return;
  state.orphan.asks += 1;
  state.orphan.dueAt = turn.now + state.policy.orphanWaitMs * 2 ** Math.min(state.orphan.asks, 10);
  const key = `ask:${orderRef(state.address)}:${state.orphan.asks}`;
  send(turn, { kind: 'ask_crm', key });
}

function asking(state: OrderState): boolean {
  return state.inFlight.some((command) => command.kind === 'ask_crm');
}

function looking(state: OrderState, reference: string): boolean {
  return state.inFlight.some((c) => c.kind === 'look_at_pick' && c.reference === reference);
}
