/** Counters of one row of stock; `available` is derived and never stored. */
export interface Counters {
  onHand: number;
  reserved: number;
  picked: number;
  held: number;
  /** The part of `held` that waits for a count. */
  counting: number;
}

export const MOVEMENT_KINDS = [
  'receive',
  'reserve',
  'release',
  'pick',
  'short',
  'putback',
  'ship',
  'hold',
  'unhold',
  'count',
  'scrap',
  'transfer',
] as const;

export type MovementKind = (typeof MOVEMENT_KINDS)[number];

export const NO_COUNTERS: Counters = { onHand: 0, reserved: 0, picked: 0, held: 0, counting: 0 };

/** One movement; `qty` is signed for `count` and `transfer`, else the number of units moved. */
export interface Movement {
  kind: MovementKind;
  qty: number;
}

export function availableOf(counters: Counters): number {
  return counters.onHand - counters.reserved - counters.picked - counters.held;
}

/** What a movement does to the counters, given how they stand. */
export function deltasOf(movement: Movement, present: Counters): Counters {
  const { kind, qty } = movement;
  switch (kind) {
    case 'receive':
    case 'transfer':
      return { ...NO_COUNTERS, onHand: qty };
    case 'reserve':
      return { ...NO_COUNTERS, reserved: qty };
    case 'release':
      return { ...NO_COUNTERS, reserved: -qty };
    case 'pick':
      return { ...NO_COUNTERS, reserved: -qty, picked: qty };
    case 'short':
      return { ...NO_COUNTERS, reserved: -qty, held: qty, counting: qty };
    case 'putback':
      return { ...NO_COUNTERS, picked: -qty };
    case 'ship':
      return { ...NO_COUNTERS, onHand: -qty, picked: -qty };
    case 'hold':
      return { ...NO_COUNTERS, held: qty };
    case 'unhold':
      return { ...NO_COUNTERS, held: -qty, counting: -Math.min(qty, present.counting) };
    case 'scrap':
      return scrapDeltas(qty, present);
    case 'count':
      return countDeltas(qty, present);
  }
}

/** Damaged goods leave first; what waits for a count only when nothing else is held. */
function scrapDeltas(qty: number, present: Counters): Counters {
  const fromCounting = Math.max(0, qty - (present.held - present.counting));
  return { ...NO_COUNTERS, onHand: -qty, held: -qty, counting: -fromCounting };
}

/** A count that finds less answers first for the units that a picker had missed. */
function countDeltas(qty: number, present: Counters): Counters {
  if (qty >= 0) return { ...NO_COUNTERS, onHand: qty };
  const missed = Math.min(-qty, present.counting);
  return { ...NO_COUNTERS, onHand: qty, held: -missed, counting: -missed };
}

export function addCounters(left: Counters, right: Counters): Counters {
  return {
    onHand: left.onHand + right.onHand,
    reserved: left.reserved + right.reserved,
    picked: left.picked + right.picked,
    held: left.held + right.held,
    counting: left.counting + right.counting,
  };
}

/** S1: whether the counters could be those of real goods. */
export function isSound(counters: Counters): boolean {
  return isCountable(counters) && availableOf(counters) >= 0;
}

/** Whether a step leads out of promising more than there is, which only an audit can find. */
export function eases(present: Counters, next: Counters): boolean {
  return isCountable(next) && availableOf(next) > availableOf(present);
}

function isCountable(counters: Counters): boolean {
  return (
    counters.onHand >= 0 &&
    counters.reserved >= 0 &&
    counters.picked >= 0 &&
    counters.held >= 0 &&
    counters.counting >= 0 &&
    counters.counting <= counters.held
  );
}

export function sameCounters(left: Counters, right: Counters): boolean {
  return (
    left.onHand === right.onHand &&
    left.reserved === right.reserved &&
    left.picked === right.picked &&
    left.held === right.held &&
    left.counting === right.counting
  );
}
