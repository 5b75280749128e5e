/** A pseudo-random source: the same seed makes the same choices. */
export interface Dice {
  /** From 0 to `below` - 1. */
  upTo(below: number): number;
  /** From `least` to `most`, both included. */
  between(least: number, most: number): number;
  /** True once in `oneIn` throws. */
  happens(oneIn: number): boolean;
  choose<T>(of: readonly [T, ...T[]]): T;
  /** One of a list that may be empty. */
  pick<T>(of: readonly T[]): T | undefined;
  /** A source of its own, so that what runs beside does not change its choices. */
  fork(name: string | number): Dice;
}

export function diceOf(seed: string): Dice {
  let state = hashOf(seed);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const upTo = (below: number): number => Math.floor(next() * below);
  return {
    upTo,
    between: (least, most) => least + upTo(most - least + 1),
    happens: (oneIn) => upTo(oneIn) === 0,
    choose: (of) => of[upTo(of.length)] ?? of[0],
    pick: (of) => of[upTo(of.length)],
    fork: (name) => diceOf(`${seed}/${name}`),
  };
}

function hashOf(text: string): number {
  let hash = 2166136261;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619);
  return hash;
}
