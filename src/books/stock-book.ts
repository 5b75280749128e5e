import type { Sqlite } from '../db/open.ts';
import type { Waiter } from '../domain/allocate.ts';
import type { Priority } from '../domain/priority.ts';

/** Units held for a backorder until its order has taken them or given them back. */
export interface Offer {
  offerId: string;
  backorderId: string;
  orderKey: string;
  workflowId: string;
  wms: string;
  sku: string;
  qty: number;
  at: number;
}

export interface WaitingOrder extends Waiter {
  orderKey: string;
  workflowId: string;
}

/** The allocator's side of the books: who waits, and what is held for whom. */
export interface StockBook {
  /** SKUs that somebody waits for, the longest waiting first. */
  skusWaitedFor(wms: string, limit: number): string[];
  waitersFor(wms: string, sku: string): WaitingOrder[];
  offeredUnits(wms: string, sku: string): number;
  /** Offers that were never signalled, or not taken since `before` (epoch ms). */
  offersToSend(wms: string, before: number, limit: number): Offer[];
  placeOffers(offers: readonly Offer[]): void;
  markSent(offerId: string, at: number): void;
  /** The order is gone: its offers and its places on the waiting list go with it. */
  forget(orderKey: string): void;
}

interface WaitingRowSql extends Omit<WaitingOrder, 'priority'> {
  priority: string;
}

/** Waiters read for one SKU in one look. */
const WAITERS_PER_SKU_MAX = 10_000;

export function createStockBook(sqlite: Sqlite): StockBook {
  const skus = sqlite.prepare<[string, number], { sku: string }>(
    'select sku, min(since) as since from waiting where wms = ? group by sku order by since limit ?',
  );
  const waiters = sqlite.prepare<[string, string, number], WaitingRowSql>(`
    select backorder_id as backorderId, order_key as orderKey, workflow_id as workflowId, sku, qty,
      priority, promised_at as promisedAt, since, not_before as notBefore
    from waiting where wms = ? and sku = ?
      and not exists (select 1 from offers where offers.backorder_id = waiting.backorder_id)
    order by since limit ?`);
  const offered = sqlite.prepare<[string, string], { units: number }>(
    'select coalesce(sum(qty), 0) as units from offers where wms = ? and sku = ?',
  );
  const unsent = sqlite.prepare<[string, number, number], Offer>(`
    select offer_id as offerId, backorder_id as backorderId, order_key as orderKey,
      workflow_id as workflowId, wms, sku, qty, at
    from offers where wms = ? and coalesce(signalled_at, 0) < ? order by at limit ?`);
  const add = sqlite.prepare(`
    insert into offers (offer_id, backorder_id, order_key, workflow_id, wms, sku, qty, at)
    values (@offerId, @backorderId, @orderKey, @workflowId, @wms, @sku, @qty, @at)
    on conflict do nothing`);
  const sent = sqlite.prepare('update offers set signalled_at = ? where offer_id = ?');
  const dropOffers = sqlite.prepare('delete from offers where order_key = ?');
  const dropWaiting = sqlite.prepare('delete from waiting where order_key = ?');

  const placeAll = sqlite.transaction((rows: readonly Offer[]) => {
    for (const row of rows) add.run(row);
  });
  const forgetAll = sqlite.transaction((orderKey: string) => {
    dropOffers.run(orderKey);
    dropWaiting.run(orderKey);
  });

  return {
    skusWaitedFor: (wms, limit) => skus.all(wms, limit).map((row) => row.sku),
    waitersFor: (wms, sku) =>
      waiters
        .all(wms, sku, WAITERS_PER_SKU_MAX)
        .map((row) => ({ ...row, priority: row.priority as Priority })),
    offeredUnits: (wms, sku) => offered.get(wms, sku)?.units ?? 0,
    offersToSend: (wms, before, limit) => unsent.all(wms, before, limit),
    placeOffers: (rows) => placeAll.immediate(rows),
    markSent: (offerId, at) => {
      sent.run(at, offerId);
    },
    forget: (orderKey) => forgetAll.immediate(orderKey),
  };
}
