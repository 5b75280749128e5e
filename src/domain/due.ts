import type { OrderState } from './order.ts';
import { note, send, type Turn } from './turn.ts';

/** The next time at which this order wants to be looked at, epoch ms; null when never. */
export function nextDueAt(state: OrderState): number | null {
  const times: number[] = [];
  if (state.orphan !== null && !asking(state, 'ask_crm')) times.push(state.orphan.dueAt);
  for (const request of state.requests) {
    if (request.pickId === null || looking(state, request.reference)) continue;
    if (request.gapDueAt !== null) times.push(request.gapDueAt);
    if (request.checkAt !== null) times.push(request.checkAt);
  }
  return times.length === 0 ? null : Math.min(...times);
}

/** Does what has come due. Safe to call at any time. */
export function takeDue(turn: Turn): void {
  const { state, now } = turn;
  if (state.orphan !== null && state.orphan.dueAt <= now && !asking(state, 'ask_crm')) askCrm(turn);
  for (const request of state.requests) {
    const gap = request.gapDueAt !== null && request.gapDueAt <= now;
    const silent = request.checkAt !== null && request.checkAt <= now;
    if (request.pickId === null || looking(state, request.reference) || !(gap || silent)) continue;
    state.counters.ask += 1;
    note(turn, 'look', `Asking the warehouse where ${request.pickId} stands: ${gap ? 'an event is missing' : 'no news for a while'}`);
    send(turn, {
      kind: 'look_at_pick',
      key: `look:${request.reference}:${state.counters.ask}`,
      reference: request.reference,
      pickId: request.pickId,
    });
  }
}

function askCrm(turn: Turn): void {
  const { state } = turn;
  if (state.orphan === null) return;
  state.orphan.asks += 1;
  state.orphan.dueAt = turn.now + state.policy.orphanWaitMs * 2 ** Math.min(state.orphan.asks, 10);
  send(turn, { kind: 'ask_crm', key: `ask:${state.address.orderId}:${state.orphan.asks}` });
}

function asking(state: OrderState, kind: string): boolean {
  return state.inFlight.some((command) => command.kind === kind);
}

function looking(state: OrderState, reference: string): boolean {
  return state.inFlight.some((c) => c.kind === 'look_at_pick' && c.reference === reference);
}
