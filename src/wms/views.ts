import type { Inventory } from '../contracts/inventory.ts';
import type { Pick } from '../contracts/picks.ts';
import type { StockRow } from './domain/allocation.ts';
import { availableOf, NO_COUNTERS, addCounters, type Counters } from './domain/movement.ts';
import type { PickRecord } from './domain/pick.ts';
import type { Correction } from './store/correction-store.ts';
import type { MovementRow } from './store/movement-log.ts';
import type { Lot } from './store/lot-store.ts';
import type { Location, Product } from './store/product-store.ts';
import type { ShipmentRecord } from './store/shipment-store.ts';

export function instant(ms: number): string {
  return new Date(ms).toISOString();
}

/** A pick as the API shows it. */
export function pickView(pick: PickRecord): Pick {
  return {
    pick_id: pick.pickId,
    order_id: pick.orderId,
    reference: pick.reference,
    status: pick.status,
    outcome: pick.outcome,
    priority: pick.priority,
    sequence: pick.sequence,
    lines: pick.lines.map((line) => ({
      line_id: line.lineId,
      sku: line.sku,
      requested: line.requested,
      allocated: line.allocated,
      picked: line.picked,
      shipped: line.shipped,
      short: line.short,
      cancelled: line.cancelled,
    })),
    created_at: instant(pick.createdAt),
    updated_at: instant(pick.updatedAt),
  };
}

function countersView(counters: Counters): Inventory['totals'] {
  return {
    on_hand: counters.onHand,
    reserved: counters.reserved,
    picked: counters.picked,
    held: counters.held,
    available: availableOf(counters),
  };
}

export function inventoryView(rows: readonly StockRow[], totals?: Counters): Inventory {
  return {
    items: rows.map((row) => ({
      sku: row.sku,
      location: row.location,
      lot: row.lot === '' ? null : row.lot,
      ...countersView(row),
    })),
    totals: countersView(totals ?? rows.reduce<Counters>(addCounters, NO_COUNTERS)),
  };
}

export function shipmentView(shipment: ShipmentRecord) {
  return {
    shipment_id: shipment.shipmentId,
    pick_id: shipment.pickId,
    carrier: shipment.carrier,
    tracking: shipment.tracking,
    status: shipment.status,
    lines: shipment.lines.map(({ lineId, sku, qty }) => ({ line_id: lineId, sku, qty })),
    created_at: instant(shipment.createdAt),
    delivered_at: shipment.deliveredAt === null ? null : instant(shipment.deliveredAt),
  };
}

export function productView(product: Product) {
  return {
    sku: product.sku,
    name: product.name,
    reservation_policy: product.policy,
    low_mark: product.lowMark,
    over_pick_tolerance: product.overPickTolerance,
    created_at: instant(product.createdAt),
    updated_at: instant(product.updatedAt),
  };
}

export function locationView(row: Location) {
  return {
    location: row.location,
    name: row.name,
    created_at: instant(row.createdAt),
    updated_at: instant(row.updatedAt),
  };
}

export function lotView(row: Lot) {
  return {
    sku: row.sku,
    lot: row.lot,
    expires_at: row.expiresAt === null ? null : instant(row.expiresAt),
    created_at: instant(row.createdAt),
  };
}

/** A ledger row as the API shows it; `change` is what it did to the counters. */
export function movementView({ movement, pick }: MovementRow) {
  const { onHand, reserved, picked, held } = movement;
  return {
    movement_id: String(movement.id),
    at: instant(movement.at),
    kind: movement.kind,
    sku: movement.sku,
    location: movement.location,
    lot: movement.lot === '' ? null : movement.lot,
    qty: Math.abs(movement.qty) * (movement.kind === 'count' ? Math.sign(movement.qty) : 1),
    change: { on_hand: onHand, reserved, picked, held },
    to_location: movement.onHand < 0 ? movement.peerLocation : null,
    from_location: movement.onHand > 0 ? movement.peerLocation : null,
    pick_id: pick?.pickId ?? null,
    line_id: pick?.lineId ?? null,
    cause_id: movement.causeId,
    reason: movement.reason,
  };
}

/** A correction as the API shows it; a row of stock has a location, a pick line has its pick. */
export function correctionView(correction: Correction) {
  const { pickLine, location, lot } = correction;
  const slash = pickLine.indexOf('/');
  return {
    correction_id: String(correction.id),
    at: instant(correction.at),
    class: correction.class,
    sku: correction.sku,
    location: location === '' ? null : location,
    lot: lot === '' ? null : lot,
    pick_id: pickLine === '' ? null : pickLine.slice(0, slash),
    line_id: pickLine === '' ? null : pickLine.slice(slash + 1),
    before: correction.before,
    after: correction.after,
  };
}
