/** What the rounds of one figure came to. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}

/** The spread of one figure over the rounds. */
export function spreadBy<T>(rounds: readonly T[], figure: (round: T) => number): Spread {
  return spreadOf(rounds.map(figure));
}
