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
import type { HttpCall, HttpClient, HttpResult } from '../../src/connections/http.ts';
import { createTemplateCrm } from '../../src/connections/template/crm.ts';
import type { CrmOrder } from '../../src/contracts/crm.ts';
import type { OrderView } from '../../src/contracts/operators.ts';
import type { Pick } from '../../src/contracts/picks.ts';
import type { Task } from '../../src/contracts/tasks.ts';
import type { Sqlite } from '../../src/db/open.ts';
import type { OrderInput } from '../../src/domain/inputs.ts';
import { intentOf } from '../../src/normalise/crm.ts';
import { withReadAhead } from '../../src/reconcile/read-ahead.ts';
import { createRemoteReader } from '../../src/reconcile/read-remote.ts';
import { beginRun, runPage, type RunRequest } from '../../src/reconcile/run-page.ts';
import type { RunDeps, RunSettings } from '../../src/reconcile/run-deps.ts';
import { openBooks, temporaryFolder } from './books-shelf.ts';

export const START = Date.parse('2026-03-01T12:00:00.000Z');
export const MINUTE = 60_000;

type System = 'crm' | 'wms' | 'tasks';

/** What another system holds; tests write into it behind everybody's back. */
export interface FakeRemote {
  orders: Map<string, CrmOrder & { cancellation?: unknown }>;
  picks: Map<string, Pick>;
  tasks: Map<string, Task>;
  audit: { checked: number; findings: unknown[] };
  deliveries: { delivery_id: string; event_type: string }[];
  /** Paths asked for, with their method. */
  calls: string[];
  /** Bodies of the commands that were sent. */
  bodies: unknown[];
  /** Answers a call instead of the system. */
  disturb(system: System, call: HttpCall): HttpResult | undefined;
}

export interface ReconcileStage {
  remote: FakeRemote;
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

export function createReconcileStage(
  override: (settings: RunSettings) => RunSettings = (settings) => settings,
): ReconcileStage {
  const file = join(temporaryFolder(), 'books.db');
  const { sqlite } = openBooks(file);
  const booksFile = new BooksFile(file);
  onTestFinished(() => booksFile.close());
  const reads = createReconciliationReads(booksFile);
  const remote = createFakeRemote();
  const clock = { now: START };
  const told: ReconcileStage['told'] = [];
  const ended = new Set<string>();
  const book = createReconcileBook(sqlite);
  const { settings } = loadReconcileConfig({ CROSSDOCK_WMS_TOKEN: 'token' });
  const http = {
    crm: clientOf(remote, 'crm'),
    wms: clientOf(remote, 'wms'),
    tasks: clientOf(remote, 'tasks'),
  };
  const crm = createTemplateCrm({ http: http.crm, intentOf });
  const deps: RunDeps = {
    book,
    remote: withReadAhead(createRemoteReader({ http, timeoutMs: 1000 }), () => clock.now),
    settings: override({ ...settings, pageRows: 3 }),
    names: { crm: 'crm', wms: 'wms', tasks: 'tasks' },
    tell({ order, inputs }) {
      if (ended.has(order.orderId)) return Promise.resolve('late');
      told.push({ orderId: order.orderId, inputs });
      return Promise.resolve('delivered');
    },
    tellCrm: (order, notice) =>
      crm.send({ kind: 'tell_crm', key: '', notices: [notice] }, { order, timeoutMs: 1000 }),
    setup: 'setup-1',
    quarantined: () => [],
    inboxOldestAt: () => null,
    log: pino({ level: 'silent' }),
    now: () => clock.now,
  };
  let runs = 0;
  return {
    statements: () => booksFile.statements(),
    ...{ remote, book, sqlite, reads, told, ended, clock, deps },
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
          values (@key, 'crm', @orderId, @workflowId, 1, @version, @stage, @headline, 0, @priority,
            @promisedAt, @view, @createdAt, @updatedAt, @closedAt)
          on conflict (order_key) do update set view = excluded.view, stage = excluded.stage,
            version = excluded.version, updated_at = excluded.updated_at,
            closed_at = excluded.closed_at`,
        )
        .run({
          key: `crm/${view.order_id}`,
          orderId: view.order_id,
          workflowId: `order/crm/${view.order_id}`,
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

function createFakeRemote(): FakeRemote {
  return {
    orders: new Map(),
    picks: new Map(),
    tasks: new Map(),
    audit: { checked: 0, findings: [] },
    deliveries: [],
    calls: [],
    bodies: [],
    disturb: () => undefined,
  };
}

function clientOf(remote: FakeRemote, system: System): HttpClient {
  return {
    close: () => Promise.resolve(),
    call(call) {
      remote.calls.push(`${call.method} ${call.path}`);
      if (call.body !== undefined) remote.bodies.push(call.body);
      const disturbed = remote.disturb(system, call);
      return Promise.resolve(disturbed ?? answerOf(remote, system, call));
    },
  };
}

export function answer(status: number, body: unknown): HttpResult {
  return { kind: 'answer', status, retryAfter: undefined, body, text: JSON.stringify(body) };
}

function answerOf(remote: FakeRemote, system: System, call: HttpCall): HttpResult {
  const url = new URL(call.path, 'http://far.side');
  const [, list = '', id] = url.pathname.split('/');
  if (list === 'audit') {
    const repair = (call.body as { repair: boolean }).repair;
    const findings = remote.audit.findings.map((one) => ({ ...(one as object), repaired: repair }));
    return answer(200, { checked: remote.audit.checked, findings });
  }
  if (list === 'webhook-deliveries') {
    return call.method === 'POST' ? answer(202, {}) : answer(200, { items: remote.deliveries });
  }
  if (call.method === 'PATCH' || (id !== undefined && call.method === 'POST'))
    return answer(200, {});
  const rows = { crm: remote.orders, wms: remote.picks, tasks: remote.tasks }[system];
  if (id !== undefined) {
    const row = rows.get(decodeURIComponent(id));
    return row === undefined ? answer(404, {}) : answer(200, row);
  }
  return answer(200, listOf([...rows.entries()], url.searchParams));
}

/** Oldest change first, after the cursor, at or after `since`, as all three systems list. */
function listOf(rows: [string, CrmOrder | Pick | Task][], query: URLSearchParams) {
  const since = query.get('since') ?? query.get('updated_since') ?? '';
  const cursor = query.get('cursor') ?? '';
  const limit = Number(query.get('limit'));
  const placeOf = (id: string, row: { updated_at: string }): string => `${row.updated_at} ${id}`;
  const fitting = rows
    .filter(([, row]) => row.updated_at >= since)
    .filter(([, row]) => !query.has('status') || row.status === query.get('status'))
    .filter(
      ([, row]) =>
        !query.has('order_id') || ('order_id' in row && row.order_id === query.get('order_id')),
    )
    .filter(
      ([, row]) =>
        !query.has('external_ref') ||
        ('external_ref' in row && row.external_ref.id === query.get('external_ref')),
    )
    .map(([id, row]) => ({ place: placeOf(id, row), row }))
    .toSorted((a, b) => (a.place < b.place ? -1 : 1))
    .filter(({ place }) => place > cursor);
  const page = fitting.slice(0, limit);
  const next = fitting.length > limit ? (page.at(-1)?.place ?? null) : null;
  return { items: page.map(({ row }) => row), next };
}
