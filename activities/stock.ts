import type { Offer, StockBook } from '../src/books/stock-book.ts';
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

export type StockSeen = number | { unread: { error: string; status: number | null } };

export interface StockDeps {
  book: StockBook;
  /**
   * Units of a SKU that a warehouse can promise now; undefined when it cannot be asked at all: its
   * connection has no call for it, or is off.
   */
  stockOf(wms: string, sku: string, timeoutMs: number): Promise<StockSeen> | undefined;
  timeoutMs: number;
  settings: StockSettings;
  /** Signals an order; `gone` when its workflow has ended. */
  offer(workflowId: string, input: StockOffered): Promise<'sent' | 'gone'>;
  log: Logger;
  now: () => number;
}

/** The allocator: shares risen stock among the waiting. The worker that runs it is the only one. */
export function createStockActivities(deps: StockDeps) {
  const blind = createBlindLog(deps.log);
  return {
    /**
     * Looks at the stock of SKUs that are waited for and offers what is free, each unit once: an
     * offer counts against its SKU until its order has taken it or given it back.
     */
    async offerStock(input: { wms: string }): Promise<{ offered: number; nextLookMs: number }> {
      const { book, now } = deps;
      for (const sku of book.skusWaitedFor(input.wms, deps.settings.skusMax)) {
        const isSeen = await placeOffers(deps, input.wms, sku);
        blind.note(input.wms, isSeen);
        if (!isSeen) break;
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

/** Said once for each warehouse whose stock nobody can look at: backorders there wait for it. */
function createBlindLog(log: Logger) {
  const said = new Set<string>();
  return {
    note(wms: string, isSeen: boolean): void {
      if (isSeen) said.delete(wms);
      else if (!said.has(wms)) {
        said.add(wms);
        log.warn({ wms, why: 'its connection has no call read_stock, or is off' }, 'stock.unseen');
      }
    },
  };
}

/** False when the stock of this warehouse cannot be asked for at all. */
async function placeOffers(deps: StockDeps, wms: string, sku: string): Promise<boolean> {
  const { book, now } = deps;
  const offered = book.offeredUnits(wms, sku);
  const looking = deps.stockOf(wms, sku, deps.timeoutMs);
  if (looking === undefined) return false;
  const available = unitsIn(deps, { wms, sku, seen: await looking });
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
  return true;
}

interface Look {
  wms: string;
  sku: string;
  seen: StockSeen;
}

/** What cannot be read is not there to be promised. */
function unitsIn({ log }: StockDeps, { wms, sku, seen }: Look): number {
  if (typeof seen === 'number') return seen;
  log.warn({ wms, sku, why: seen.unread.error }, 'stock.unread');
  return 0;
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
