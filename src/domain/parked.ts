import type { PickReported } from './inputs.ts';
import { adoptOrphan } from './orphan-pick.ts';
import type { PickRequest } from './pick.ts';
import { followEvent } from './pick-event.ts';
import { fate, note, type Turn } from './turn.ts';

/** Events of unknown picks that an order may hold; beyond it the oldest is left to the WMS's own account. */
const PARKED_MAX = 200;

/** Keeps an event whose pick, or whose order, is not known yet. */
export function parkPick(turn: Turn, event: PickReported): void {
  const { state } = turn;
  state.parked.push(event);
  fate(turn, event, 'parked');
  note(turn, 'parked', `${event.pickId} event ${event.sequence} came before its pick was known`);
  while (state.parked.length > PARKED_MAX) {
    const oldest = state.parked.shift();
    if (oldest !== undefined) fate(turn, oldest, 'ignored');
  }
}

/** The pick is known now: what waited for it is taken in its order. */
export function drainParked(turn: Turn, request: PickRequest): void {
  const { state } = turn;
  const waiting = state.parked
    .filter((event) => event.pickId === request.pickId)
    .toSorted((a, b) => a.sequence - b.sequence);
  state.parked = state.parked.filter((event) => event.pickId !== request.pickId);
  for (const event of waiting) followEvent(turn, request, event);
}

/** Parked events may turn out to be of a pick that nobody is going to tell us of. */
export function adoptParked(turn: Turn): void {
  for (const event of turn.state.parked) {
    const request = adoptOrphan(turn, event);
    if (request !== null) drainParked(turn, request);
  }
}
