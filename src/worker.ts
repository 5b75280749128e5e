import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeConnection } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import * as booksSchema from './books/schema.ts';
import { createReconcileBook } from './books/reconcile-book.ts';
import { createStockBook } from './books/stock-book.ts';
import { prepareWriteStep } from './books/write-step.ts';
import { linkSettings } from './config/connections.ts';
import { loadLinksConfig } from './config/links.ts';
import { loadMappingsSettings } from './config/mappings.ts';
import { loadOrdersConfig } from './config/orders.ts';
import { loadReconcileConfig } from './config/reconcile.ts';
import { loadWorkerConfig } from './config/worker.ts';
import { processEnv } from './config/env.ts';
import { createConnections } from './connections/connections.ts';
import { GroupCommit } from './db/group-commit.ts';
import { openDatabase } from './db/open.ts';
import { messageOf } from './errors.ts';
import { actionLink } from './http/action-link.ts';
import { quarantineCounts } from './inbox/quarantine-counts.ts';
import { oldestWaitingAt } from './inbox/oldest-waiting.ts';
import { createLogger } from './logger.ts';
import { wireReconciliation } from './reconcile/wire.ts';
import { followMappings } from './shadow/follow-mappings.ts';
import { loadSlaTerms } from './sla/terms.ts';
import { announceReady, onStopRequested } from './supervisor/child.ts';
import {
  connectTemporalWorker,
  loadTemporalTarget,
  openTemporalClient,
} from './temporal/connect.ts';
import { offerToOrder, wakeAllocator } from './temporal/order-offers.ts';
import { createOrderSignals } from './temporal/order-signals.ts';
import { keepSchedules } from './temporal/reconcile-schedules.ts';
import { createWorker, installRuntime } from './temporal/run-worker.ts';
import { createTellOrder } from './temporal/tell-order.ts';
import { orderStart } from './wiring/order-start.ts';

const config = loadWorkerConfig(processEnv());
const log = createLogger('worker', config.logLevel);
const target = loadTemporalTarget(processEnv());
installRuntime(log);

const { sqlite } = openDatabase(booksSchema, {
  file: join(config.dataDir, 'books.db'),
  migrations: 'src/books/migrations',
  synchronous: 'NORMAL',
});
const client = openTemporalClient(target);
const links = loadLinksConfig(processEnv());
const mappings = await followMappings({ settings: loadMappingsSettings(processEnv()), log });
const ordersConfig = loadOrdersConfig(processEnv());
const reconcileConfig = loadReconcileConfig(processEnv());
const connections = createConnections({
  config,
  wirings: mappings,
  settingsOf: (spec) => linkSettings(spec, processEnv()),
  linkTo: (actionId) => actionLink(links.publicUrl, links.linkSecret, actionId),
  listingBytesMax: reconcileConfig.remote.answerBytesMax,
  log,
});

const startDefaults = {
  routing: reconcileConfig.routing,
  policy: { ...ordersConfig.policy, sla: loadSlaTerms({ ...ordersConfig, now: Date.now() }) },
  timeScale: config.timeScale,
};
const orderSignals = createOrderSignals({
  client,
  timeoutMs: reconcileConfig.signalTimeoutMs,
  startOf: ({ connection }) => orderStart(mappings.active(), connection, startDefaults),
});
const reconciliation = wireReconciliation({
  config: reconcileConfig,
  book: createReconcileBook(sqlite),
  tell: createTellOrder({
    client,
    deliver: (batch) => orderSignals.deliver(batch),
    timeoutMs: reconcileConfig.signalTimeoutMs,
  }),
  inboxOldestAt: () => oldestWaitingAt(join(config.dataDir, 'inbox.db')),
  outside: connections,
  quarantined: (since) => quarantineCounts(join(config.dataDir, 'inbox.db'), since),
  log,
});

const activities = createActivities({
  books: {
    steps: new GroupCommit({ sqlite, write: prepareWriteStep(sqlite), ...config.books }),
    stockWanted: (wms) => wake(wms),
  },
  commands: { connections, calls: config.calls, log, now: Date.now, random: Math.random },
  stock: {
    book: createStockBook(sqlite),
    stockOf: connections.stockOf,
    timeoutMs: config.calls.timeoutMs,
    settings: config.stock,
    offer: (workflowId, input) => offerToOrder(client, workflowId, input),
    log,
    now: Date.now,
  },
  reconcile: reconciliation,
});

const connection = await connectPatiently();
const worker = await createWorker({
  connection,
  namespace: target.namespace,
  activities,
  settings: config.worker,
});
const stopping = new AbortController();
onStopRequested(async () => {
  stopping.abort();
  worker.shutdown();
  await ended;
});
const ended = run();
for (const { spec } of connections.today().connections) if (spec.kind === 'wms') wake(spec.name);
void keepSchedules({
  client,
  settings: reconcileConfig,
  retryMs: reconcileConfig.scheduleRetryMs,
  signal: stopping.signal,
  log,
});
announceReady({});
log.info({ temporal: target.address, namespace: target.namespace }, 'worker.ready');
await ended;

async function run(): Promise<void> {
  try {
    await worker.run();
  } catch (error) {
    log.fatal({ err: error }, 'worker.failed');
    process.exitCode = 1;
  }
  stopping.abort();
  await connections.close();
  mappings.close();
  await connection.close();
  sqlite.close();
}

/** Temporal may come up after us: what is acked waits in the inbox, so we wait too. */
async function connectPatiently(): Promise<NativeConnection> {
  for (;;) {
    try {
      return await connectTemporalWorker(target);
    } catch (error) {
      log.warn({ error: messageOf(error), temporal: target.address }, 'worker.waits_for_temporal');
      await sleep(config.worker.temporalRetryMs);
    }
  }
}

/** Best effort: the allocator looks by itself from time to time. */
function wake(wms: string): void {
  wakeAllocator(client, wms, []).catch((error: unknown) => {
    log.warn({ error: messageOf(error) }, 'allocator.not_woken');
  });
}
