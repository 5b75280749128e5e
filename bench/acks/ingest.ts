import { join } from 'node:path';
import { Hono } from 'hono';
import { createMetrics } from '../../src/api/metrics.ts';
import { loadApiConfig } from '../../src/config/api.ts';
import type { Env } from '../../src/config/env.ts';
import { InboxGauge } from '../../src/inbox/gauge.ts';
import { openSqliteInbox, type SqliteInbox } from '../../src/inbox/sqlite-store.ts';
import { createConnections } from '../../src/ingest/connections.ts';
import { mountWebhooks, type WebhookEnv } from '../../src/ingest/webhooks.ts';
import { createLogger } from '../../src/logger.ts';
import { shippedReading } from '../../test/support/shipped-wiring.ts';
import { WEBHOOK_SECRET } from './signed-orders.ts';

export interface BenchIngest {
  app: Hono<WebhookEnv>;
  store: SqliteInbox;
  gauge: InboxGauge;
  pollMs: number;
}

interface IngestOptions {
  /** Where the inbox is kept. */
  folder: string;
  env: Env;
}

/**
 * The ingest of `src/api.ts` with its inbox, gauge and metrics, but nobody who takes events out.
 * The limits that protect it are lifted above any load.
 */
export function createBenchIngest({ folder, env }: IngestOptions): BenchIngest {
  const config = loadApiConfig({
    ...env,
    CROSSDOCK_API_KEY: 'not used by this bench',
    CROSSDOCK_WEBHOOK_SECRET_CRM: WEBHOOK_SECRET,
    CROSSDOCK_WEBHOOK_SECRET_TASKS: WEBHOOK_SECRET,
    CROSSDOCK_WEBHOOK_SECRET_WMS: WEBHOOK_SECRET,
    CROSSDOCK_WEBHOOK_RATE_MAX: '100000000',
    CROSSDOCK_INBOX_BACKLOG_MAX: '100000000',
  });
  const store = openSqliteInbox({ file: join(folder, 'inbox.db'), ...config.inbox });
  const gauge = new InboxGauge({
    count: () => store.backlog(),
    probeWrite: () => store.probeWrite(),
  });
  const metrics = createMetrics();
  const app = new Hono<WebhookEnv>();
  mountWebhooks(app, {
    connections: createConnections(config.connections, config.ingest),
    store,
    gauge,
    settings: config.ingest,
    reading: shippedReading,
    now: Date.now,
    outcomeOf: () => ({ order_id: null, stage: null, state: 'processing' }),
    onStored: () => undefined,
    onAnswered: (connection, outcome, seconds) => metrics.ack(connection, outcome, seconds),
    log: createLogger('api', config.logLevel),
  });
  return { app, store, gauge, pollMs: config.dispatch.pollMs };
}
