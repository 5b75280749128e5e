import { join } from 'node:path';
import { Hono } from 'hono';
import { createMetrics } from '../../src/api/metrics.ts';
import { loadApiConfig } from '../../src/config/api.ts';
import { processEnv } from '../../src/config/env.ts';
import { InboxGauge } from '../../src/inbox/gauge.ts';
import { openSqliteInbox } from '../../src/inbox/sqlite-store.ts';
import { createConnections } from '../../src/ingest/connections.ts';
import { mountWebhooks, type WebhookEnv } from '../../src/ingest/webhooks.ts';
import { createLogger } from '../../src/logger.ts';
import { benchInput } from '../lib/child.ts';
import { serveUntilStopped, type ServerInput } from './serve-bench.ts';
import { WEBHOOK_SECRET } from './signed-orders.ts';
import { slowCommits } from './slow-commit.ts';

/**
 * The ingest of `src/api.ts` with its inbox, gauge and metrics, but nobody who takes events out:
 * there is no Temporal in this row. The limits that protect it are lifted above the load.
 */
const { folder, commitDelayMs } = benchInput<ServerInput>();
slowCommits(commitDelayMs);
const config = loadApiConfig({
  ...processEnv(),
  CROSSDOCK_API_KEY: 'not used by this bench',
  CROSSDOCK_WEBHOOK_SECRET_CRM: WEBHOOK_SECRET,
  CROSSDOCK_WEBHOOK_SECRET_TASKS: WEBHOOK_SECRET,
  CROSSDOCK_WEBHOOK_SECRET_WMS: WEBHOOK_SECRET,
  CROSSDOCK_WEBHOOK_RATE_MAX: '100000000',
  CROSSDOCK_INBOX_BACKLOG_MAX: '100000000',
});
const log = createLogger('api', config.logLevel);
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
  now: Date.now,
  outcomeOf: () => {
    throw new Error('The load of this row repeats no event');
  },
  onStored: () => undefined,
  onAnswered: (connection, outcome, seconds) => metrics.ack(connection, outcome, seconds),
  log,
});
gauge.start(config.dispatch.pollMs, (error) => log.error({ err: error }, 'inbox.count_failed'));
await serveUntilStopped(app, () => {
  gauge.stop();
  void store.close();
});
