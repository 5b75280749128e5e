import { AppError } from '../errors.ts';
import type { Page } from '../contracts/primitives.ts';
import type { OrderView } from '../contracts/operators.ts';
import type { OrderAddress } from '../domain/ids.ts';
import { orderViewOf } from './order-view.ts';
import { positionOf, type Position } from './read-cursor.ts';
import type { BooksFile, Prepare } from './read-file.ts';
import { passedOrders, prefixRange, type OrderFilter } from './read-order-walk.ts';
import { pageOfAll, pageOfWalk, type WalkLimits } from './read-walk.ts';

export interface OrderRow {
  orderKey: string;
  connection: string;
  orderId: string;
  workflowId: string;
  version: number;
  stage: OrderView['stage'];
  headline: OrderView['headline'];
  needsAction: 0 | 1;
  priority: OrderView['priority'];
  createdAt: number;
  updatedAt: number;
  closedAt: number | null;
}

export interface OrderListRow extends OrderRow {
  flags: string[];
}

export interface OrderRecord extends OrderRow {
  view: OrderView;
}

const COLUMNS = `order_key AS orderKey, connection, order_id AS orderId, workflow_id AS workflowId,
  version, stage, headline, needs_action AS needsAction, priority,
  created_at AS createdAt, updated_at AS updatedAt, closed_at AS closedAt`;

const LIST_ROW = `SELECT ${COLUMNS}, json_extract(view, '$.flags') AS flags
  FROM orders WHERE order_key = ?`;
const RECORD = `SELECT ${COLUMNS}, view FROM orders WHERE order_key = ?`;
const BUNDLES_HELD = `SELECT DISTINCT json_extract(view, '$.mapping_bundle') AS bundle
  FROM orders WHERE closed_at IS NULL`;
const STAGE = `SELECT stage FROM orders WHERE order_key = ?`;

const KEYS_BY_ID = `SELECT order_key AS orderKey FROM orders
  WHERE order_id >= ? AND order_id < ? LIMIT ?`;
const KEYS_BY_TERM = `SELECT order_key AS orderKey FROM order_terms
  WHERE term >= ? AND term < ? LIMIT ?`;

export function orderKeyOf(order: OrderAddress): string {
  return `${order.connection}/${order.orderId}`;
}

export function orderOfKey(orderKey: string): OrderAddress {
  const slash = orderKey.indexOf('/');
  return { connection: orderKey.slice(0, slash), orderId: orderKey.slice(slash + 1) };
}

export interface OrderReads {
  list(filter: OrderFilter & { cursor?: string | undefined; limit: number }): Page<OrderListRow>;
  find(order: OrderAddress): OrderRecord | undefined;
  stageOf(order: OrderAddress): string | undefined;
  /** Mapping bundles that open orders are pinned to. Throws `unavailable` while nobody can tell. */
  bundlesHeld(): string[];
}

export interface OrderReadLimits {
  scanRowsMax: number;
  /** Orders that a search may match before it is answered by a walk instead of by their keys. */
  searchMatchesMax: number;
}

export function createOrderReads(books: BooksFile, limits: OrderReadLimits): OrderReads {
  return {
    list: ({ cursor, limit, ...filter }) => {
      const from = positionOf(cursor);
      return books.query(
        (prepare) => {
          const walk = { limit, scanRowsMax: limits.scanRowsMax };
          if (filter.q === undefined) return walked({ prepare, filter, from, walk });
          const keys = matchingKeys(prepare, filter.q, limits.searchMatchesMax);
          if (keys === undefined) return walked({ prepare, filter, from, walk });
          return pageOfMatches({ prepare, filter, from, keys, limit });
        },
        { items: [], next: null },
      );
    },
    find: (order) =>
      books.query((prepare) => {
        const row = prepare<OrderRow & { view: string }>(RECORD).get(orderKeyOf(order));
        return row === undefined ? undefined : { ...row, view: orderViewOf(row.view) };
      }, undefined),
    stageOf: (order) =>
      books.query(
        (prepare) => prepare<{ stage: string }>(STAGE).get(orderKeyOf(order))?.stage,
        undefined,
      ),
    bundlesHeld() {
      const held = books.query<string[] | null>(
        (prepare) =>
          prepare<{ bundle: string }>(BUNDLES_HELD)
            .all()
            .map(({ bundle }) => bundle),
        null,
      );
      if (held !== null) return held;
      throw new AppError('unavailable', 'The books cannot be read now.', { retryAfterMs: 5000 });
    },
  };
}

interface Walked {
  prepare: Prepare;
  filter: OrderFilter;
  from: Position;
  walk: WalkLimits;
}

function walked({ prepare, filter, from, walk }: Walked): Page<OrderListRow> {
  const keys = pageOfWalk(passedOrders(prepare, filter, from), walk);
  const items = keys.items.flatMap((key) => listRow(prepare, key) ?? []);
  return { items, next: keys.next };
}

/** The orders that a search matches, found through their indexes; undefined when they are many. */
function matchingKeys(prepare: Prepare, q: string, matchesMax: number): Set<string> | undefined {
  const range = prefixRange(q);
  const keys = new Set<string>();
  for (const sql of [KEYS_BY_ID, KEYS_BY_TERM]) {
    const found = prepare<{ orderKey: string }>(sql).all(...range, matchesMax + 1);
    if (found.length > matchesMax) return undefined;
    for (const { orderKey } of found) keys.add(orderKey);
  }
  return keys;
}

interface Matches {
  prepare: Prepare;
  filter: OrderFilter;
  from: Position;
  keys: Set<string>;
  limit: number;
}

function pageOfMatches({ prepare, filter, from, keys, limit }: Matches): Page<OrderListRow> {
  const rows = [...keys]
    .flatMap((key) => listRow(prepare, key) ?? [])
    .filter((row) => fits(row, filter))
    .map((row) => ({ at: row.updatedAt, key: row.orderKey, row }));
  const page = pageOfAll(rows, from, limit);
  return { items: page.items.map(({ row }) => row), next: page.next };
}

function fits(row: OrderListRow, filter: OrderFilter): boolean {
  if (filter.stage !== undefined && row.stage !== filter.stage) return false;
  if (filter.headline !== undefined && row.headline !== filter.headline) return false;
  return filter.needsAction === undefined || (row.needsAction === 1) === filter.needsAction;
}

function listRow(prepare: Prepare, orderKey: string): OrderListRow | undefined {
  const row = prepare<OrderRow & { flags: string }>(LIST_ROW).get(orderKey);
  return row === undefined ? undefined : { ...row, flags: flagsOf(row.flags) };
}

function flagsOf(json: string): string[] {
  return JSON.parse(json) as string[];
}
