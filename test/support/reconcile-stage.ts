import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { createReconcileBook, type ReconcileBook } from '../../src/books/reconcile-book.ts';
import {
  createReconciliationReads,
  type ReconciliationReads,
} from '../../src/books/read-reconciliation.ts';
import { BooksFile } from '../../src/books/read-file.ts';
import type { DriftRow, RunRow } from '../../src/books/read-reconcile-rows.ts';
import { loadReconcileConfig } from '../../src/config/reconcile.ts';
import type { OrderView } from '../../src/contracts/operators.ts';
import type { Sqlite } from '../../src/db/open.ts';
import type { OrderInput } from '../../src/domain/inputs.ts';
import type { Outside } from '../../src/reconcile/outside.ts';
import { withReadAhead } from '../../src/reconcile/read-ahead.ts';
import { createRemoteReader } from '../../src/reconcile/read-remote.ts';
import { beginRun, runPage, type RunRequest } from '../../src/reconcile/run-page.ts';
import type { RunDeps, RunSettings } from '../../src/reconcile/run-deps.ts';
import type { Wiring } from '../../src/wiring/compile.ts';
import { openBooks, temporaryFolder } from './books-shelf.ts';
import { clientOf, createFakeRemote, type FakeRemote } from './reconcile-remote.ts';
import { shippedWiring } from './shipped-wiring.ts';

export const START = Date.parse('2026-03-01T12:00:00.000Z');
export const MINUTE = 60_000;

/** The bundle that orders of the stage are pinned to. */
export const BUNDLE = 'template-1';

/** Which bundles there are, which one is in force, and which connections are on. */
export interface FakeOutside {
  bundle: string;
  wirings: Map<string, Wiring>;
  on: string[];
}

export interface ReconcileStage {
  /** The default systems. */
  remote: FakeRemote;
  /** The system behind any other connection. */
  remoteOf(connection: string): FakeRemote;
  outside: FakeOutside;
  book: ReconcileBook;
  sqlite: Sqlite;
  /** What the API reads of the reports. */
  reads: ReconciliationReads;
  /** Every SQL text that those reads have prepared. */
  statements(): string[];
  told: { orderId: string; inputs: OrderInput[] }[];
  /** Order ids whose workflow has ended. */
  ended: Set<string>;
  clock: { now: number };
  deps: RunDeps;
  run(request?: Partial<RunRequest>): Promise<{ run: RunRow; drifts: DriftRow[] }>;
  shelve(
    view: OrderView,
    times?: { updatedAt?: number; closedAt?: number; promisedAt?: number },
  ): void;
}

const DEFAULTS = ['crm', 'wms', 'tasks'];

export function createReconcileStage(
  override: (settings: RunSettings) => RunSettings = (settings) => settings,
): ReconcileStage {
  const file = join(temporaryFolder(), 'books.db');
  const { sqlite } = openBooks(file);
  const booksFile = new BooksFile(file);
  onTestFinished(() => booksFile.close());
  const reads = createReconciliationReads(booksFile);
  const remote = createFakeRemote();
  const others = new Map<string, FakeRemote>();
  const remoteOf = (connection: string): FakeRemote => {
    if (DEFAULTS.includes(connection)) return remote;
    const known = others.get(connection) ?? createFakeRemote();
    others.set(connection, known);
    return known;
  };
  const outside: FakeOutside = {
    bundle: BUNDLE,
    wirings: new Map([[BUNDLE, shippedWiring()]]),
    on: [...DEFAULTS],
  };
  const clock = { now: START };
  const told: ReconcileStage['told'] = [];
  const ended = new Set<string>();
  const book = createReconcileBook(sqlite);
  const { settings, routing } = loadReconcileConfig({});
  const reader = createRemoteReader({ outside: outsideOf(outside, remoteOf), timeoutMs: 1000 });
  const deps: RunDeps = {
    ...{ book, routing },
    remote: withReadAhead(reader, () => clock.now),
    settings: override({ ...settings, pageRows: 3 }),
    tell({ order, inputs }) {
      if (ended.has(order.orderId)) return Promise.resolve('late');
      told.push({ orderId: order.orderId, inputs });
      return Promise.resolve('delivered');
    },
    setup: () => 'setup-1',
    quarantined: () => [],
    inboxOldestAt: () => null,
    log: pino({ level: 'silent' }),
    now: () => clock.now,
  };
  let runs = 0;
  return {
    statements: () => booksFile.statements(),
    ...{ remote, remoteOf, outside, book, sqlite, reads, told, ended, clock, deps },
    async run(request = {}) {
      runs += 1;
      const runId = `RC-${runs}`;
      const asked: RunRequest = {
        ...{ runId, kind: 'T1', mode: 'repair', connection: null, orderId: null },
        ...request,
      };
      let progress = await Promise.resolve<ReturnType<typeof beginRun> | null>(
        beginRun(deps, asked),
      );
      while (progress !== null) progress = await runPage(deps, progress);
      const run = reads.run(asked.runId);
      if (run === undefined) throw new Error('the run has no report');
      return { run, drifts: reads.driftsOfRun(asked.runId, 1000) };
    },
    shelve(view, times = {}) {
      sqlite
        .prepare(
          `insert into orders (order_key, connection, order_id, workflow_id, step, version, stage,
            headline, needs_action, priority, promised_at, view, created_at, updated_at, closed_at)
          values (@key, @connection, @orderId, @workflowId, 1, @version, @stage, @headline, 0, @priority,
            @promisedAt, @view, @createdAt, @updatedAt, @closedAt)
          on conflict (order_key) do update set view = excluded.view, stage = excluded.stage,
            version = excluded.version, updated_at = excluded.updated_at,
            closed_at = excluded.closed_at`,
        )
        .run({
          key: `${view.connection}/${view.order_id}`,
          connection: view.connection,
          orderId: view.order_id,
          workflowId: `order/${view.connection}/${view.order_id}`,
          version: view.version,
          stage: view.stage,
          headline: view.headline,
          priority: view.priority,
          promisedAt: times.promisedAt ?? null,
          view: JSON.stringify(view),
          createdAt: START - 60 * MINUTE,
          updatedAt: times.updatedAt ?? START - 30 * MINUTE,
          closedAt: times.closedAt ?? null,
        });
    },
  };
}

function outsideOf(fake: FakeOutside, remoteOf: ReconcileStage['remoteOf']): Outside {
  return {
    today() {
      const { bundle, wirings, on } = fake;
      const specs = on.flatMap((name) => wirings.get(bundle)?.connections.get(name) ?? []);
      return {
        bundle,
        connections: specs.map((spec) => ({ spec, address: `http://${spec.name}.test` })),
      };
    },
    vendor({ name, bundle }) {
      const wiring = fake.wirings.get(bundle);
      const spec = wiring?.connections.get(name);
      if (wiring === undefined || spec === undefined) return Promise.resolve(undefined);
      return Promise.resolve({ spec, maps: wiring.bundle, http: clientOf(remoteOf(name), name) });
    },
  };
}
