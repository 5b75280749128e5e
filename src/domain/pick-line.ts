import { cancelWish, customerPart, type Bucket, type Line } from './books.ts';
import { move } from './ledger.ts';
import type { Share } from './shares.ts';
import type { Turn } from './turn.ts';

type Part = keyof Share;

/** Where units go that the WMS gives back: cancelled there, or closed short. */
type Sink = Part | 'gone' | 'lost';

/** Every way of a unit, the likeliest first; a lost event may have hidden the steps between. */
const FLOWS: readonly (readonly [Part, Sink])[] = [
  ['picked', 'shipped'],
  ['allocated', 'picked'],
  ['allocated', 'shipped'],
  ['requested', 'allocated'],
  ['requested', 'picked'],
  ['requested', 'shipped'],
  ['requested', 'backordered'],
  ['requested', 'lost'],
  ['requested', 'gone'],
  ['backordered', 'lost'],
  ['allocated', 'gone'],
  ['allocated', 'lost'],
  ['allocated', 'backordered'],
  ['backordered', 'allocated'],
  ['backordered', 'picked'],
  ['backordered', 'shipped'],
  ['backordered', 'gone'],
  ['picked', 'gone'],
  ['picked', 'allocated'],
  ['picked', 'backordered'],
  ['picked', 'lost'],
];

export interface LineChange {
  line: Line;
  before: Share;
  after: Share;
  /** Units that leave the share because the WMS cancelled them. */
  gone: number;
  /** Units that leave the share because the WMS will not find them. */
  lost: number;
  /** Whether we asked for the cancel of this line. */
  asked: boolean;
}

/**
 * Moves the order line's units so that its buckets follow the pick line from one state to the
 * next; returns how many of them are now ours to find.
 */
export function followPickLine(turn: Turn, change: LineChange): number {
  const { line, before, after, gone, lost } = change;
  const left: Record<Sink, number> = {
    requested: after.requested - before.requested,
    allocated: after.allocated - before.allocated,
    picked: after.picked - before.picked,
    shipped: after.shipped - before.shipped,
    backordered: after.backordered - before.backordered,
    gone,
    lost,
  };
  let returned = lost;
  for (const [from, to] of FLOWS) {
    const qty = Math.min(Math.max(0, -left[from]), Math.max(0, left[to]));
    if (qty === 0) continue;
    left[from] += qty;
    left[to] -= qty;
    if (to === 'gone') returned += giveUp(turn, { ...change, from, qty });
    else shift(turn, { line, from, to: to === 'lost' ? 'backordered' : to, qty });
  }
  return returned;
}

/**
 * Units that the WMS cancelled: as many as the CRM wants gone are cancelled; the rest comes back,
 * to be requested anew when we asked for the cancel, to the waiting list when nobody did.
 */
function giveUp(turn: Turn, change: LineChange & { from: Part; qty: number }): number {
  const { line, from, qty, asked } = change;
  const cancelled = Math.min(qty, cancelWish(line));
  line.cancelledByCustomer += customerPart(line, cancelled);
  shift(turn, { line, from, to: 'cancelled', qty: cancelled });
  shift(turn, { line, from, to: asked ? 'open' : 'backordered', qty: qty - cancelled });
  return asked ? 0 : qty - cancelled;
}

interface Shift {
  line: Line;
  from: Bucket;
  to: Bucket;
  qty: number;
}

/** Units short on the floor and units that are ours to find are backordered alike. */
function shift(turn: Turn, { line, from, to, qty }: Shift): void {
  if (from !== to) move(turn, line, { from, to, qty });
}
