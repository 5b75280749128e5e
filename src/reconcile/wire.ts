import { createHash } from 'node:crypto';
import type { ReconcileBook } from '../books/reconcile-book.ts';
import type { ReconcileConfig } from '../config/reconcile.ts';
import type { Logger } from '../logger.ts';
import type { Outside } from './outside.ts';
import { withReadAhead } from './read-ahead.ts';
import { createRemoteReader } from './read-remote.ts';
import type { RunDeps } from './run-deps.ts';

export interface WireOptions
  extends Pick<RunDeps, 'tell' | 'inboxOldestAt'>, Partial<Pick<RunDeps, 'quarantined'>> {
  config: ReconcileConfig;
  book: ReconcileBook;
  outside: Outside;
  log: Logger;
}

/** Puts reconciliation together for the worker. */
export function wireReconciliation(options: WireOptions): RunDeps {
  const { config, book, outside, tell, inboxOldestAt, quarantined = () => [], log } = options;
  const { timeoutMs } = config.remote;
  const { settings, routing } = config;
  return {
    remote: withReadAhead(createRemoteReader({ outside, timeoutMs }), Date.now),
    ...{ book, settings, routing, tell, inboxOldestAt, quarantined, log },
    setup: () => setupOf(outside, routing),
    now: Date.now,
  };
}

/** Short, for it stands on every run. */
const SETUP_CHARS = 16;

/** Another bundle, another address, another way for orders: each makes another setup. */
export function setupOf(outside: Outside, routing: RunDeps['routing']): string {
  const { bundle, connections } = outside.today();
  const addresses = connections.map(({ spec, address }) => `${spec.name} ${address}`);
  const named = JSON.stringify([bundle, addresses.toSorted(), routing]);
  return createHash('sha256').update(named).digest('hex').slice(0, SETUP_CHARS);
}
