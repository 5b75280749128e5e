import { invariant } from './assert.ts';
import type { OrderState } from './order.ts';
import type { PickFacts, PickLine, PickRequest } from './pick.ts';

/** Buckets of an order line that one pick line accounts for; their sum is its share. */
export type Share = Record<
  'requested' | 'allocated' | 'picked' | 'shipped' | 'backordered',
  number
>;

/** Units that the WMS still has or has handed over: neither closed short nor cancelled. */
export function liveUnits(facts: PickFacts): number {
  return facts.allocated + facts.picked + facts.short - facts.closed;
}

/** Units that the WMS could still let go. */
export function cancellableUnits(facts: PickFacts): number {
  return liveUnits(facts) - facts.picked;
}

/** Units delivered beyond the share: they belong to no bucket. */
export function overOf(line: PickLine): number {
  return Math.max(0, line.picked - line.share);
}

/** Units that the WMS has for the line beyond those of the order, delivered or not. */
export function excessOf(line: PickLine): number {
  return Math.max(0, liveUnits(line) - line.share);
}

/** What is furthest on counts first, so that an excess is what is easiest to let go. */
export function shareOf(line: PickLine, answered: boolean): Share {
  if (!answered) {
    return { requested: line.share, allocated: 0, picked: 0, shipped: 0, backordered: 0 };
  }
  const shipped = Math.min(line.shipped, line.share);
  const picked = Math.min(line.picked - line.shipped, line.share - shipped);
  const allocated = Math.min(line.allocated, line.share - shipped - picked);
  const backordered = line.share - shipped - picked - allocated;
  return { requested: 0, allocated, picked, shipped, backordered };
}

export function shareIn(request: PickRequest, line: PickLine): Share {
  return shareOf(line, request.status === 'accepted');
}

/** Units per line that are short on the floor of an open pick: the WMS's to fill, not ours. */
export function floorShorts(state: OrderState): Map<string, number> {
  const shorts = new Map<string, number>();
  for (const request of state.requests) {
    if (request.status !== 'accepted') continue;
    for (const line of request.lines) {
      const { backordered } = shareOf(line, true);
      if (backordered > 0) shorts.set(line.lineId, (shorts.get(line.lineId) ?? 0) + backordered);
    }
  }
  return shorts;
}

/**
 * Every unit that is not the order's own is the share of exactly one pick, in the same bucket:
 * so no line is asked for more often than it was ordered (L3, the true duplicate-pick defect).
 */
export function assertShares(state: OrderState): void {
  const sums = new Map<string, Share>();
  for (const request of state.requests) {
    for (const line of request.lines) {
      const sum = sums.get(line.lineId) ?? shareOf({ ...line, share: 0 }, false);
      const share = shareIn(request, line);
      for (const part of PARTS) sum[part] += share[part];
      sums.set(line.lineId, sum);
    }
  }
  for (const { lineId, buckets } of state.lines) {
    const sum = sums.get(lineId);
    for (const part of PARTS) {
      const units = sum?.[part] ?? 0;
      const held = part === 'backordered' ? units <= buckets[part] : units === buckets[part];
      invariant(held, `${lineId}: picks account for ${units} of ${buckets[part]} ${part}`);
    }
  }
}

const PARTS = ['requested', 'allocated', 'picked', 'shipped', 'backordered'] as const;
