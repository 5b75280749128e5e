import type { Line } from './books.ts';
import { move } from './ledger.ts';
import type { PickLine } from './pick.ts';
import { excessOf, floorShorts, overOf, shareOf } from './shares.ts';
import type { Turn } from './turn.ts';

/**
 * Units that the WMS has for a line beyond the share of their pick, picked above the request or
 * asked for by a step that was cut off, make up for units that the order still misses.
 */
export function absorbExcess(turn: Turn): void {
  const { state } = turn;
  const excessive = state.requests
    .filter((request) => request.status === 'accepted')
    .flatMap((request) => request.lines.filter((line) => excessOf(line) > 0));
  for (const pickLine of excessive) {
    const line = state.lines.find((l) => l.lineId === pickLine.lineId);
    if (line === undefined) continue;
    const ours = line.buckets.backordered - (floorShorts(state).get(line.lineId) ?? 0);
    absorb(turn, { line, pickLine, from: 'open', units: line.buckets.open });
    absorb(turn, { line, pickLine, from: 'backordered', units: ours });
  }
}

interface Absorption {
  line: Line;
  pickLine: PickLine;
  from: 'open' | 'backordered';
  units: number;
}

function absorb(turn: Turn, { line, pickLine, from, units }: Absorption): void {
  const qty = Math.min(excessOf(pickLine), units);
  if (qty <= 0) return;
  const before = shareOf(pickLine, true);
  const overBefore = overOf(pickLine);
  pickLine.share += qty;
  line.over += overOf(pickLine) - overBefore;
  const after = shareOf(pickLine, true);
  for (const to of ['shipped', 'picked', 'allocated', 'backordered'] as const) {
    if (to !== from) move(turn, line, { from, to, qty: after[to] - before[to] });
  }
}
