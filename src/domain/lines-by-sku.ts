import type { Line } from './books.ts';
import type { PickSnapshot, PickTotals, SeenLine } from './commands.ts';
import { newPickLine, type PickLine, type PickRequest } from './pick.ts';
import { splitTotals, TOTALS } from './sku-split.ts';

/** A pick as the WMS shows it, each line by our id of it. */
export type NamedSnapshot = Omit<PickSnapshot, 'lines'> & { lines: SeenLine[] };

/**
 * Gives the lines that the WMS knows by their SKU alone our ids: its totals of a SKU are split over
 * the request's lines of it. More than was asked, or another SKU, is of the order's lines that miss
 * it; a SKU that the order does not have is a line of its own.
 */
export function nameLines(
  lines: readonly Line[],
  request: PickRequest,
  pick: PickSnapshot,
): NamedSnapshot {
  const named: SeenLine[] = pick.lines.flatMap(({ lineId, ...seen }) =>
    lineId === null ? [] : [{ lineId, ...seen }],
  );
  const taken = new Set(named.map((line) => line.lineId));
  for (const [sku, totals] of totalsBySku(pick)) {
    const free = lines.filter((line) => line.sku === sku && !taken.has(line.lineId));
    const own = request.lines.filter((line) => line.sku === sku && !taken.has(line.lineId));
    const parts = splitTotals(totals, {
      lines: [...own, ...othersOf(sku, free, own)],
      asked: request.cancelAsked,
      missing: new Map(free.map(({ lineId, buckets }) => [lineId, missingOf(buckets)])),
    });
    named.push(...parts.filter((part, index) => index < own.length || isAny(part)));
  }
  return { ...pick, lines: named };
}

/** The same SKU may stand on several lines of the WMS. */
function totalsBySku({ lines }: PickSnapshot): Map<string, PickTotals> {
  const totals = new Map<string, PickTotals>();
  for (const { lineId, sku, ...seen } of lines) {
    if (lineId !== null) continue;
    const sum = totals.get(sku);
    if (sum === undefined) totals.set(sku, { ...seen });
    else for (const field of TOTALS) sum[field] += seen[field];
  }
  return totals;
}

function othersOf(sku: string, free: readonly Line[], own: readonly PickLine[]): PickLine[] {
  const known = new Set(own.map((line) => line.lineId));
  const others = free.filter(({ lineId, buckets }) => !known.has(lineId) && missingOf(buckets) > 0);
  if (own.length + others.length > 0) return others.map(({ lineId }) => stranger(lineId, sku));
  return [stranger(free[0]?.lineId ?? sku, sku)];
}

/** A line that the request did not ask for. */
function stranger(lineId: string, sku: string): PickLine {
  return newPickLine({ lineId, sku, share: 0 });
}

function isAny(part: PickTotals): boolean {
  return TOTALS.some((field) => part[field] > 0);
}

function missingOf({ open, backordered }: Line['buckets']): number {
  return open + backordered;
}
