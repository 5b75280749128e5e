import { samePlace, type Place } from './allocation.ts';

/** What a line draws from one row of stock. */
export interface Draw extends Place {
  reserved: number;
  picked: number;
  counting: number;
}

/** At every step `requested + over = allocated + unfilled + picked + short + cancelled`. */
export interface PickLine {
  readonly pickLine: string;
  readonly lineId: string;
  readonly sku: string;
  readonly lot: string | null;
  readonly requested: number;
  allocated: number;
  picked: number;
  shipped: number;
  /** Closed short. */
  short: number;
  cancelled: number;
  /** Short on the floor: still the warehouse's to fill. */
  unfilled: number;
  over: number;
  cancelAsked: boolean;
  draws: Draw[];
}

/** Movements that a pick line takes part in. */
export type LineMoveKind = 'reserve' | 'release' | 'pick' | 'short' | 'unhold' | 'putback' | 'ship';

export interface LineMove extends Place {
  kind: LineMoveKind;
  qty: number;
}

/** Applies to the books of the line what the same movement does to the stock. */
export function applyToLine(line: PickLine, move: LineMove): void {
  const draw = drawAt(line, move);
  const { qty } = move;
  switch (move.kind) {
    case 'reserve':
      draw.reserved += qty;
      line.unfilled -= qty;
      line.allocated += qty;
      break;
    case 'release':
      draw.reserved -= qty;
      line.allocated -= qty;
      line.unfilled += qty;
      break;
    case 'pick':
      draw.reserved -= qty;
      draw.picked += qty;
      line.allocated -= qty;
      line.picked += qty;
      break;
    case 'short':
      draw.reserved -= qty;
      draw.counting += qty;
      line.allocated -= qty;
      line.unfilled += qty;
      break;
    case 'unhold':
      draw.counting -= qty;
      break;
    case 'putback':
      draw.picked -= qty;
      putBack(line, qty);
      break;
    case 'ship':
      draw.picked -= qty;
      line.shipped += qty;
      break;
  }
}

/** Units picked beyond the request go back first: they were never owed to the order. */
function putBack(line: PickLine, qty: number): void {
  const over = Math.min(qty, line.over);
  line.picked -= qty;
  line.over -= over;
  line.cancelled += qty - over;
}

export function cancelUnfilled(line: PickLine): void {
  line.cancelled += line.unfilled;
  line.unfilled = 0;
}

export function closeShort(line: PickLine): void {
  line.short += line.unfilled;
  line.unfilled = 0;
}

/** Makes room for units beyond the request, which are then reserved and picked like others. */
export function allowOver(line: PickLine, qty: number): void {
  line.over += qty;
  line.unfilled += qty;
}

export function isResolved(line: PickLine): boolean {
  return line.allocated === 0 && line.unfilled === 0;
}

function drawAt(line: PickLine, place: Place): Draw {
  const found = line.draws.find((draw) => samePlace(draw, place));
  if (found !== undefined) return found;
  const fresh = { location: place.location, lot: place.lot, reserved: 0, picked: 0, counting: 0 };
  line.draws.push(fresh);
  return fresh;
}

/** Where pickers have looked for units of this line and found none. */
export function missedPlaces(line: PickLine): Place[] {
  return line.draws
    .filter((draw) => draw.counting > 0)
    .map(({ location, lot }) => ({ location, lot }));
}
