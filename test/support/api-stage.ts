import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { createApi, type ApiOptions } from '../../src/api/app.ts';
import { loadOperatorsLimits } from '../../src/api/config.ts';
import { createMetrics } from '../../src/api/metrics.ts';
import { loadOperationsSettings } from '../../src/config/operations.ts';
import type { BooksReader } from '../../src/books/read.ts';
import type { OrderAddress } from '../../src/domain/ids.ts';
import type { ActionDecided, OrderCommanded, OrderInput } from '../../src/domain/inputs.ts';
import type { Answer } from '../../src/domain/answers.ts';
import { AppError } from '../../src/errors.ts';
import { openSqliteInbox, type SqliteInbox } from '../../src/inbox/sqlite-store.ts';
import type { NewEvent, NewQuarantine } from '../../src/inbox/store.ts';
import { createOperations, type Operations } from '../../src/operations/operations.ts';
import { openBooks, readBooks, temporaryFolder, type BooksDatabase } from './books-shelf.ts';
import { shippedReading } from './shipped-wiring.ts';

export const API_KEY = 'key-for-tests-only';

/** When the clock of a stage begins. */
export const NOW = 1_800_000_100_000;

/** What a person asked of an order. */
export interface Asked {
  order: OrderAddress;
  input: ActionDecided | OrderCommanded;
}

interface Sent {
  order: OrderAddress;
  inputs: readonly OrderInput[];
}

export interface ApiStage {
  app: ReturnType<typeof createApi>;
  inbox: SqliteInbox;
  books: BooksDatabase;
  booksFile: string;
  reader: BooksReader;
  operations: Operations;
  sent: Sent[];
  asked: Asked[];
  /** Stands in for the order's workflow; a test says what it answers. */
  orders: { answer(asked: Asked): Answer | 'closed' };
  /** Stands still until a test moves it. */
  clock: { now: number };
  temporal: { state: 'here' | 'away'; orders: 'open' | 'closed' };
  readings: {
    writable: boolean;
    backlog: number;
    oldestAgeMs: number;
    drainSeconds: number | null;
    mappings: 'ok' | 'degraded' | 'pending' | undefined;
  };
  metrics: ReturnType<typeof createMetrics>;
  get(path: string): Promise<Response>;
  post(path: string, init?: { body?: string; headers?: Record<string, string> }): Promise<Response>;
}

export interface StageOptions {
  env?: Record<string, string>;
  /** Leaves the worker's books unmade. */
  withoutBooks?: boolean;
  connections?: ApiOptions['connections'];
}

