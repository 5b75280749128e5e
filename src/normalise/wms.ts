import { InventoryAlertSchema } from '../contracts/inventory.ts';
import { PickEventSchema, type PickEvent } from '../contracts/picks.ts';
import { DEFAULT_CRM, orderOfPickKey, type OrderAddress } from '../domain/ids.ts';
import type { PickReported } from '../domain/inputs.ts';
import { defineEvent, type EventReader, type Fact } from './definition.ts';
import { CONNECTION_NAME, orderLane, stockLane } from './lane.ts';

/** Our own reference names the order for certain; without one the default CRM's id has to do. */
function orderOf(payload: PickEvent): OrderAddress {
  const ours = payload.reference == null ? undefined : orderOfPickKey(payload.reference);
  return ours !== undefined && CONNECTION_NAME.test(ours.connection)
    ? ours
    : { connection: DEFAULT_CRM, orderId: payload.order_id };
}

function reported(payload: PickEvent, fact: Fact, counts: PickReported['counts']): PickReported {
  return {
    type: 'pick_reported',
    ...fact,
    pickId: payload.pick_id,
    reference: payload.reference ?? null,
    status: payload.status,
    sequence: payload.sequence,
    counts,
    lines: payload.lines.map((line) => ({
      lineId: line.line_id,
      sku: line.sku,
      delta: line.delta,
      cumulative: line.cumulative,
      short: line.short,
      cancelled: line.cancelled ?? null,
    })),
  };
}

function pickEvent(counts: PickReported['counts'], confirms: boolean): EventReader {
  return defineEvent({
    payload: PickEventSchema,
    confirms,
    lane: (payload) => orderLane(orderOf(payload)),
    normalise: (payload, fact) => ({
      to: 'order',
      order: orderOf(payload),
      input: reported(payload, fact, counts),
    }),
  });
}

export const WMS_EVENTS: Record<string, EventReader> = {
  'PICK.CREATED': pickEvent('picked', true),
  'PICK.ASSIGNED': pickEvent('picked', true),
  'PICK.IN_PROGRESS': pickEvent('picked', true),
  'PICK.PARTIAL': pickEvent('picked', false),
  'PICK.COMPLETED': pickEvent('picked', false),
  'PICK.CANCELLED': pickEvent('picked', false),
  'SHIPMENT.CREATED': pickEvent('shipped', false),
  'SHIPMENT.DELIVERED': pickEvent('shipped', false),
  /** Only a rise can fill a backorder; every rise has an alert of its own. */
  'INVENTORY.ALERT': defineEvent({
    payload: InventoryAlertSchema,
    confirms: false,
    lane: (payload, connection) =>
      payload.available > payload.previous ? stockLane(connection) : null,
    normalise: (payload, fact) =>
      payload.available > payload.previous
        ? { to: 'stock', wms: fact.connection, sku: payload.sku }
        : null,
  }),
};
