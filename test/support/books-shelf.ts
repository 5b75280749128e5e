import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createBooksReader, type BooksReader } from '../../src/books/read.ts';
import * as schema from '../../src/books/schema.ts';
import type { ActionView, OrderView } from '../../src/contracts/operators.ts';
import { prepareWriteStep } from '../../src/books/write-step.ts';
import { openDatabase, type Opened } from '../../src/db/open.ts';
import { orderWorkflowId } from '../../src/domain/ids.ts';
import type { StepRecord } from '../../src/domain/step.ts';

export type BooksDatabase = Opened<typeof schema>;

/** A new folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-books-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The worker's side of a books file, through the same schema and migrations. */
export function openBooks(file: string): BooksDatabase {
  const opened = openDatabase(schema, {
    file,
    migrations: 'src/books/migrations',
    synchronous: 'NORMAL',
  });
  onTestFinished(() => {
    opened.sqlite.close();
  });
  return opened;
}

export function readBooks(
  file: string,
  limits: { scanRowsMax: number; searchMatchesMax: number } = {
    scanRowsMax: 1000,
    searchMatchesMax: 100,
  },
): BooksReader {
  const reader = createBooksReader({ file, ...limits });
  onTestFinished(() => reader.close());
  return reader;
}

export interface OrderSeed {
  orderId: string;
  connection?: string;
  stage?: OrderView['stage'];
  headline?: OrderView['headline'];
  needsAction?: boolean;
  updatedAt?: number;
  terms?: string[];
  taskId?: string;
}

export function viewOf(seed: OrderSeed): OrderView {
  return {
    order_id: seed.orderId,
    connection: seed.connection ?? 'crm',
    version: 1,
    stage: seed.stage ?? 'FULFILLING',
    headline: seed.headline ?? 'ALLOCATED',
    flags: ['HAS_BACKORDER'],
    priority: 'high',
    lines: [
      {
        line_id: `${seed.orderId}-1`,
        sku: 'SKU-111',
        ordered: 3,
        open: 0,
        requested: 0,
        allocated: 2,
        picked: 0,
        shipped: 0,
        backordered: 1,
        cancelled: 0,
        substituted_out: 0,
        over: 0,
      },
    ],
    task: seed.taskId === undefined ? null : { task_id: seed.taskId, status: 'OPEN' },
    picks: [{ pick_id: null, reference: `pick:${seed.orderId}:1:1`, status: 'CREATED', lines: [] }],
    backorders: [{ backorder_id: 'BO-1', line_id: `${seed.orderId}-1`, qty: 1, status: 'WAITING' }],
    actions: [],
    in_flight: 0,
    waits_for: ['Stock of SKU-111'],
    mapping_bundle: 'builtin-1',
  };
}

/** Writes orders as the worker does; the default time is one more than the last one's. */
export function shelve(books: BooksDatabase, seeds: readonly OrderSeed[]): void {
  const write = books.sqlite.transaction(() => {
    seeds.forEach((seed, position) => {
      const connection = seed.connection ?? 'crm';
      const orderKey = `${connection}/${seed.orderId}`;
      const view = viewOf(seed);
      const at = seed.updatedAt ?? 1_800_000_000_000 + position;
      books.db
        .insert(schema.orders)
        .values({
          orderKey,
          connection,
          orderId: seed.orderId,
          workflowId: orderWorkflowId({ connection, orderId: seed.orderId }),
          step: 1,
          version: 1,
          stage: view.stage,
          headline: view.headline,
          needsAction: seed.needsAction ?? view.stage === 'NEEDS_ACTION',
          priority: view.priority,
          view: JSON.stringify(view),
          createdAt: 1_800_000_000_000,
          updatedAt: at,
        })
        .run();
      for (const term of seed.terms ?? []) {
        books.db.insert(schema.orderTerms).values({ term, orderKey }).run();
      }
    });
  });
  write.immediate();
}

export interface DeadLetterSeed {
  id: string;
  orderId: string;
  kind?: 'command' | 'event';
  connection?: string;
  subject?: string;
  cause?: string;
  status?: 'open' | 'replayed' | 'discarded';
  at?: number;
}

export function addDeadLetter(books: BooksDatabase, seed: DeadLetterSeed): void {
  books.db
    .insert(schema.deadLetters)
    .values({
      id: seed.id,
      orderKey: `crm/${seed.orderId}`,
      kind: seed.kind ?? 'command',
      connection: seed.connection ?? 'wms',
      subject: seed.subject ?? `pick:${seed.orderId}:1:1`,
      cause: seed.cause ?? 'wms 503',
      attempts: 5,
      lastStatus: 503,
      lastError: 'HTTP 503',
      status: seed.status ?? 'open',
      at: seed.at ?? 1_800_000_000_000,
    })
    .run();
}

export type ActionSeed = Partial<ActionView> & { action_id: string };

/** An open question about two lines of ORD-1, unless the seed says otherwise. */
export function actionOf(seed: ActionSeed): ActionView {
  const orderId = seed.order_id ?? 'ORD-1';
  return {
    order_id: orderId,
    connection: 'crm',
    reason: 'pick_short',
    detail: 'PK-1 is short of 4 units on the floor.',
    lines: [
      { line_id: `${orderId}-1`, sku: 'SKU-111', missing: 3 },
      { line_id: `${orderId}-2`, sku: 'SKU-222', missing: 1 },
    ],
    choices: ['ship_partial', 'wait', 'substitute', 'cancel_line', 'cancel_order'],
    status: 'OPEN',
    version: 1,
    opened_at: '2027-01-15T08:00:00.000Z',
    due_at: '2027-01-15T12:00:00.000Z',
    escalation: null,
    task_id: null,
    dead_letter_id: null,
    decision: null,
    closed_at: null,
    ...seed,
  };
}

/** Writes the actions of one order as a step of the worker does: all of them at once. */
export function writeActions(
  books: BooksDatabase,
  actions: readonly ActionView[],
  order: OrderSeed = { orderId: 'ORD-1' },
): void {
  const connection = order.connection ?? 'crm';
  const address = { connection, orderId: order.orderId };
  const write = prepareWriteStep(books.sqlite);
  const record: StepRecord = {
    order: address,
    wms: 'wms',
    step: nextStep(books, `${connection}/${order.orderId}`),
    at: Math.max(1_800_000_000_000, ...actions.map((one) => Date.parse(one.opened_at))),
    createdAt: 1_800_000_000_000,
    closedAt: null,
    promisedAt: null,
    view: { ...viewOf(order), actions: [...actions] },
    terms: [],
    entries: [],
    fates: [],
    waiting: [],
    settledOffers: [],
    deadLetters: [],
    replayed: [],
    discarded: [],
    answers: [],
  };
  books.sqlite.transaction(() => write(record)).immediate();
}

function nextStep(books: BooksDatabase, orderKey: string): number {
  const step = books.sqlite.prepare('SELECT step FROM orders WHERE order_key = ?').pluck();
  return Number(step.get(orderKey) ?? 0) + 1;
}

export { schema as booksSchema };