/** The operators' API over a real inbox and real books; only the way to Temporal is a stand-in. */
export function openApiStage(options: StageOptions = {}): ApiStage {
  const folder = temporaryFolder();
  const booksFile = join(folder, 'books.db');
  const books = openBooks(options.withoutBooks === true ? join(folder, 'other.db') : booksFile);
  const inbox = openInbox(join(folder, 'inbox.db'));
  const limits = loadOperatorsLimits(options.env ?? {});
  const sent: Sent[] = [];
  const asked: Asked[] = [];
  const orders: ApiStage['orders'] = {
    answer: () => ({ kind: 'taken', detail: 'It is carried out.', action: null }),
  };
  const clock = { now: NOW };
  const temporal: ApiStage['temporal'] = { state: 'here', orders: 'open' };
  const readings: ApiStage['readings'] = {
    writable: true,
    backlog: 0,
    oldestAgeMs: 0,
    drainSeconds: 0,
    mappings: undefined,
  };
  const metrics = createMetrics({ processDefaults: false });
  const reader = readBooks(booksFile, limits.books);
  const operations = createOperations({
    file: join(folder, 'ops.db'),
    books: reader,
    inbox,
    orders: {
      deliver: async ({ order, inputs }) => {
        if (temporal.state === 'away') {
          throw new AppError('unavailable', 'Temporal cannot be reached.', { retryAfterMs: 2000 });
        }
        if (temporal.orders === 'closed') return 'late';
        sent.push({ order, inputs });
        return 'delivered';
      },
    },
    ask: async (order, input) => {
      if (temporal.state === 'away') {
        const options = { problem: 'order-unanswered', retryAfterMs: 5000 };
        throw new AppError('unavailable', 'The order did not answer in time.', options);
      }
      asked.push({ order, input });
      return temporal.orders === 'closed' ? 'closed' : orders.answer({ order, input });
    },
    actionNews: { ladder: ['owner', 'lead', 'manager'], linkOf: (id) => `http://here/${id}` },
    normalise: shippedReading.normalise,
    backlog: () => readings,
    settings: loadOperationsSettings(options.env ?? {}),
    log: pino({ level: 'silent' }),
    now: () => clock.now,
  });
  onTestFinished(() => operations.stop());
  const app = createApi({
    inbox,
    books: reader,
    operations,
    readings: {
      inbox: {
        get writable() {
          return readings.writable;
        },
        read: () => readings,
      },
      temporal: { awaySince: () => (temporal.state === 'away' ? NOW - 3000 : null) },
      mappings: () => readings.mappings,
      backlogMax: 100,
    },
    crmConnections: ['crm', 'shop'],
    ...(options.connections && { connections: options.connections }),
    metrics,
    config: {
      apiKey: API_KEY,
      links: {
        temporalUiUrl: 'http://127.0.0.1:8233/',
        temporalNamespace: 'default',
        crmUrl: 'http://127.0.0.1:4200',
        tasksUrl: 'http://127.0.0.1:4300',
      },
      limits,
    },
    log: pino({ level: 'silent' }),
    now: () => clock.now,
  });
  const authorization = `Bearer ${API_KEY}`;
  return {
    app,
    inbox,
    books,
    booksFile,
    reader,
    operations,
    sent,
    asked,
    orders,
    clock,
    temporal,
    readings,
    metrics,
    get: async (path) => app.request(path, { headers: { authorization } }),
    post: async (path, { body, headers } = {}) =>
      app.request(path, {
        method: 'POST',
        headers: { authorization, ...headers },
        ...(body === undefined ? {} : { body }),
      }),
  };
}

function openInbox(file: string): SqliteInbox {
  const inbox = openSqliteInbox({
    file,
    commitBatchMax: 100,
    commitQueueMax: 1000,
    quarantineMax: 1000,
    lingerMs: 0,
  });
  onTestFinished(() => inbox.close());
  return inbox;
}

export interface EventSeed {
  eventId: string;
  connection?: string;
  kind?: 'crm' | 'tasks' | 'wms';
  eventType?: string;
  lane?: string | null;
  receivedAt?: number;
}

export function newEvent(seed: EventSeed): NewEvent {
  const body = Buffer.from(JSON.stringify({ event_id: seed.eventId }));
  return {
    connection: seed.connection ?? 'crm',
    kind: seed.kind ?? 'crm',
    eventId: seed.eventId,
    eventType: seed.eventType ?? 'ORDER.CREATED',
    source: 'crm.test',
    sentAt: seed.receivedAt ?? NOW - 5000,
    receivedAt: seed.receivedAt ?? NOW - 5000,
    lane: seed.lane === undefined ? 'crm/ORD-1' : seed.lane,
    confirms: false,
    stale: false,
    secretId: 'crm-1',
    sha256: createHash('sha256').update(body).digest(),
    headers: '{}',
    body,
  };
}

export function newQuarantine(seed: {
  eventId: string | null;
  text: string;
  receivedAt?: number;
}): NewQuarantine {
  const body = Buffer.from(seed.text);
  return {
    connection: 'crm',
    kind: 'crm',
    eventId: seed.eventId,
    eventType: null,
    cause: 'schema-invalid',
    detail: '[]',
    receivedAt: seed.receivedAt ?? NOW - 5000,
    secretId: 'crm-1',
    sha256: createHash('sha256').update(body).digest(),
    headers: '{}',
    body,
  };
}

/** Ends the wait of stored events, as the dispatcher does after its call. */
export async function settle(
  inbox: SqliteInbox,
  eventIds: readonly string[],
  status: 'dispatched' | 'late' | 'quarantined',
  connection = 'crm',
): Promise<void> {
  for (const eventId of eventIds) {
    const event = await inbox.get(connection, eventId);
    if (event === undefined) throw new Error(`no event ${eventId}`);
    await inbox.settle([{ seq: event.seq, status, at: NOW }]);
  }
}
