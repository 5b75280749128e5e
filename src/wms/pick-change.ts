import type { PickEvent } from '../contracts/picks.ts';
import type { Place } from './domain/allocation.ts';
import {
  changedLines,
  quantitiesOf,
  snapshotOf,
  type LineQuantities,
  type PickRecord,
} from './domain/pick.ts';
import { applyToLine, type LineMove, type PickLine } from './domain/pick-line.ts';
import type { Work } from './work.ts';

/** One change of one pick: its movements share a cause, and it ends in exactly one event. */
export interface PickChange {
  work: Work;
  pick: PickRecord;
  causeId: string;
  before: Map<string, LineQuantities>;
  statusBefore: PickRecord['status'];
  /** Where units of a line were taken from or put to, for the event. */
  places: Map<string, Place[]>;
  reasons: Map<string, string>;
}

/** The cause is the event to come, so that its movements can be booked only once. */
export function beginChange(work: Work, pick: PickRecord): PickChange {
  return {
    work,
    pick,
    causeId: `pick:${pick.pickId}:${pick.sequence + 1}`,
    before: snapshotOf(pick.lines),
    statusBefore: pick.status,
    places: new Map(),
    reasons: new Map(),
  };
}

/** Books a movement in the stock and in the line. */
export function moveLine(change: PickChange, line: PickLine, move: LineMove): void {
  const { kind, qty, location, lot } = move;
  if (qty === 0) return;
  change.work.writer.move({
    ...{ kind, qty, location, lot },
    sku: line.sku,
    causeId: change.causeId,
    pickLine: line.pickLine,
    reason: change.reasons.get(line.pickLine) ?? null,
  });
  applyToLine(line, move);
  const places = change.places.get(line.pickLine) ?? [];
  change.places.set(line.pickLine, [...places, { location, lot }]);
}

export interface ChangeEnd {
  /** `PICK.<status>` unless it is a shipment. */
  type?: 'SHIPMENT.CREATED' | 'SHIPMENT.DELIVERED';
  shipmentId?: string;
  /** Lines of the event when the quantities alone do not tell, as for a delivery. */
  lines?: readonly PickLine[];
}

/** Whether anything has changed that the books or the pick's events tell of. */
export function hasChanged(change: PickChange): boolean {
  const { pick, before, statusBefore, places } = change;
  if (pick.status !== statusBefore || places.size > 0) return true;
  return changedLines(pick.lines, before).length > 0;
}

/** Writes the pick and its one event with the next sequence. */
export function finishChange(change: PickChange, end: ChangeEnd = {}): void {
  const { pick, work } = change;
  const changed = changedLines(pick.lines, change.before);
  pick.sequence += 1;
  pick.updatedAt = work.now;
  const moved = pick.lines.filter((line) => change.places.has(line.pickLine));
  work.stores.picks.save(pick, [...new Set([...changed, ...moved])]);
  const told = end.lines ?? (changed.length > 0 ? changed : pick.lines);
  announce(change, told, end);
}

/** Emits the event of the pick's present sequence. */
export function announce(
  change: Omit<PickChange, 'statusBefore'>,
  lines: readonly PickLine[],
  end: ChangeEnd = {},
): void {
  const { pick, work } = change;
  const payload: PickEvent = {
    pick_id: pick.pickId,
    order_id: pick.orderId,
    reference: pick.reference,
    status: pick.status,
    sequence: pick.sequence,
    occurred_at: new Date(work.now).toISOString(),
    ...(end.shipmentId === undefined ? {} : { shipment_id: end.shipmentId }),
    lines: lines.map((line) => lineOf(change, line, end.type === undefined ? 'picked' : 'shipped')),
  };
  work.emit({
    id: `evt_wms_${pick.pickId}_${pick.sequence}`,
    type: end.type ?? `PICK.${pick.status}`,
    payload,
  });
}

function lineOf(
  change: Omit<PickChange, 'statusBefore'>,
  line: PickLine,
  counter: 'picked' | 'shipped',
): PickEvent['lines'][number] {
  const before = change.before.get(line.pickLine) ?? quantitiesOf(line);
  const [place, ...others] = distinct(change.places.get(line.pickLine) ?? []);
  const single = others.length === 0 ? place : undefined;
  return {
    line_id: line.lineId,
    sku: line.sku,
    delta: line[counter] - before[counter],
    cumulative: line[counter],
    short: line.short + line.unfilled,
    cancelled: line.cancelled,
    lot: single === undefined || single.lot === '' ? null : single.lot,
    location: single?.location ?? null,
    reason: change.reasons.get(line.pickLine) ?? null,
  };
}

function distinct(places: readonly Place[]): Place[] {
  return [...new Map(places.map((place) => [JSON.stringify(place), place])).values()];
}
