import { join } from 'node:path';
import { createReconcileBook } from '../../src/books/reconcile-book.ts';
import * as booksSchema from '../../src/books/schema.ts';
import { linkSettings } from '../../src/config/connections.ts';
import { processEnv } from '../../src/config/env.ts';
import { loadReconcileConfig } from '../../src/config/reconcile.ts';
import { loadWorkerConfig } from '../../src/config/worker.ts';
import { createConnections } from '../../src/connections/connections.ts';
import { openDatabase } from '../../src/db/open.ts';
import { createLogger } from '../../src/logger.ts';
import { readMappingFiles } from '../../src/mapping/load.ts';
import { beginRun, runPage, type RunProgress } from '../../src/reconcile/run-page.ts';
import { wireReconciliation } from '../../src/reconcile/wire.ts';
import { compileWiring } from '../../src/wiring/compile.ts';
import { shippedDirectory } from '../../src/wiring/shipped.ts';
import { benchInput } from '../lib/child.ts';
import { BUNDLE } from './agreed-orders.ts';
import { servePasses } from './serve-passes.ts';
import type { Systems } from './systems.ts';

/** Ours: a whole T3 run, page by page as its activity makes them, with the worker's own limits. */
const { folder, crmUrl, wmsUrl, tasksUrl, wmsToken } = benchInput<Systems>();
const env = {
  ...processEnv(),
  CROSSDOCK_DATA_DIR: folder,
  CROSSDOCK_CRM_URL: crmUrl,
  CROSSDOCK_WMS_URL: wmsUrl,
  CROSSDOCK_TASKS_URL: tasksUrl,
  CROSSDOCK_WMS_TOKEN: wmsToken,
};
const log = createLogger('worker', 'error');
const { sqlite } = openDatabase(booksSchema, {
  file: join(folder, 'books.db'),
  migrations: 'src/books/migrations',
  synchronous: 'NORMAL',
});
const compiled = compileWiring(readMappingFiles(shippedDirectory()));
if (!('wiring' in compiled)) throw new Error('the shipped mappings do not compile');
/** By the name that the bench's orders are pinned to. */
const wiring = { ...compiled.wiring, hash: BUNDLE };
const connections = createConnections({
  config: loadWorkerConfig(env),
  wirings: {
    active: () => wiring,
    get: (hash) => Promise.resolve(hash === BUNDLE ? wiring : undefined),
  },
  settingsOf: (spec) => linkSettings(spec, env),
  linkTo: () => '',
  log,
});
const book = createReconcileBook(sqlite);
const deps = wireReconciliation({
  config: loadReconcileConfig(env),
  book,
  outside: connections,
  tell: () => Promise.reject(new Error('no order of the bench has anything to be told')),
  inboxOldestAt: () => null,
  log,
});

let runs = 0;
servePasses(reconcileAll, async () => {
  await connections.close();
  sqlite.close();
});

/** Answers how many records were compared; a run that was held up measured nothing. */
async function reconcileAll(): Promise<number> {
  runs += 1;
  const request = { kind: 'T3', mode: 'repair', connection: null, orderId: null } as const;
  let progress: RunProgress | null = beginRun(deps, { runId: `RC-${runs}`, ...request });
  while (progress !== null) progress = await runPage(deps, progress);
  const run = book.run(`RC-${runs}`);
  if (run?.status !== 'completed' || run.counts !== '{}' || run.brakes !== '{}' || run.gets > 0) {
    throw new Error(`the orders of the bench do not agree: ${JSON.stringify(run)}`);
  }
  // Our own walk over open orders is counted beside the three listings.
  return run.scanned - run.openOrders;
}
