import type { Envelope } from '../contracts/envelope.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { needsAlert } from './domain/alert.ts';
import { MovementWriter, type Availability } from './movement-writer.ts';
import { holdExpired } from './operations/expire-lot.ts';
import { refillUnfilled } from './operations/refill.ts';
import type { AuditStore } from './store/audit-store.ts';
import type { PickStore } from './store/pick-store.ts';
import type { ProductStore } from './store/product-store.ts';
import type { ShipmentStore } from './store/shipment-store.ts';
import type { StockStore } from './store/stock-store.ts';

export interface Stores {
  stock: StockStore;
  picks: PickStore;
  products: ProductStore;
  shipments: ShipmentStore;
  audits: AuditStore;
}

export interface WmsEvent {
  id: string;
  type: string;
  payload: Record<string, unknown>;
}

/** One change of the warehouse inside one transaction: its clock, its stock writer, its events. */
export interface Work {
  now: number;
  stores: Stores;
  writer: MovementWriter;
  emit(event: WmsEvent): void;
}

export interface WorkDeps {
  stores: Stores;
  delivery: Pick<Delivery, 'enqueue'>;
  now: () => number;
}

/** Name of this system in the envelopes of its events. */
const SOURCE = 'wms';

/**
 * Runs one change. Must be called inside a transaction: stock, picks and the outbox are written
 * by it together. Units that became available go first to picks that are short on the floor, and
 * are held when their lot has expired.
 */
export function runWork<R>(deps: WorkDeps, change: (work: Work) => R): R {
  const now = deps.now();
  const work: Work = {
    now,
    stores: deps.stores,
    writer: new MovementWriter(deps.stores.stock, now),
    emit: (event) => {
      const body = JSON.stringify(envelopeOf(event, now));
      deps.delivery.enqueue({ eventId: event.id, eventType: event.type, body, at: now });
    },
  };
  const result = change(work);
  for (const sku of work.writer.risenSkus()) {
    holdExpired(work, sku);
    refillUnfilled(work, sku);
  }
  for (const availability of work.writer.flush()) alert(work, availability);
  return result;
}

function envelopeOf(event: WmsEvent, now: number): Envelope {
  return {
    event_id: event.id,
    event_type: event.type,
    event_version: '1.0',
    timestamp: new Date(now).toISOString(),
    source: SOURCE,
    payload: event.payload,
  };
}

function alert(work: Work, availability: Availability): void {
  const { sku, location, previous, available, cause, source } = availability;
  const lowMark = work.stores.products.findProduct(sku)?.lowMark ?? 0;
  // What others were told of before was wrong, so they hear of every correction.
  if (cause !== 'audit' && !needsAlert({ previous, available, lowMark })) return;
  work.emit({
    id: `evt_wms_inv_${source}`,
    type: 'INVENTORY.ALERT',
    payload: {
      ...{ sku, location, available, previous, cause },
      occurred_at: new Date(work.now).toISOString(),
    },
  });
}
