import type { ActionView } from '../contracts/operators.ts';
import type { Page } from '../contracts/primitives.ts';
import { NEWEST, positionOf, type Position } from './read-cursor.ts';
import type { Prepare } from './read-file.ts';
import { pageOfWalk, type Passed, type WalkLimits } from './read-walk.ts';

/**
 * `open`: OPEN and ACKED, the first due first. `closed`: RESOLVED and SUPERSEDED, the last closed
 * first. `all`: the last asked first. Else those of one status, in the order of its group.
 */
export type ActionGroup = 'open' | 'closed' | 'all' | ActionView['status'];

export interface ActionFilter {
  status?: ActionGroup | undefined;
  orderId?: string | undefined;
  connection?: string | undefined;
  reason?: string | undefined;
}

const KEYS_OF_ORDER = `SELECT order_key AS orderKey FROM orders WHERE order_id = ? LIMIT 1000`;

interface Walk {
  prepare: Prepare;
  filter: ActionFilter;
  cursor: string | undefined;
  limits: WalkLimits;
}

/** How a group is walked: the index that holds it, and in which direction. */
interface Route {
  column: 'due_order' | 'closed_at' | 'opened_at';
  within: string;
  ascending: boolean;
}

const OPEN: Route = { column: 'due_order', within: 'closed_at IS NULL AND', ascending: true };
const CLOSED: Route = {
  column: 'closed_at',
  within: 'closed_at IS NOT NULL AND',
  ascending: false,
};

const ROUTES: Record<ActionGroup, Route> = {
  open: OPEN,
  OPEN,
  ACKED: OPEN,
  closed: CLOSED,
  RESOLVED: CLOSED,
  SUPERSEDED: CLOSED,
  all: { column: 'opened_at', within: '', ascending: false },
};

/** The ids of one page of actions. */
export function actionKeys(walk: Walk): Page<string> {
  const { orderId } = walk.filter;
  return orderId === undefined ? walked(walk) : ofOrder(walk, orderId);
}

const BEFORE_ALL: Position = { at: -1, key: '' };

function walked({ prepare, filter, cursor, limits }: Walk): Page<string> {
  const group = filter.status ?? 'open';
  const { column, within, ascending } = ROUTES[group];
  const from = cursor === undefined ? (ascending ? BEFORE_ALL : NEWEST) : positionOf(cursor);
  const { hit, values } = checked(filter, group);
  const direction = ascending ? 'ASC' : 'DESC';
  const sql = `SELECT action_id AS key, ${column} AS at, ${hit} AS hit FROM actions
    WHERE ${within} (${column}, action_id) ${ascending ? '>' : '<'} (?, ?)
    ORDER BY ${column} ${direction}, action_id ${direction}`;
  const rows = prepare<Passed>(sql).iterate(...values, from.at, from.key);
  return pageOfWalk(rows, limits);
}

function checked(filter: ActionFilter, group: ActionGroup): { hit: string; values: string[] } {
  const checks = [
    { column: 'status', wanted: group === group.toUpperCase() ? group : undefined },
    { column: 'connection', wanted: filter.connection },
    { column: 'reason', wanted: filter.reason },
  ].flatMap(({ column, wanted }) => (wanted === undefined ? [] : [{ column, wanted }]));
  const hit = checks.map(({ column }) => `${column} = ?`).join(' AND ');
  return { hit: hit === '' ? '1' : hit, values: checks.map(({ wanted }) => wanted) };
}

interface OrderRow extends Passed {
  closed: 0 | 1;
}

/** An order has few actions: they are all looked at, and put in order here. */
function ofOrder({ prepare, filter, cursor, limits }: Walk, orderId: string): Page<string> {
  const group = filter.status ?? 'open';
  const { column, ascending } = ROUTES[group];
  const { hit, values } = checked(filter, group);
  const sql = `SELECT action_id AS key, ${column} AS at, ${hit} AS hit,
    closed_at IS NOT NULL AS closed FROM actions INDEXED BY actions_by_order
    WHERE order_key = ? LIMIT ?`;
  const from = cursor === undefined ? (ascending ? BEFORE_ALL : NEWEST) : positionOf(cursor);
  const sign = ascending ? 1 : -1;
  const belongs = (row: OrderRow): boolean =>
    row.hit === 1 && (group === 'all' || (row.closed === 1) === (column === 'closed_at'));
  const rows = prepare<{ orderKey: string }>(KEYS_OF_ORDER)
    .all(orderId)
    .flatMap(({ orderKey }) => prepare<OrderRow>(sql).all(...values, orderKey, limits.scanRowsMax))
    .filter((row) => belongs(row) && sign * compare(row, from) > 0)
    .sort((a, b) => sign * compare(a, b));
  return pageOfWalk(rows, limits);
}

function compare(a: Position, b: Position): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.key === b.key) return 0;
  return a.key < b.key ? -1 : 1;
}
