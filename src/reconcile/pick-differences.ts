import type { LocalOrder } from './drift.ts';
import type { RemotePick } from './remote.ts';

type OurPick = LocalOrder['view']['picks'][number];

/** Totals that only grow; `picked` falls by a putback alone. */
export const GROWING = ['picked', 'shipped', 'short', 'cancelled'] as const;

type Totals = Record<(typeof GROWING)[number] | 'allocated', number>;

export interface Differences {
  ahead: boolean;
  behind: boolean;
  /** Only what the warehouse holds reserved differs. */
  other: boolean;
}

/** Line by line where the warehouse knows our lines, and by the SKU's totals where it does not. */
export function differences(ours: OurPick, pick: RemotePick): Differences {
  const found = { ahead: false, behind: false, other: false };
  const left = new Map(ours.lines.map((line) => [line.line_id, line]));
  const bySku: RemotePick['lines'] = [];
  for (const theirs of pick.lines) {
    if (theirs.line_id === null) {
      bySku.push(theirs);
      continue;
    }
    compare(left.get(theirs.line_id), theirs, found);
    left.delete(theirs.line_id);
  }
  const ourTotals = totalsBySku(left.values());
  for (const [sku, theirs] of totalsBySku(bySku)) {
    compare(ourTotals.get(sku), theirs, found);
    ourTotals.delete(sku);
  }
  if ([...ourTotals.values()].some((line) => line.allocated + line.picked > 0)) found.behind = true;
  return found;
}

function compare(ours: Totals | undefined, theirs: Totals, found: Differences): void {
  if (ours === undefined) {
    found.ahead = true;
    return;
  }
  for (const total of GROWING) {
    if (theirs[total] > ours[total]) found.ahead = true;
    if (theirs[total] < ours[total]) found.behind = true;
  }
  if (theirs.allocated !== ours.allocated) found.other = true;
}

/** The same SKU may stand on several lines, here and there. */
function totalsBySku(lines: Iterable<Totals & { sku: string }>): Map<string, Totals> {
  const totals = new Map<string, Totals>();
  for (const { sku, allocated, picked, shipped, short, cancelled } of lines) {
    const sum = totals.get(sku);
    totals.set(sku, {
      allocated: allocated + (sum?.allocated ?? 0),
      picked: picked + (sum?.picked ?? 0),
      shipped: shipped + (sum?.shipped ?? 0),
      short: short + (sum?.short ?? 0),
      cancelled: cancelled + (sum?.cancelled ?? 0),
    });
  }
  return totals;
}
