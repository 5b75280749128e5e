import type { WmsConfig } from '../config/wms.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { expireLot } from './operations/expire-lot.ts';
import type { LotExpiry } from './store/lot-store.ts';
import type { ProductStore } from './store/product-store.ts';
import type { Writes } from './writes.ts';

export interface ExpiryDeps {
  products: ProductStore;
  writes: Writes;
  config: Pick<WmsConfig, 'timeScale' | 'expiryEveryMs' | 'expiryBatchMax'>;
  log: Logger;
  now: () => number;
}

/**
 * Takes lots out of use when their time comes, from the oldest on at each start; returns how to
 * stop. Goods that come to an expired lot later are held by the change that brings them.
 */
export function startExpiry(deps: ExpiryDeps): () => Promise<void> {
  const { products, writes, config, log, now } = deps;
  let after: LotExpiry = { expiresAt: -1, sku: '', lot: '' };
  let stopped = false;
  let sweeping = Promise.resolve();
  let timer = setTimeout(step, 0);
  return () => {
    stopped = true;
    clearTimeout(timer);
    return sweeping;
  };

  function step(): void {
    sweeping = sweep().catch((error: unknown) => {
      log.warn({ reason: messageOf(error) }, 'lots.expiry_failed');
    });
    void sweeping.then(() => {
      if (stopped) return;
      timer = setTimeout(step, config.expiryEveryMs * config.timeScale);
      timer.unref();
    });
  }

  async function sweep(): Promise<void> {
    const limit = config.expiryBatchMax;
    for (;;) {
      const lots = products.expiringLots({ after, upTo: now(), limit });
      for (const lot of lots) {
        if (stopped) return;
        await writes.run({
          ...{ scope: 'expiry', key: undefined, requestHash: '', requestId: 'expiry' },
          change(work) {
            expireLot(work, lot);
            return { status: 200, body: () => null };
          },
        });
        after = lot;
      }
      if (lots.length < limit) return;
    }
  }
}
