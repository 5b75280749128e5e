import type { WmsConfig } from '../config/wms.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { IdempotencyStore } from './store/idempotency-store.ts';

export interface PruneDeps {
  idempotency: IdempotencyStore;
  config: Pick<WmsConfig, 'idempotencyKeepMs' | 'pruneEveryMs' | 'pruneBatchMax'>;
  log: Logger;
  now: () => number;
}

/** Forgets old idempotency answers, a bounded batch at a time; returns how to stop. */
export function startPruning({ idempotency, config, log, now }: PruneDeps): () => void {
  const timer = setInterval(() => {
    try {
      idempotency.prune(now() - config.idempotencyKeepMs, config.pruneBatchMax);
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'idempotency.prune_failed');
    }
  }, config.pruneEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}
