export interface BackoffPolicy {
  delayMs: number;
  delayMaxMs: number;
}

/** Pause before the restart after this many deaths in a row: none, then doubling up to a cap. */
export function restartDelayMs(deathsInRow: number, policy: BackoffPolicy): number {
  if (deathsInRow <= 1) return 0;
  const doublings = Math.min(deathsInRow - 2, 30);
  return Math.min(policy.delayMs * 2 ** doublings, policy.delayMaxMs);
}
