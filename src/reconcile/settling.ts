import type { LocalOrder } from './drift.ts';

interface Settling {
  now: number;
  settlingMs: number;
}

/** Sentences in which an order says that a command of its own is under way. */
const IN_FLIGHT =
  / to (take the task|take event \d+|say what it knows|answer the (pick request|cancel)|say where )/;

/** Changed so lately, or so much under way, that a difference says nothing yet. */
export function isSettling(we: LocalOrder | undefined, { now, settlingMs }: Settling): boolean {
  if (we === undefined) return false;
  if (we.updatedAt > now - settlingMs) return true;
  return we.view.waits_for.some((wait) => IN_FLIGHT.test(wait));
}
