import { InventorySchema } from '../src/contracts/inventory.ts';
import type { Offer, StockBook } from '../src/books/stock-book.ts';
import { isOk } from '../src/connections/attempt.ts';
import type { HttpClient } from '../src/connections/http.ts';
import { allocate } from '../src/domain/allocate.ts';
import type { StockOffered } from '../src/domain/inputs.ts';
import type { Logger } from '../src/logger.ts';

export interface StockSettings {
  ageingMs: number;
  resendMs: number;
  offersMax: number;
  skusMax: number;
  /** Pause between looks when no event wakes the allocator. */
  lookEveryMs: number;
}

export interface StockDeps {
  book: StockBook;
  wmsHttp: HttpClient;
  timeoutMs: number;
  settings: StockSettings;
  /** Signals an order; `gone` when its workflow has ended. */
  offer(workflowId: string, input: StockOffered): Promise<'sent' | 'gone'>;
  log: Logger;
  now: () => number;
}

/** The allocator: shares risen stock among the waiting. The worker that runs it is the only one. */
export function createStockActivities(deps: StockDeps) {
  return {
    /**
     * Looks at the stock of SKUs that are waited for and offers what is free, each unit once: an
     * offer counts against its SKU until its order has taken it or given it back.
     */
    async offerStock(input: { wms: string }): Promise<{ offered: number; nextLookMs: number }> {
      const { book, now } = deps;
      for (const sku of book.skusWaitedFor(input.wms, deps.settings.skusMax)) {
        await placeOffers(deps, input.wms, sku);
      }
      const due = book.offersToSend(
        input.wms,
        now() - deps.settings.resendMs,
        deps.settings.offersMax,
      );
      for (const offer of due) await sendOffer(deps, offer);
      return { offered: due.length, nextLookMs: deps.settings.lookEveryMs };
    },
  };
}

async function placeOffers(deps: StockDeps, wms: string, sku: string): Promise<void> {
  const { book, now } = deps;
  const offered = book.offeredUnits(wms, sku);
  const available = await availableOf(deps, sku);
  const waiters = book.waitersFor(wms, sku);
  const orders = new Map(waiters.map((waiter) => [waiter.backorderId, waiter]));
  const free = new Map([[sku, available - Math.max(offered, book.offeredUnits(wms, sku))]]);
  const at = now();
  const allotments = allocate({ free, waiters, now: at, ageingMs: deps.settings.ageingMs });
  book.placeOffers(
    allotments.flatMap(({ backorderId, qty }): Offer[] => {
      const waiter = orders.get(backorderId);
      if (waiter === undefined) return [];
      const { orderKey, workflowId } = waiter;
      const offerId = `${backorderId}@${at}`;
      return [{ offerId, backorderId, orderKey, workflowId, wms, sku, qty, at }];
    }),
  );
}

async function availableOf(deps: StockDeps, sku: string): Promise<number> {
  const path = `/inventory?sku=${encodeURIComponent(sku)}`;
  const result = await deps.wmsHttp.call({ method: 'GET', path }, deps.timeoutMs);
  const inventory = isOk(result) ? InventorySchema.safeParse(result.body).data : undefined;
  if (inventory === undefined) {
    const why = result.kind === 'answer' ? `HTTP ${result.status}` : result.error;
    deps.log.warn({ sku, why }, 'stock.unread');
    return 0;
  }
  return inventory.totals.available;
}

async function sendOffer(deps: StockDeps, offer: Offer): Promise<void> {
  const sent = await deps.offer(offer.workflowId, {
    type: 'stock_offered',
    connection: 'allocator',
    eventId: offer.offerId,
    receivedAt: offer.at,
    backorderId: offer.backorderId,
    qty: offer.qty,
  });
  if (sent === 'sent') deps.book.markSent(offer.offerId, deps.now());
  else deps.book.forget(offer.orderKey);
  deps.log.info(
    { workflowId: offer.workflowId, sku: offer.sku, qty: offer.qty, outcome: sent },
    'stock.offered',
  );
}
