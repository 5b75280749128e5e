import { createBreaker, type Breaker, type BreakerSettings } from './breaker.ts';

/** The commands of one kind on a connection: one call of a system may fail while the rest works. */
export interface Lane {
  breaker: Breaker;
  /** The far side was away for a command of this order; true when this kind counts as down. */
  failed(order: string): boolean;
  well(): void;
}

export interface LaneSettings extends BreakerSettings {
  /** Different orders whose calls of one kind failed in a row before that kind counts as down. */
  ordersMin?: number;
}

/** Lanes by kind of command, made as they are needed. */
export function createLanes(settings: LaneSettings, now: () => number) {
  const lanes = new Map<string, Lane>();
  const ordersMin = settings.ordersMin ?? Infinity;
  return {
    of(kind: string): Lane {
      const known = lanes.get(kind);
      if (known !== undefined) return known;
      const lane = createLane(createBreaker(settings, now), ordersMin);
      lanes.set(kind, lane);
      return lane;
    },
    isAnyOpen: () => [...lanes.values()].some(({ breaker }) => breaker.isOpen()),
  };
}

export type Lanes = ReturnType<typeof createLanes>;

function createLane(breaker: Breaker, ordersMin: number): Lane {
  const failing = new Set<string>();
  return {
    breaker,
    failed(order) {
      if (failing.size < ordersMin) failing.add(order);
      return breaker.isOpen() || failing.size >= ordersMin;
    },
    well() {
      failing.clear();
      breaker.well();
    },
  };
}
