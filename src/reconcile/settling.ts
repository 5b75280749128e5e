import type { LocalOrder } from './drift.ts';

interface Settling {
  now: number;
  settlingMs: number;
}

/** Changed so lately, or with commands under way, that a difference says nothing yet. */
export function isSettling(we: LocalOrder | undefined, { now, settlingMs }: Settling): boolean {
  if (we === undefined) return false;
  return we.updatedAt > now - settlingMs || we.view.in_flight > 0;
}
