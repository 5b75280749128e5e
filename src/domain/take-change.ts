import type { OrderCancelled, OrderCreated, OrderUpdated } from './inputs.ts';
import { acceptAnnouncement, amendOrder, wantNoMore } from './intent.ts';
import { fate, note, type Turn } from './turn.ts';

/** Changes that an order may hold before it is known; beyond it the oldest list is superseded. */
const EARLY_MAX = 100;

export function takeAnnouncement(turn: Turn, created: OrderCreated): void {
  fate(turn, created, acceptAnnouncement(turn, created) ? 'applied' : 'ignored');
  takeEarly(turn);
}

/** A change that came before its order waits for it. */
export function takeChange(turn: Turn, change: OrderUpdated | OrderCancelled): void {
  if (!turn.state.known) {
    holdEarly(turn, change);
    return;
  }
  const taken =
    change.type === 'order_updated'
      ? amendOrder(turn, change)
      : wantNoMore(turn, change, change.receivedAt);
  fate(turn, change, taken ? 'applied' : 'ignored');
}

/** The order is known now: what came before it is taken. */
export function takeEarly(turn: Turn): void {
  const { early } = turn.state;
  turn.state.early = [];
  const { cause } = turn;
  for (const change of early) {
    turn.cause = `${change.connection}/${change.eventId}`;
    takeChange(turn, change);
  }
  turn.cause = cause;
}

function holdEarly(turn: Turn, change: OrderUpdated | OrderCancelled): void {
  const { early } = turn.state;
  early.push(change);
  fate(turn, change, 'parked');
  note(turn, 'parked', 'A change came before the order itself; it waits');
  if (early.length <= EARLY_MAX) return;
  const [dropped] = early.splice(
    Math.max(
      0,
      early.findIndex((held) => held.type === 'order_updated'),
    ),
    1,
  );
  if (dropped !== undefined) fate(turn, dropped, 'ignored');
}
