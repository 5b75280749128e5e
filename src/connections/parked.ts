/** Commands remembered as parked; more are parked all the same, only not counted. */
const KEYS_MAX = 100_000;

/** Keys looked at per call for those that were due back and never came. */
const SWEEP_KEYS = 8;

/** How long after its time a parked command still counts; then it was cancelled or moved away. */
const LATE_MS = 60_000;

export interface Parked {
  park(key: string, untilAt: number): void;
  leave(key: string): void;
  count(): number;
}

/** The commands that wait for a connection, each of which comes back by itself. */
export function createParked(now: () => number): Parked {
  const until = new Map<string, number>();

  /** Oldest first, a few at a time, so that no call pays for all of them. */
  const sweep = (): void => {
    let looked = 0;
    for (const [key, at] of until) {
      if ((looked += 1) > SWEEP_KEYS) return;
      if (at + LATE_MS < now()) until.delete(key);
    }
  };

  return {
    park(key, untilAt) {
      sweep();
      until.delete(key);
      if (until.size < KEYS_MAX) until.set(key, untilAt);
    },
    leave: (key) => void until.delete(key),
    count: () => until.size,
  };
}
