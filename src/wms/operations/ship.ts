import type { ShipmentRequest } from '../../contracts/inventory.ts';
import { AppError } from '../../errors.ts';
import type { PickLine } from '../domain/pick-line.ts';
import type { PickRecord } from '../domain/pick.ts';
import { takeFrom } from '../domain/take.ts';
import { beginChange, finishChange, moveLine } from '../pick-change.ts';
import type { ShipmentRecord } from '../store/shipment-store.ts';
import type { Work } from '../work.ts';
import { foundLine, foundPick, unprocessable } from './find.ts';

/** Ships picked units; without lines all that are picked and not shipped yet. */
export function ship(work: Work, request: ShipmentRequest): ShipmentRecord {
  const pick = foundPick(work.stores.picks.find(request.pick_id), request.pick_id);
  const parcels = parcelsOf(pick, request);
  const shipment: ShipmentRecord = {
    shipmentId: `SHP-${String(work.stores.shipments.nextNumber()).padStart(6, '0')}`,
    pickId: pick.pickId,
    carrier: request.carrier,
    tracking: request.tracking ?? null,
    status: 'CREATED',
    createdAt: work.now,
    deliveredAt: null,
    lines: [...parcels].map(([line, qty]) => ({
      ...{ pickLine: line.pickLine, lineId: line.lineId, sku: line.sku, qty },
    })),
  };
  const change = beginChange(work, pick);
  for (const [line, qty] of parcels) {
    for (const draw of takeFrom({ draws: line.draws, counter: 'picked', qty })) {
      moveLine(change, line, { kind: 'ship', ...draw });
    }
  }
  work.stores.shipments.insert(shipment);
  finishChange(change, { type: 'SHIPMENT.CREATED', shipmentId: shipment.shipmentId });
  return shipment;
}

/** The carrier says that it has arrived; saying so again changes nothing. */
export function markDelivered(work: Work, shipmentId: string): ShipmentRecord {
  const shipment = foundShipment(work.stores.shipments.find(shipmentId), shipmentId);
  if (shipment.status === 'DELIVERED') return shipment;
  const pick = foundPick(work.stores.picks.find(shipment.pickId), shipment.pickId);
  work.stores.shipments.markDelivered(shipmentId, work.now);
  const shipped = new Set(shipment.lines.map((line) => line.pickLine));
  finishChange(beginChange(work, pick), {
    ...{ type: 'SHIPMENT.DELIVERED', shipmentId },
    lines: pick.lines.filter((line) => shipped.has(line.pickLine)),
  });
  return { ...shipment, status: 'DELIVERED', deliveredAt: work.now };
}

export function foundShipment(
  shipment: ShipmentRecord | undefined,
  shipmentId: string,
): ShipmentRecord {
  if (shipment !== undefined) return shipment;
  throw new AppError('not-found', `There is no shipment ${shipmentId}.`);
}

function parcelsOf(pick: PickRecord, request: ShipmentRequest): Map<PickLine, number> {
  const parcels = new Map<PickLine, number>();
  request.lines?.forEach((entry, index) => {
    const line = foundLine(pick, { name: entry, index });
    const qty = (parcels.get(line) ?? 0) + entry.qty;
    const unshipped = line.picked - line.shipped;
    if (qty > unshipped) {
      const what = `Line ${line.lineId} has ${unshipped} picked units that are not shipped, so ${qty} cannot ship`;
      throw unprocessable(what, `/lines/${index}/qty`);
    }
    parcels.set(line, qty);
  });
  if (request.lines === undefined) {
    for (const line of pick.lines) {
      if (line.picked > line.shipped) parcels.set(line, line.picked - line.shipped);
    }
  }
  if (parcels.size > 0) return parcels;
  throw unprocessable(`Pick ${pick.pickId} has no picked units that are not shipped`, '/pick_id');
}
