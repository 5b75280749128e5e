import type { LocalOrder } from './drift.ts';
import { isQuiet } from './view-text.ts';

interface Settling {
  now: number;
  settlingMs: number;
}

/** Changed so lately, or with commands under way, that a difference says nothing yet. */
export function isSettling(we: LocalOrder | undefined, { now, settlingMs }: Settling): boolean {
  if (we === undefined) return false;
  if (we.updatedAt > now - settlingMs) return true;
  const quiet = we.viewText !== undefined && isQuiet(we.viewText);
  return !quiet && we.view.in_flight > 0;
}
