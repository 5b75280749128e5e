import { missedPlaces } from '../domain/pick-line.ts';
import { beginChange, finishChange, hasChanged } from '../pick-change.ts';
import type { Work } from '../work.ts';
import { fillLine } from './fill.ts';

/**
 * Gives available units of a sku to picks that are short on the floor, the most urgent and then
 * the oldest first. A PARTIAL pick that gets some goes back to IN_PROGRESS. A place where a picker found
 * nothing is used again only when goods have just come to it.
 */
export function refillUnfilled(work: Work, sku: string): void {
  for (const pickId of work.stores.picks.unfilled(sku)) {
    if (work.writer.availableOf(sku) === 0) return;
    const pick = work.stores.picks.find(pickId);
    if (pick === undefined) continue;
    const change = beginChange(work, pick);
    for (const line of pick.lines) {
      if (line.sku !== sku || line.unfilled === 0) continue;
      const except = missedPlaces(line).filter((place) => !work.writer.hasRisen({ sku, ...place }));
      fillLine(change, { line, qty: line.unfilled, except });
    }
    if (!hasChanged(change)) continue;
    if (pick.status === 'PARTIAL') pick.status = 'IN_PROGRESS';
    finishChange(change);
  }
}
