import { join } from 'node:path';
import { Hono } from 'hono';
import { createActionPage } from './action-page/create-action-page.tsx';
import { createApi } from './api/app.ts';
import { loadOperatorsLimits } from './api/config.ts';
import { createMetrics } from './api/metrics.ts';
import { createBooksReader, type BooksReader } from './books/read.ts';
import { loadActionPageSettings } from './config/action-page.ts';
import { loadApiConfig, type ConnectionSettings } from './config/api.ts';
import { missingIn, webhookConnections } from './config/connections.ts';
import { loadMappingsSettings } from './config/mappings.ts';
import { processEnv } from './config/env.ts';
import { loadOrdersConfig } from './config/orders.ts';
import { loadOperationsSettings } from './config/operations.ts';
import { loadSecretsSettings } from './config/secrets.ts';
import { isEcho } from './domain/echo.ts';
import type { OrderAddress } from './domain/ids.ts';
import type { OrderInput } from './domain/inputs.ts';
import { actionLink } from './http/action-link.ts';
import { errorHandler, notFoundHandler } from './http/errors.ts';
import { serveApp } from './http/serve.ts';
import { Dispatcher } from './inbox/dispatcher.ts';
import { InboxGauge } from './inbox/gauge.ts';
import { PruneJob } from './inbox/prune-job.ts';
import { openSqliteInbox } from './inbox/sqlite-store.ts';
import { createConnectionDesk } from './ingest/connection-desk.ts';
import { createConnections } from './ingest/connections.ts';
import { createOutcomes } from './ingest/outcome.ts';
import { mountWebhooks, type WebhookEnv } from './ingest/webhooks.ts';
import { createLogger } from './logger.ts';
import { createEventReading } from './normalise/event-reading.ts';
import { createOperations } from './operations/operations.ts';
import { createAskOrder } from './temporal/ask-order.ts';
import { createStartRun } from './temporal/start-reconciliation.ts';
import { createKeyring } from './secrets/keyring.ts';
import { openConnectionStore } from './secrets/store.ts';
import { loadSlaTerms } from './sla/terms.ts';
import { serveMappings } from './shadow/serve-mappings.ts';
import { announceReady, onStopRequested } from './supervisor/child.ts';
import { loadTemporalTarget, openTemporalClient } from './temporal/connect.ts';
import { createOrderSignals } from './temporal/order-signals.ts';
import { orderStart } from './wiring/order-start.ts';

/** Stages in which an order's workflow has ended. */
const CLOSED = new Set(['FULFILLED', 'CLOSED_SHORT', 'CANCELLED', 'ORPHANED']);

const config = loadApiConfig(processEnv());
const log = createLogger('api', config.logLevel);
const target = loadTemporalTarget(processEnv());
const limits = loadOperatorsLimits(processEnv());
const secretsSettings = loadSecretsSettings(processEnv());
const ordersConfig = loadOrdersConfig(processEnv());
const operationsSettings = loadOperationsSettings(processEnv());
const pageSettings = loadActionPageSettings(processEnv());
const sla = loadSlaTerms({ ...ordersConfig, now: Date.now() });

const store = openSqliteInbox({ file: join(config.dataDir, 'inbox.db'), ...config.inbox });
const gauge = new InboxGauge({
  count: () => store.backlog(),
  probeWrite: () => store.probeWrite(),
});
await gauge.refresh();
const books = createBooksReader({ file: join(config.dataDir, 'books.db'), ...limits.books });
const metrics = createMetrics();
const client = openTemporalClient(target);
const startDefaults = {
  routing: config.routing,
  policy: { ...ordersConfig.policy, sla },
  timeScale: config.timeScale,
};
const mappings = await serveMappings({
  settings: loadMappingsSettings(processEnv()),
  inbox: store,
  books,
  defaults: startDefaults,
  missingOf: missingIn(processEnv()),
  onActivated: () => connections.use(connectionSettings()),
  log,
});
const reading = createEventReading(mappings.active);
const signals = createOrderSignals({
  client,
  timeoutMs: config.dispatch.callTimeoutMs,
  startOf: ({ connection }) => orderStart(mappings.active(), connection, startDefaults),
});
const operations = createOperations({
  file: join(config.dataDir, 'ops.db'),
  books,
  inbox: store,
  orders: signals,
  ask: createAskOrder({
    client,
    answerOf: books.answerOf,
    timeoutMs: config.askTimeoutMs,
    pollMs: config.askPollMs,
  }),
  actionNews: { ladder: sla.ladder.map((rung) => rung.name), linkOf },
  normalise: reading.normalise,
  backlog: () => gauge.read(),
  mappings: mappings.complaint,
  settings: operationsSettings,
  log,
});
const dispatcher = new Dispatcher({
  store,
  signals,
  isClosed: closedIn(books),
  isEcho: echoIn(books),
  normalise: reading.normalise,
  settings: config.dispatch,
  log,
  onHandedOver: (outcome, events) => metrics.dispatched(outcome, events),
  onSettled: (events) => gauge.settled(events),
});
const pruning = new PruneJob({
  store,
  settings: config.inbox,
  everyMs: config.inbox.pruneEveryMs,
  now: Date.now,
  log,
});

