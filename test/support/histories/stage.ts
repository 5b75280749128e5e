import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { pino } from 'pino';
import { createActivities } from '../../../activities/index.ts';
import * as booksSchema from '../../../src/books/schema.ts';
import { createStockBook } from '../../../src/books/stock-book.ts';
import { prepareWriteStep } from '../../../src/books/write-step.ts';
import type { OrderView } from '../../../src/contracts/operators.ts';
import { GroupCommit } from '../../../src/db/group-commit.ts';
import { openDatabase, type Sqlite } from '../../../src/db/open.ts';
import type { OrderInput } from '../../../src/domain/inputs.ts';
import { DEFAULT_ORDER_POLICY, type OrderPolicy } from '../../../src/domain/policy.ts';
import { offerToOrder, wakeAllocator } from '../../../src/temporal/order-offers.ts';
import { createOrderSignals } from '../../../src/temporal/order-signals.ts';
import { createWorker } from '../../../src/temporal/run-worker.ts';
import { eventually } from '../eventually.ts';
import { createSystems, type Systems } from './systems.ts';
import { createWarehouse, type Warehouse } from './warehouse.ts';

/** Crossdock's own worker, books and signals on a real server; only the outside is made up. */
export interface RecordingStage {
  client: Client;
  warehouse: Warehouse;
  systems: Systems;
  tell(orderId: string, ...inputs: OrderInput[]): Promise<void>;
  /** Waits until the order's books look so. */
  until(orderId: string, look: (view: OrderView) => boolean): Promise<OrderView>;
  wakeAllocator(): Promise<void>;
  /** Ids of the dead letters that this order waits for. */
  deadLetters(orderId: string): string[];
  runUntil<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface RecordingOptions {
  address: string;
  namespace: string;
  /** Where the books go. */
  folder: string;
  policy: Partial<OrderPolicy>;
}

const STEP_WAIT_MS = 30_000;
const CALL_MS = 5000;
const RETRY = { initialMs: 20, factor: 2, capMs: 100, retryAfterMaxMs: 1000 };
const STOCK = {
  ageingMs: 60_000,
  resendMs: 60_000,
  offersMax: 100,
  skusMax: 100,
  lookEveryMs: 3_600_000,
};
const WORKER = {
  cachedMax: 100,
  workflowTasksMax: 10,
  activitiesMax: 10,
  localActivitiesMax: 10,
  shutdownGraceMs: 1000,
};

export async function createRecordingStage(options: RecordingOptions): Promise<RecordingStage> {
  const { address, namespace } = options;
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const client = new Client({ connection, namespace });
  const warehouse = createWarehouse(Date.now);
  const systems = createSystems(warehouse);
  const { sqlite } = openDatabase(booksSchema, {
    file: `${options.folder}/books.db`,
    migrations: 'src/books/migrations',
    synchronous: 'NORMAL',
  });
  const signals = createOrderSignals({
    client,
    timeoutMs: CALL_MS,
    startOf: () => ({
      wms: 'wms',
      tasks: 'tasks',
      mappingBundle: 'template-1',
      policy: { ...DEFAULT_ORDER_POLICY, ...options.policy },
    }),
  });
  const activities = activitiesOf({ sqlite, systems, warehouse, client });
  const worker = await createWorker({
    connection: native,
    namespace,
    activities,
    settings: WORKER,
  });
  return {
    client,
    warehouse,
    systems,
    async tell(orderId, ...inputs) {
      const outcome = await signals.deliver({ order: { connection: 'crm', orderId }, inputs });
      if (outcome === 'late') throw new Error(`${orderId} had ended before it was told all`);
    },
    until: (orderId, look) =>
      eventually(() => {
        const view = viewOf(sqlite, orderId);
        return view !== undefined && look(view) ? view : undefined;
      }, STEP_WAIT_MS),
    wakeAllocator: () => wakeAllocator(client, 'wms', []),
    deadLetters: (orderId) =>
      sqlite
        .prepare<[string], { id: string }>(
          `select id from dead_letters where order_key = ? and status = 'open'`,
        )
        .all(`crm/${orderId}`)
        .map((row) => row.id),
    runUntil: (work) => worker.runUntil(work),
    async close() {
      await connection.close();
      await native.close();
      sqlite.close();
    },
  };
}

interface Parts {
  warehouse: Warehouse;
  sqlite: Sqlite;
  systems: Systems;
  client: Client;
}

function activitiesOf({ sqlite, systems: { connections }, warehouse, client }: Parts) {
  const log = pino({ level: 'silent' });
  const write = prepareWriteStep(sqlite);
  return createActivities({
    books: {
      steps: new GroupCommit({ sqlite, write, batchMax: 100, queueMax: 1000 }),
      stockWanted: () => undefined,
    },
    commands: {
      connections,
      calls: { timeoutMs: CALL_MS, firstTimeoutMs: CALL_MS, retry: RETRY },
      log,
      now: Date.now,
      random: Math.random,
    },
    stock: {
      book: createStockBook(sqlite),
      stockOf: (_wms, sku) => Promise.resolve(warehouse.available(sku)),
      timeoutMs: CALL_MS,
      settings: STOCK,
      offer: (workflowId, input) => offerToOrder(client, workflowId, input),
      log,
      now: Date.now,
    },
  });
}

function viewOf(sqlite: Sqlite, orderId: string): OrderView | undefined {
  const row = sqlite
    .prepare<[string], { view: string }>('select view from orders where order_key = ?')
    .get(`crm/${orderId}`);
  return row === undefined ? undefined : (JSON.parse(row.view) as OrderView);
}
