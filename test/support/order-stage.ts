import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { inject } from 'vitest';
import { createActivities } from '../../activities/index.ts';
import { createBooksReader } from '../../src/books/read.ts';
import * as booksSchema from '../../src/books/schema.ts';
import { createStockBook } from '../../src/books/stock-book.ts';
import { prepareWriteStep } from '../../src/books/write-step.ts';
import { GroupCommit } from '../../src/db/group-commit.ts';
import { openDatabase, type Sqlite } from '../../src/db/open.ts';
import type { Answer } from '../../src/domain/answers.ts';
import type {
  ActionDecided,
  OrderCommanded,
  OrderCreated,
  OrderInput,
  PickReported,
} from '../../src/domain/inputs.ts';
import { DEFAULT_ORDER_POLICY, type OrderPolicy } from '../../src/domain/policy.ts';
import type { OrderView } from '../../src/contracts/operators.ts';
import { createAskOrder } from '../../src/temporal/ask-order.ts';
import { createWorker } from '../../src/temporal/run-worker.ts';
import { orderInputsSignal } from '../../workflows/messages.ts';
import type { orderFulfillment } from '../../workflows/order-fulfillment.ts';
import { createStubSystems, type StubSystems } from './stub-systems.ts';

Runtime.install({ logger: new DefaultLogger('ERROR') });

/** Real Temporal, real workflow, real books on SQLite; only the outside systems are stubs. */
export interface OrderStage {
  client: Client;
  systems: StubSystems;
  sqlite: Sqlite;
  orderId: string;
  /** Signals the order's workflow, starting it when it does not run. */
  tell(...facts: OrderInput[]): Promise<void>;
  /** Asks the order as the API does, and waits for its answer in the books. */
  ask(input: ActionDecided | OrderCommanded): Promise<Answer | 'closed'>;
  result(): Promise<void>;
  view(): OrderView | undefined;
  /** Runs a worker while `work` runs; a new one each time, as after a crash. */
  withWorker<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface StageOptions {
  policy?: Partial<OrderPolicy>;
  /** 0 replays the whole history at every workflow task: whatever is not deterministic shows. */
  cachedMax?: number;
}

const RETRY = { initialMs: 20, factor: 2, capMs: 200, retryAfterMaxMs: 1000 };

export async function createOrderStage(options: StageOptions = {}): Promise<OrderStage> {
  const { address, namespace } = inject('temporal');
  const taskQueue = `test-${randomUUID()}`;
  const orderId = `ORD-${randomUUID().slice(0, 8)}`;
  const workflowId = `order/crm/${orderId}`;
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-order-'));
  const systems = createStubSystems();
  const { sqlite } = openDatabase(booksSchema, {
    file: join(folder, 'books.db'),
    migrations: 'src/books/migrations',
    synchronous: 'NORMAL',
  });
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const client = new Client({ connection, namespace });
  const log = pino({ level: 'silent' });
  const books = createBooksReader({
    file: join(folder, 'books.db'),
    scanRowsMax: 1000,
    searchMatchesMax: 1000,
  });
  const ask = createAskOrder({
    client,
    answerOf: books.answerOf,
    timeoutMs: 20_000,
    pollMs: 10,
  });
  const activities = createActivities({
    books: {
      steps: new GroupCommit({
        sqlite,
        write: prepareWriteStep(sqlite),
        batchMax: 100,
        queueMax: 1000,
      }),
      stockWanted: () => undefined,
    },
    commands: {
      connections: systems.connections,
      calls: { timeoutMs: 1000, firstTimeoutMs: 1000, retry: RETRY },
      log,
      now: Date.now,
      random: Math.random,
    },
    stock: {
      book: createStockBook(sqlite),
      stockOf: () => undefined,
      timeoutMs: 1000,
      settings: { ageingMs: 1000, resendMs: 1000, offersMax: 10, skusMax: 10, lookEveryMs: 1000 },
      offer: () => Promise.resolve('sent'),
      log,
      now: Date.now,
    },
  });
  const newWorker = (): Promise<Worker> =>
    createWorker({
      connection: native,
      namespace,
      taskQueue,
      activities,
      workflowBundlePath: inject('workflowBundlePath'),
      settings: {
        cachedMax: options.cachedMax ?? 100,
        workflowTasksMax: 10,
        activitiesMax: 10,
        localActivitiesMax: 10,
        shutdownGraceMs: 500,
      },
    });
  return {
    client,
    systems,
    sqlite,
    orderId,
    async tell(...facts) {
      await client.workflow.signalWithStart<typeof orderFulfillment, [OrderInput[]]>(
        'orderFulfillment',
        {
          workflowId,
          taskQueue,
          args: [
            {
              order: { connection: 'crm', orderId },
              wms: 'wms',
              tasks: 'tasks',
              mappingBundle: 'none',
              policy: { ...DEFAULT_ORDER_POLICY, ...options.policy },
            },
          ],
          signal: orderInputsSignal,
          signalArgs: [facts],
        },
      );
    },
    result: () => client.workflow.getHandle(workflowId).result(),
    view() {
      const row = sqlite
        .prepare<[string], { view: string }>('select view from orders where order_key = ?')
        .get(`crm/${orderId}`);
      return row === undefined ? undefined : (JSON.parse(row.view) as OrderView);
    },
    ask: (input) => ask({ connection: 'crm', orderId }, input),
    async withWorker(work) {
      const worker = await newWorker();
      return worker.runUntil(work);
    },
    async close() {
      await connection.close();
      await native.close();
      books.close();
      sqlite.close();
    },
  };
}

/** The order's own announcement: `units` of one SKU on one line. */
export function created(stage: OrderStage, units: number): OrderCreated {
  return {
    type: 'order_created',
    connection: 'crm',
    eventId: `created-${stage.orderId}`,
    receivedAt: Date.now(),
    version: 1,
    priority: 'high',
    promisedAt: null,
    lines: [{ lineId: `${stage.orderId}-1`, sku: 'SKU-1', qty: units }],
  };
}

type Reported = Pick<PickReported, 'sequence' | 'status' | 'counts'> & {
  delta: number;
  cumulative: number;
};

/** An event of the order's first pick, which has one line. */
export function reported(stage: OrderStage, event: Reported): PickReported {
  const reference = `pick:${stage.orderId}:1:1`;
  const { delta, cumulative, ...head } = event;
  return {
    type: 'pick_reported',
    connection: 'wms',
    eventId: `${reference}-${event.sequence}`,
    receivedAt: Date.now(),
    pickId: `P-${reference}`,
    reference,
    ...head,
    lines: [
      { lineId: `${stage.orderId}-1`, sku: 'SKU-1', delta, cumulative, short: 0, cancelled: null },
    ],
  };
}
