import { availableOf } from '../domain/movement.ts';
import { beginChange, finishChange, hasChanged, moveLine } from '../pick-change.ts';
import type { Work } from '../work.ts';
import { fillLine } from './fill.ts';

export interface MissingUnits {
  sku: string;
  location: string;
  lot: string;
  missing: number;
}

export interface ReleaseRequest extends MissingUnits {
  /** Told in the events of the picks. */
  reason: 'allocation_lost' | 'expired';
  /** Who loses first, and is first given other goods; whoever is least urgent unless all lose. */
  first?: 'least-urgent' | 'most-urgent';
}

/**
 * A count that finds fewer units than are promised takes reservations back, the least urgent and
 * then the youngest pick first. A line gets other goods at once where there are some; else it is
 * short on the floor, and its pick says so.
 */
export function releaseForCount(work: Work, place: MissingUnits): void {
  const row = work.writer
    .rowsOf(place.sku)
    .find((found) => found.location === place.location && found.lot === place.lot);
  if (row === undefined) return;
  const missing = place.missing - row.counting - availableOf(row);
  releaseReservations(work, { ...place, missing, reason: 'allocation_lost' });
}

/** Takes so many units out of the reservations of a place. */
export function releaseReservations(work: Work, request: ReleaseRequest): void {
  let left = request.missing;
  const leastUrgent = left > 0 ? work.stores.picks.reservedAt(request) : [];
  const losers = request.first === 'most-urgent' ? leastUrgent.toReversed() : leastUrgent;
  for (const pickId of losers) {
    if (left <= 0) return;
    left -= releaseFromPick(work, { ...request, missing: left, pickId });
  }
}

function releaseFromPick(work: Work, request: ReleaseRequest & { pickId: string }): number {
  const pick = work.stores.picks.find(request.pickId);
  if (pick === undefined) return 0;
  const { location, lot } = request;
  const change = beginChange(work, pick);
  let released = 0;
  for (const line of pick.lines) {
    const draw = line.draws.find((found) => found.location === location && found.lot === lot);
    const qty = Math.min(request.missing - released, draw?.reserved ?? 0);
    if (qty <= 0 || line.sku !== request.sku) continue;
    change.reasons.set(line.pickLine, request.reason);
    moveLine(change, line, { kind: 'release', location, lot, qty });
    fillLine(change, { line, qty, except: [{ location, lot }] });
    released += qty;
  }
  if (hasChanged(change)) {
    if (pick.lines.some((line) => line.unfilled > 0)) pick.status = 'PARTIAL';
    finishChange(change);
  }
  return released;
}
