export interface AvailabilityChange {
  previous: number;
  available: number;
  lowMark: number;
}

/** Others must hear of a change to or from nothing, of one below the low mark, and of every rise. */
export function needsAlert(change: AvailabilityChange): boolean {
  const { previous, available, lowMark } = change;
  if (available === previous) return false;
  return available === 0 || available < lowMark || available > previous;
}
