import type { WmsConfig } from '../config/wms.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { IdempotencyStore } from './store/idempotency-store.ts';

export interface PruneDeps {
  idempotency: IdempotencyStore;
  config: Pick<WmsConfig, 'idempotencyKeepMs' | 'pruneEveryMs' | 'prunePauseMs' | 'pruneBatchMax'>;
  log: Logger;
  now: () => number;
}

/** Forgets old idempotency answers, a bounded batch at a time; returns how to stop. */
export function startPruning({ idempotency, config, log, now }: PruneDeps): () => void {
  let timer = setTimeout(step, config.pruneEveryMs);
  timer.unref();
  return () => clearTimeout(timer);

  function step(): void {
    const more = prune() === config.pruneBatchMax;
    timer = setTimeout(step, more ? config.prunePauseMs : config.pruneEveryMs);
    timer.unref();
  }

  function prune(): number {
    try {
      return idempotency.prune(now() - config.idempotencyKeepMs, config.pruneBatchMax);
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'idempotency.prune_failed');
      return 0;
    }
  }
}
