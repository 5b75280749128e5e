interface BackoffOptions {
  initialMs: number;
  maxMs: number;
  random: () => number;
}

/** Doubles from `initialMs` up to `maxMs`; half of it is jitter, so that it never comes down to 0. */
export function backoffMs(failures: number, options: BackoffOptions): number {
  const { initialMs, maxMs, random } = options;
  const ceiling = Math.min(maxMs, initialMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return Math.ceil(ceiling * (0.5 + 0.5 * random()));
}
