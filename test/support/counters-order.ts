import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { WorkflowClientInterceptor, WorkflowHandle } from '@temporalio/client';
import { pino } from 'pino';
import { countHistory, type HistoryCounts } from '../../bench/orders/history-counts.ts';
import { ORDER_TEMPLATE, type NormalOrder } from '../../bench/orders/normal-order.ts';
import { createOurActivities } from '../../bench/orders/our-activities.ts';
import * as booksSchema from '../../src/books/schema.ts';
import { loadWorkerConfig } from '../../src/config/worker.ts';
import { openDatabase } from '../../src/db/open.ts';
import { orderWorkflowId } from '../../src/domain/ids.ts';
import { isEcho } from '../../src/domain/echo.ts';
import type { OrderInput } from '../../src/domain/inputs.ts';
import type { StepRecord } from '../../src/domain/step.ts';
import { connectTemporalWorker, openTemporalClient } from '../../src/temporal/connect.ts';
import { createOrderSignals } from '../../src/temporal/order-signals.ts';
import { createWorker } from '../../src/temporal/run-worker.ts';
import { eventually } from './eventually.ts';
import { watchSql, type SqlCounts } from './counters-sql.ts';
import type { TemporalForTests } from './temporal.ts';

Runtime.install({ logger: new DefaultLogger('ERROR') });

export interface OrderCounts {
  history: HistoryCounts;
  sql: SqlCounts;
  /** JSON bytes of what each step hands to the books. */
  stepBytes: number[];
}

interface RunOptions {
  temporal: TemporalForTests;
  workflowBundlePath: string;
  orderOf: (orderId: string, at: number) => NormalOrder;
}

const STEP_TIMEOUT_MS = 20_000;

/** Takes one order alone from its first signal to its end and counts what it cost. */
export async function countOrder(options: RunOptions): Promise<OrderCounts> {
  const { address, namespace } = options.temporal;
  const target = { address, namespace, connectionOptions: { address } };
  const taskQueue = `counters-${randomUUID()}`;
  const { order, signals } = options.orderOf(newOrderId(), Date.now());
  const sql = watchSql();
  const books = openBooks();
  const connection = await connectTemporalWorker(target);
  const worker = await createWorker({
    connection,
    namespace,
    taskQueue,
    workflowBundlePath: options.workflowBundlePath,
    ...books,
  });
  const client = openTemporalClient(target, { interceptors: { workflow: [onQueue(taskQueue)] } });
  const tell = createOrderSignals({ client, timeoutMs: 20_000, startOf: () => ORDER_TEMPLATE });
  const handle = client.workflow.getHandle(orderWorkflowId(order));
  sql.take(books.file);
  try {
    await worker.runUntil(async () => {
      for (const facts of signals) {
        const { length: before } = books.steps;
        const inputs = newsIn(facts, books.steps.at(-1));
        if (inputs.length === 0) continue;
        await tell.deliver({ order, inputs });
        await eventually(() => books.steps.length > before && isAtRest(handle), STEP_TIMEOUT_MS);
      }
      await handle.result();
    });
    return {
      history: await countHistory(client, handle.workflowId),
      sql: sql.take(books.file),
      stepBytes: books.steps.map((step) => Buffer.byteLength(JSON.stringify(step))),
    };
  } finally {
    sql.stop();
    books.close();
    await client.connection.close();
    await connection.close();
  }
}

/** Ids of one length, so that the bytes of a step are the same for each. */
const newOrderId = () => `ORD-${randomUUID()}`;

function openBooks() {
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-counters-'));
  const file = join(folder, 'books.db');
  const migrations = 'src/books/migrations';
  const { sqlite } = openDatabase(booksSchema, { file, migrations, synchronous: 'NORMAL' });
  const steps: StepRecord[] = [];
  const config = loadWorkerConfig({ CROSSDOCK_WMS_TOKEN: 'unused' });
  const log = pino({ level: 'silent' });
  const onStep = (record: StepRecord) => steps.push(record);
  return {
    file,
    steps,
    settings: config.worker,
    activities: createOurActivities({ sqlite, config, log, onStep }),
    close() {
      sqlite.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the dispatcher would tell: it leaves out what the books hold already. */
function newsIn(facts: OrderInput[], step: StepRecord | undefined): OrderInput[] {
  return step === undefined ? facts : facts.filter((fact) => !isEcho(step.view, fact));
}

/** The dispatcher's calls, on a queue that no other test's worker listens to. */
function onQueue(taskQueue: string): WorkflowClientInterceptor {
  return {
    signalWithStart: (input, next) => next({ ...input, options: { ...input.options, taskQueue } }),
  };
}

/** The worker has answered: what comes now begins a workflow task of its own. */
async function isAtRest(handle: WorkflowHandle): Promise<boolean> {
  const { raw } = await handle.describe();
  return raw.pendingWorkflowTask == null;
}
