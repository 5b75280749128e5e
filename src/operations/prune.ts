import type { Sqlite } from '../db/open.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { NewsStore } from './actions/news-store.ts';
import type { AlertStore } from './alerts/alert-store.ts';
import type { Replays } from './replays/replays.ts';

interface PruneOptions {
  sqlite: Sqlite;
  replays: Pick<Replays, 'prune'>;
  alerts: Pick<AlertStore, 'prune'>;
  news: Pick<NewsStore, 'prune'>;
  /** Of finished replays, resolved alerts and closed actions. */
  keepMs: number;
  deliveries: { retentionMs: number; pruneBatchMax: number };
  now: () => number;
  log: Logger;
}

/** Forgets what is settled and old: the returned function does one round, and never throws. */
export function createPrune(options: PruneOptions): () => void {
  const { sqlite, replays, alerts, news, keepMs, deliveries, now, log } = options;
  const pruneDeliveries = sqlite.prepare(`DELETE FROM deliveries WHERE seq IN
    (SELECT seq FROM deliveries WHERE created_at < ? AND status <> 'pending'
     ORDER BY created_at LIMIT ?)`);
  return () => {
    try {
      pruneDeliveries.run(now() - deliveries.retentionMs, deliveries.pruneBatchMax);
      replays.prune(now() - keepMs);
      alerts.prune(now() - keepMs);
      news.prune(now() - keepMs);
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'operations.prune_failed');
    }
  };
}
