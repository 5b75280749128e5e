import type { Bucket, Line, Move } from './books.ts';
import { cancelWish, moveUnits } from './books.ts';
import type { PickLine } from './order.ts';

/** Buckets of an order line that one pick line accounts for; their sum is what was requested. */
type Share = Record<'requested' | 'allocated' | 'picked' | 'shipped' | 'backordered' | 'cancelled', number>;

/** Units delivered beyond the request: they belong to no bucket. */
export function overOf(line: PickLine): number {
  return Math.max(0, line.picked + line.allocated + line.short + line.cancelled - line.requested);
}

/** Before the WMS has answered, all units are `requested`. */
export function shareOf(line: PickLine, answered: boolean): Share {
  if (!answered) {
    return { requested: line.requested, allocated: 0, picked: 0, shipped: 0, backordered: 0, cancelled: 0 };
  }
  const over = overOf(line);
  const pickedIn = line.picked - over;
  const shippedIn = Math.min(line.shipped, pickedIn);
  return {
    requested: 0,
    allocated: line.allocated,
    picked: pickedIn - shippedIn,
    shipped: shippedIn,
    backordered: line.short,
    cancelled: line.cancelled,
  };
}

/** The likeliest way of a unit first; a lost event may have hidden the steps between. */
const PATHS: readonly (readonly [keyof Share, keyof Share])[] = [
  ['picked', 'shipped'],
  ['allocated', 'picked'],
  ['allocated', 'shipped'],
  ['requested', 'allocated'],
  ['requested', 'picked'],
  ['requested', 'shipped'],
  ['requested', 'backordered'],
  ['requested', 'cancelled'],
  ['backordered', 'picked'],
  ['backordered', 'shipped'],
  ['allocated', 'backordered'],
  ['allocated', 'cancelled'],
  ['backordered', 'cancelled'],
  ['backordered', 'allocated'],
  ['picked', 'cancelled'],
  ['picked', 'allocated'],
  ['picked', 'backordered'],
];

/** Moves the order line's units so that its buckets follow the pick line from one state to the next. */
export function followPickLine(line: Line, before: Share, after: Share, asked: boolean): Move[] {
  const moves: Move[] = [];
  const need = (key: keyof Share): number => after[key] - before[key];
  const left = Object.fromEntries(
    (Object.keys(after) as (keyof Share)[]).map((key) => [key, need(key)]),
  ) as Share;
  for (const [from, to] of PATHS) {
    const qty = Math.min(Math.max(0, -left[from]), Math.max(0, left[to]));
    if (qty === 0) continue;
    left[from] += qty;
    left[to] -= qty;
    moves.push(...(to === 'cancelled' ? giveUp(line, from, qty, asked) : move(line, from, to, qty)));
  }
  return moves;
}

/**
 * Units that the WMS cancelled: as many as the CRM wants gone are cancelled; the rest comes back,
 * to be requested anew when we asked for the cancel, to the waiting list when nobody did.
 */
function giveUp(line: Line, from: Bucket, qty: number, asked: boolean): Move[] {
  const gone = Math.min(qty, cancelWish(line));
  line.cancelledByCustomer += gone;
  const back: Bucket = asked ? 'open' : 'backordered';
  return [
    ...move(line, from, 'cancelled', gone),
    ...(from === back ? [] : move(line, from, back, qty - gone)),
  ];
}

function move(line: Line, from: Bucket, to: Bucket, qty: number): Move[] {
  const moved = moveUnits(line, from, to, qty);
  return moved === null ? [] : [moved];
}
