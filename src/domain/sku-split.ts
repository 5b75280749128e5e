import type { PickTotals, SeenLine } from './commands.ts';
import type { PickLine } from './pick.ts';

export const TOTALS = [
  'requested',
  'allocated',
  'picked',
  'shipped',
  'short',
  'cancelled',
] as const satisfies readonly (keyof PickTotals)[];

export interface Splitting {
  /** Lines of one SKU, as they were known before. */
  lines: readonly PickLine[];
  /** Lines that the WMS was asked to cancel. */
  asked: readonly string[];
  /** Units per line that the order misses, and that the WMS may have beyond what was requested. */
  missing: ReadonlyMap<string, number>;
}

/** What one line gets of the totals. */
interface Part extends SeenLine {
  before: Pick<PickLine, 'picked' | 'shipped'>;
  isAsked: boolean;
}

/**
 * Splits the totals of a SKU over its lines so that their sums stay what they are. Units of a SKU
 * are alike, so each line keeps what it has, and what is new goes where it does the least harm:
 * cancelled units to lines that were to be cancelled, picked ones to the others, in their order.
 */
export function splitTotals(totals: PickTotals, { lines, asked, missing }: Splitting): SeenLine[] {
  const parts = lines.map((line) => partOf(line, asked.includes(line.lineId)));
  const best = [...parts.filter((one) => !one.isAsked), ...parts.filter((one) => one.isAsked)];
  const worst = best.toReversed();
  spread(parts, {
    field: 'requested',
    units: totals.requested,
    rooms: [({ lineId }) => missing.get(lineId) ?? 0],
  });
  spread(worst, { field: 'cancelled', units: totals.cancelled, rooms: [unwanted, unshipped] });
  spread(worst, { field: 'short', units: totals.short, rooms: [unpicked, unshipped] });
  for (const part of parts) part.picked = stillPicked(part);
  spread(best, {
    field: 'picked',
    units: totals.picked,
    rooms: [(part) => toPick(part) - part.picked],
    keeps: ({ before }) => before.shipped,
  });
  spread(best, {
    field: 'shipped',
    units: totals.shipped,
    rooms: [({ picked, shipped }) => picked - shipped],
  });
  spread(best, {
    field: 'allocated',
    units: totals.allocated,
    rooms: [(part) => toPick(part) - part.picked - part.allocated],
  });
  return parts.map(({ before: _before, isAsked: _isAsked, ...seen }) => seen);
}

function partOf(line: PickLine, isAsked: boolean): Part {
  const { lineId, sku, requested, picked, shipped, cancelled, closed } = line;
  return {
    ...{ lineId, sku, requested, shipped, cancelled },
    short: closed,
    picked: 0,
    allocated: 0,
    before: { picked, shipped },
    isAsked,
  };
}

/** Units of a line that are, or can still be, picked. */
function toPick({ requested, cancelled, short }: Part): number {
  return requested - cancelled - short;
}

function unpicked(part: Part): number {
  return toPick(part) - part.before.picked;
}

/** Of a line that was to be cancelled also its picked units: they serve another line as well. */
function unwanted(part: Part): number {
  return part.isAsked ? unshipped(part) : unpicked(part);
}

function unshipped(part: Part): number {
  return toPick(part) - part.before.shipped;
}

/** Picked units whose place a cancelled or short one has taken are another line's. */
function stillPicked(part: Part): number {
  const { picked, shipped } = part.before;
  const displaced = Math.max(0, Math.min(picked, part.requested) - toPick(part));
  return Math.max(shipped, picked - displaced);
}

interface Spreading {
  field: keyof PickTotals;
  units: number;
  /** Where there is room for more, the better ways first. */
  rooms: readonly ((part: Part) => number)[];
  /** What a line keeps when there is less, as long as another has more than that. */
  keeps?: (part: Part) => number;
}

/** Brings the sum of a field to so many units; what finds no room is the first line's. */
function spread(parts: readonly Part[], { field, units, rooms, keeps }: Spreading): void {
  let left = units - parts.reduce((sum, part) => sum + part[field], 0);
  const change = (part: Part, qty: number): void => {
    part[field] += qty;
    left -= qty;
  };
  for (const room of rooms) {
    for (const part of parts) {
      if (left > 0) change(part, Math.max(0, Math.min(left, room(part))));
    }
  }
  const [first] = parts;
  if (left > 0 && first !== undefined) change(first, left);
  for (const floor of [keeps ?? nothing, nothing]) {
    for (const part of parts.toReversed()) {
      if (left < 0) change(part, -Math.max(0, Math.min(-left, part[field] - floor(part))));
    }
  }
}

function nothing(): number {
  return 0;
}
