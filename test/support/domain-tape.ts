/** Choices of a random run, read one after the other; when they end, every choice is the first. */
export interface Tape {
  /** A number from 0 to `count - 1`. */
  choose(count: number): number;
  /** True about once in `odds` times. */
  happens(odds: number): boolean;
  readonly isOver: boolean;
}

export function createTape(choices: readonly number[]): Tape {
  let at = 0;
  const choose = (count: number): number => {
    const choice = choices[at];
    at += 1;
    return choice === undefined || count < 1 ? 0 : choice % count;
  };
  return {
    choose,
    happens: (odds) => choose(odds) === odds - 1,
    get isOver() {
      return at >= choices.length;
    },
  };
}

export const CALM: Tape = createTape([]);

/** A number that a seed leads to, the same each time (mulberry32). */
export function numbersOf(seed: number, count: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  });
}
