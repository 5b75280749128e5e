import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import { onTestFinished } from 'vitest';
import { createApi } from '../../src/api/app.ts';
import { loadOperatorsLimits } from '../../src/api/config.ts';
import { createMetrics } from '../../src/api/metrics.ts';
import { loadOperationsSettings } from '../../src/config/operations.ts';
import type { OrderAddress } from '../../src/domain/ids.ts';
import type { OrderInput } from '../../src/domain/inputs.ts';
import { AppError } from '../../src/errors.ts';
import { actionLink } from '../../src/http/action-link.ts';
import { openSqliteInbox, type SqliteInbox } from '../../src/inbox/sqlite-store.ts';
import { createOperations, type Operations } from '../../src/operations/operations.ts';
import { API_KEY } from './api-stage.ts';
import { openBooks, readBooks, temporaryFolder, type BooksDatabase } from './books-shelf.ts';
import { shippedReading } from './shipped-wiring.ts';

interface Sent {
  order: OrderAddress;
  inputs: readonly OrderInput[];
}

export interface OperationsStage {
  books: BooksDatabase;
  booksFile: string;
  opsFile: string;
  inbox: SqliteInbox;
  sent: Sent[];
  temporal: { state: 'here' | 'away'; orders: 'open' | 'closed' };
  backlog: { backlog: number; oldestAgeMs: number };
  /** What of the mappings does not serve. */
  mappings: { complaint: { cause: string; since: number; message: string } | null };
  /** Names of the log lines written so far, with their fields. */
  log: Record<string, unknown>[];
  operations: Operations;
  /** Ends operations and opens them anew on the same files, with other settings where given. */
  restart(changed?: Record<string, string>): Promise<void>;
  request(request: Request): Promise<Response>;
  get(path: string): Promise<Response>;
  send(method: string, path: string, body?: unknown, key?: string): Promise<Response>;
}

/** Everything that waits, waits a hundredth of its time; loopback may be called. */
const ENV = {
  CROSSDOCK_TIME_SCALE: '0.01',
  CROSSDOCK_OUTBOUND_ALLOW_CIDRS: '127.0.0.0/8,::1/128',
  CROSSDOCK_DELIVERY_STOP_GRACE_MS: '50',
  CROSSDOCK_API_URL: 'http://127.0.0.1:4000/',
};

/** The operators' API over real files and real HTTP; only the way to Temporal is a stand-in. */
export function openOperationsStage(env: Record<string, string> = {}): OperationsStage {
  const folder = temporaryFolder();
  const booksFile = join(folder, 'books.db');
  const books = openBooks(booksFile);
  const inbox = openInbox(join(folder, 'inbox.db'));
  const sent: Sent[] = [];
  const temporal: OperationsStage['temporal'] = { state: 'here', orders: 'open' };
  const backlog = { backlog: 0, oldestAgeMs: 0 };
  const mappings: OperationsStage['mappings'] = { complaint: null };
  const lines: Record<string, unknown>[] = [];
  const opsFile = join(folder, 'ops.db');
  const parts = {
    ...{ booksFile, opsFile, inbox, sent, temporal, backlog, mappings },
    log: logInto(lines),
  };
  let opened = open(parts, { ...ENV, ...env });
  onTestFinished(() => opened.operations.stop());
  const headers = { authorization: `Bearer ${API_KEY}` };
  return {
    ...{ books, booksFile, opsFile, inbox, sent, temporal, backlog, mappings, log: lines },
    get operations() {
      return opened.operations;
    },
    async restart(changed = {}) {
      await opened.operations.stop();
      opened = open(parts, { ...ENV, ...env, ...changed });
    },
    request: async (request) => opened.app.request(request),
    get: async (path) => opened.app.request(path, { headers }),
    send: async (method, path, body, key) =>
      opened.app.request(path, {
        method,
        headers: {
          ...headers,
          ...(key === undefined ? {} : { 'idempotency-key': key }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}

interface Parts {
  booksFile: string;
  opsFile: string;
  inbox: SqliteInbox;
  sent: Sent[];
  temporal: OperationsStage['temporal'];
  backlog: OperationsStage['backlog'];
  mappings: OperationsStage['mappings'];
  log: Logger;
}

function open(parts: Parts, env: Record<string, string>) {
  const { inbox, sent, temporal, backlog, mappings, log } = parts;
  const limits = loadOperatorsLimits(env);
  const reader = readBooks(parts.booksFile, limits.books);
  const operations = createOperations({
    file: parts.opsFile,
    books: reader,
    inbox,
    orders: {
      deliver: async ({ order, inputs }) => {
        if (temporal.state === 'away') throw new AppError('unavailable', 'Temporal is away.');
        if (temporal.orders === 'closed') return 'late';
        sent.push({ order, inputs });
        return 'delivered';
      },
    },
    ask: async () => 'closed',
    actionNews: {
      ladder: ['owner', 'lead', 'manager'],
      linkOf: (id) => actionLink('http://127.0.0.1:4000', 'secret-of-links-0123', id),
    },
    normalise: shippedReading.normalise,
    backlog: () => backlog,
    mappings: () => mappings.complaint,
    settings: loadOperationsSettings(env),
    log,
  });
  const app = createApi({
    inbox,
    books: reader,
    operations,
    readings: {
      inbox: { writable: true, read: () => ({ ...backlog, drainSeconds: 0 }) },
      temporal: { awaySince: () => null },
      backlogMax: 100,
    },
    crmConnections: ['crm'],
    metrics: createMetrics({ processDefaults: false }),
    config: {
      apiKey: API_KEY,
      links: { temporalUiUrl: null, temporalNamespace: 'default', crmUrl: null, tasksUrl: null },
      limits,
    },
    log,
  });
  operations.start();
  return { operations, app };
}

function openInbox(file: string): SqliteInbox {
  const limits = { commitBatchMax: 100, commitQueueMax: 1000, quarantineMax: 1000, lingerMs: 0 };
  const inbox = openSqliteInbox({ file, ...limits });
  onTestFinished(() => inbox.close());
  return inbox;
}

function logInto(lines: Record<string, unknown>[]): Logger {
  return pino(
    { level: 'debug' },
    { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
}