const connectionStore = openConnectionStore(join(config.dataDir, 'connections.db'));
const { pauses } = connectionStore;
const keyring = createKeyring({
  connections: connectionSettings,
  store: connectionStore,
  settings: secretsSettings,
  now: Date.now,
});
const paused = pauses.all();
const connections = createConnections(connectionSettings(), config.ingest, {
  secretsOf: keyring.of,
  pausedOf: (name) => paused.get(name) ?? null,
});
const desk = createConnectionDesk({
  settings: connectionSettings,
  connections,
  keyring,
  pauses,
  now: Date.now,
});

const app = new Hono<WebhookEnv>();
app.onError(errorHandler(log));
app.notFound(notFoundHandler);
mountWebhooks(app, {
  connections,
  store,
  gauge,
  settings: config.ingest,
  reading,
  now: Date.now,
  outcomeOf: createOutcomes(books),
  onStored: () => dispatcher.wake(),
  onAnswered: (connection, outcome, seconds) => metrics.ack(connection, outcome, seconds),
  log,
});
app.route(
  '/',
  createActionPage({
    books,
    operations,
    apiKey: config.apiKey,
    settings: pageSettings,
    timeZone: sla.calendar.zone,
    log,
  }),
);
app.route(
  '/',
  createApi({
    inbox: store,
    books,
    operations,
    mappings: mappings.port,
    readings: {
      inbox: gauge,
      temporal: dispatcher,
      mappings: mappings.state,
      backlogMax: config.ingest.backlogMax,
    },
    connections: { port: desk, limits: secretsSettings },
    startReconciliation: createStartRun(client, config.dispatch.callTimeoutMs),
    crmConnections: connectionSettings()
      .filter((one) => one.kind === 'crm')
      .map((one) => one.name),
    metrics,
    config: {
      apiKey: config.apiKey,
      links: { ...config.links, temporalNamespace: target.namespace },
      limits,
    },
    log,
  }),
);

const server = await serveApp({ app, hostname: config.host, port: config.port });
dispatcher.start();
gauge.start(config.dispatch.pollMs, (error) => log.error({ err: error }, 'inbox.count_failed'));
pruning.start();
operations.start();
mappings.watch();
onStopRequested(stop);
log.info({ port: server.port, connections: connectionSettings().length }, 'api.ready');
announceReady({ port: server.port });

/** What is accepted is answered and committed, and calls in flight are settled, before it ends. */
async function stop(): Promise<void> {
  await Promise.all([
    server.close(config.stopGraceMs),
    dispatcher.stop(config.stopGraceMs),
    pruning.stop(),
  ]);
  gauge.stop();
  await mappings.stop();
  await operations.stop();
  await client.connection.close();
  books.close();
  connectionStore.close();
  await store.close();
  log.info('api.stopped');
}

/** The default connections, those of the files of today, and those of the environment, which win. */
function connectionSettings(): readonly ConnectionSettings[] {
  const { on, off } = webhookConnections(mappings.active().connections.values(), processEnv());
  for (const { name, missing } of off) log.debug({ connection: name, missing }, 'connection.off');
  const all = [...config.connections, ...on, ...config.furtherConnections];
  return [...new Map(all.map((one) => [one.name, one])).values()];
}

/** Asked for only once the server listens, on a port that it may have chosen itself. */
function linkOf(actionId: string): string {
  const { origin, secret } = pageSettings.links;
  return actionLink(origin ?? `http://${config.host}:${server.port}`, secret, actionId);
}

/** Books that cannot be read hold nothing, so that every event is told. */
function echoIn(reader: BooksReader): (order: OrderAddress, input: OrderInput) => boolean {
  return (order, input) => {
    if (input.type !== 'task_reported' && input.type !== 'pick_reported') return false;
    try {
      const found = reader.orders.find(order);
      return found !== undefined && isEcho(found.view, input);
    } catch {
      return false;
    }
  };
}

/** Books that cannot be read say nothing: the workflow then answers for itself. */
function closedIn(reader: BooksReader): (order: OrderAddress) => boolean {
  return (order) => {
    try {
      return CLOSED.has(reader.orders.stageOf(order) ?? '');
    } catch {
      return false;
    }
  };
}
