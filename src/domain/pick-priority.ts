import type { OrderState } from './order.ts';
import { isTerminal, type PickRequest } from './pick.ts';
import { note, send, type Turn } from './turn.ts';

/** Open picks follow the order's priority; what is finished is left alone. */
export function keepPriorities(turn: Turn): void {
  const { state } = turn;
  for (const request of state.requests) {
    const { pickId, reference, toldPriority } = request;
    if (pickId === null || toldPriority === null || toldPriority === state.priority) continue;
    if (request.status !== 'accepted' || isTerminal(request) || isBusy(state, request)) continue;
    request.toldPriority = state.priority;
    state.counters.ask += 1;
    note(turn, 'pick', `${pickId} is to be picked as ${state.priority}`);
    send(turn, {
      kind: 'update_pick',
      key: `update:${reference}:${state.counters.ask}-${state.priority}`,
      reference,
      pickId,
      priority: state.priority,
    });
  }
}

function isBusy(state: OrderState, { reference, cancelling }: PickRequest): boolean {
  const updating = state.inFlight.some(
    (command) => command.kind === 'update_pick' && command.reference === reference,
  );
  return cancelling || updating;
}
