import type { OrderView } from '../contracts/operators.ts';
import type { Sqlite } from '../db/open.ts';
import type { OrderAddress } from '../domain/ids.ts';
import { orderViewOf } from './order-view.ts';
import { prepareReconcileActs, type ReconcileActs } from './reconcile-acts.ts';
import { preparePageWriter } from './reconcile-page.ts';
import {
  RUN_COLUMNS,
  STREAM_COLUMNS,
  type PageRecord,
  type RunRow,
  type StreamRow,
} from './read-reconcile-rows.ts';

export interface BookedOrder {
  address: OrderAddress;
  /** Parsed when somebody asks for it. */
  view: OrderView;
  viewText: string;
  updatedAt: number;
  closedAt: number | null;
  promisedAt: number | null;
}

/** A place in the walk over orders: by stage, then by the time of their last change. */
export interface WalkPlace {
  stage: string;
  at: number;
  orderKey: string;
}

export interface NewRun {
  runId: string;
  tier: string;
  scopeConnection: string | null;
  scopeOrderId: string | null;
  mode: RunRow['mode'];
  setup: string;
  startedAt: number;
  /** JSON of the brakes that are pulled from the beginning. */
  brakes: string;
}

/** The reconciler's side of the books: what it reads of orders, its marks, and its reports. */
export interface ReconcileBook extends ReconcileActs {
  begin(run: NewRun): void;
  run(runId: string): RunRow | undefined;
  /** What the last completed runs of a tier were made with, the latest first. */
  lastSetups(tier: string, limit: number): (string | null)[];
  order(address: OrderAddress): BookedOrder | undefined;
  /** Those of these orders that are known, by their key. */
  orders(orderKeys: readonly string[]): Map<string, BookedOrder>;
  /** Orders of a stage after a place, not changed after `until`. */
  walk(place: WalkPlace, until: number, limit: number): BookedOrder[];
  oldestOpenCreatedAt(stages: readonly string[]): number | null;
  stream(name: string): StreamRow | undefined;
  handledVersion(stream: string, id: string): string | undefined;
  /** Those of these remote records that no listing of the run has shown. */
  unseen(runId: string, remotes: readonly string[]): Set<string>;
  seenCount(runId: string, system: string): number;
  /** Since when each of these is known to be absent. */
  absentSince(remotes: readonly string[]): Map<string, number>;
  verifiedAt(orderKey: string): number | undefined;
  commitPage(page: PageRecord): void;
}

interface OrderRow {
  connection: string;
  orderId: string;
  view: string;
  updatedAt: number;
  closedAt: number | null;
  promisedAt: number | null;
}

const ORDER_COLUMNS = `connection, order_id AS orderId, view, updated_at AS updatedAt,
  closed_at AS closedAt, promised_at AS promisedAt`;

export function createReconcileBook(sqlite: Sqlite): ReconcileBook {
  const insertRun = sqlite.prepare(`
    insert into recon_runs (run_id, tier, scope_connection, scope_order_id, mode, setup, status,
      started_at, brakes)
    values (@runId, @tier, @scopeConnection, @scopeOrderId, @mode, @setup, 'running', @startedAt,
      @brakes)
    on conflict do nothing`);
  const run = sqlite.prepare<[string], RunRow>(
    `select ${RUN_COLUMNS} from recon_runs where run_id = ?`,
  );
  const setups = sqlite
    .prepare<[string, number], string | null>(
      `select setup from recon_runs where tier = ? and status = 'completed'
        order by started_at desc limit ?`,
    )
    .pluck();
  return {
    begin: (row) => void insertRun.run(row),
    lastSetups: (tier, limit) => setups.all(tier, limit),
    run: (runId) => run.get(runId),
    ...prepareOrderReads(sqlite),
    ...prepareMarkReads(sqlite),
    commitPage: preparePageWriter(sqlite),
    ...prepareReconcileActs(sqlite),
  };
}

function prepareOrderReads(
  sqlite: Sqlite,
): Pick<ReconcileBook, 'order' | 'orders' | 'walk' | 'oldestOpenCreatedAt'> {
  const order = sqlite.prepare<[string], OrderRow>(
    `select ${ORDER_COLUMNS} from orders where order_key = ?`,
  );
  const orders = sqlite.prepare<[string], OrderRow>(
    `select ${ORDER_COLUMNS} from orders where order_key in (select value from json_each(?))`,
  );
  const walk = sqlite.prepare<[string, number, string, number, number], OrderRow>(`
    select ${ORDER_COLUMNS} from orders
    where stage = ? and (updated_at, order_key) > (?, ?) and updated_at <= ?
    order by updated_at, order_key limit ?`);
  const oldest = sqlite
    .prepare<[string], number | null>('select min(created_at) from orders where stage = ?')
    .pluck();
  return {
    order({ connection, orderId }) {
      const row = order.get(`${connection}/${orderId}`);
      return row === undefined ? undefined : bookedOrder(row);
    },
    orders(orderKeys) {
      const rows = orders.all(JSON.stringify(orderKeys));
      return new Map(rows.map((row) => [`${row.connection}/${row.orderId}`, bookedOrder(row)]));
    },
    walk: (place, until, limit) =>
      walk.all(place.stage, place.at, place.orderKey, until, limit).map(bookedOrder),
    oldestOpenCreatedAt(stages) {
      const times = stages.flatMap((stage) => oldest.get(stage) ?? []);
      return times.length === 0 ? null : Math.min(...times);
    },
  };
}

function prepareMarkReads(
  sqlite: Sqlite,
): Pick<
  ReconcileBook,
  'stream' | 'handledVersion' | 'unseen' | 'seenCount' | 'absentSince' | 'verifiedAt'
> {
  const stream = sqlite.prepare<[string], StreamRow>(
    `select ${STREAM_COLUMNS} from recon_streams where stream = ?`,
  );
  const handled = sqlite
    .prepare<[string, string], string>(
      'select version from recon_handled where stream = ? and id = ?',
    )
    .pluck();
  const unseen = sqlite
    .prepare<[string, string], string>(
      `select value from json_each(?) where not exists
        (select 1 from recon_seen where run_id = ? and remote = value)`,
    )
    .pluck();
  const seenCount = sqlite
    .prepare<[string, string, string], number>(
      'select count(*) from recon_seen where run_id = ? and remote >= ? and remote < ?',
    )
    .pluck();
  const absent = sqlite.prepare<[string], { remote: string; firstAt: number }>(
    `select remote, first_at as firstAt from recon_absences
      where remote in (select value from json_each(?))`,
  );
  const verified = sqlite
    .prepare<[string], number>('select verified_at from recon_coverage where order_key = ?')
    .pluck();
  return {
    stream: (name) => stream.get(name),
    handledVersion: (name, id) => handled.get(name, id),
    unseen: (runId, remotes) => new Set(unseen.all(JSON.stringify(remotes), runId)),
    // `0` follows `/` in the byte order of SQLite.
    seenCount: (runId, system) => seenCount.get(runId, `${system}/`, `${system}0`) ?? 0,
    absentSince(remotes) {
      const rows = absent.all(JSON.stringify(remotes));
      return new Map(rows.map((row) => [row.remote, row.firstAt]));
    },
    verifiedAt: (orderKey) => verified.get(orderKey),
  };
}

function bookedOrder({ connection, orderId, view: viewText, ...times }: OrderRow): BookedOrder {
  let parsed: OrderView | undefined;
  return {
    address: { connection, orderId },
    get view() {
      parsed ??= orderViewOf(viewText);
      return parsed;
    },
    viewText,
    ...times,
  };
}
