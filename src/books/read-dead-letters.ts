import type { Page } from '../contracts/primitives.ts';
import { positionOf, type Position } from './read-cursor.ts';
import type { BooksFile, Prepare, SqlValue } from './read-file.ts';
import { pageOfAll, pageOfWalk, type Passed } from './read-walk.ts';

export interface DeadLetterRow {
  id: string;
  orderKey: string;
  kind: 'command' | 'event';
  connection: string;
  subject: string;
  cause: string;
  attempts: number;
  lastStatus: number | null;
  lastError: string;
  status: 'open' | 'replayed' | 'discarded';
  at: number;
}

export interface OpenDeadLetter extends DeadLetterRow {
  /** Whether its order is open. */
  blocks: 0 | 1;
}

export interface DeadLetterDetail extends OpenDeadLetter {
  resolvedAt: number | null;
  /** JSON of what was sent, where the books hold it. */
  request: string | null;
}

export interface DeadLetterFilter {
  status: DeadLetterRow['status'];
  connection?: string | undefined;
  cause?: string | undefined;
  orderId?: string | undefined;
}

export interface DeadLetterReads {
  list(
    filter: DeadLetterFilter & { cursor?: string | undefined; limit: number },
  ): Page<DeadLetterRow>;
  find(id: string): DeadLetterDetail | undefined;
  /** Open ones, newest first, `limit` at a time; an empty slice is the end. */
  open(from: Position, limit: number): OpenDeadLetter[];
  openOfOrder(orderId: string, limit: number): OpenDeadLetter[];
}

const COLUMNS = `id, order_key AS orderKey, kind, connection, subject, cause, attempts,
  last_status AS lastStatus, last_error AS lastError, status, at`;

const ONE = `SELECT ${COLUMNS} FROM dead_letters WHERE id = ?`;

const BLOCKS = `EXISTS (SELECT 1 FROM orders o
  WHERE o.order_key = dead_letters.order_key AND o.closed_at IS NULL) AS blocks`;

const DETAIL = `SELECT *, ${COLUMNS}, resolved_at AS resolvedAt, ${BLOCKS}
  FROM dead_letters WHERE id = ?`;

const OPEN = `SELECT ${COLUMNS}, ${BLOCKS} FROM dead_letters
  WHERE status = 'open' AND (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?`;

const OPEN_OF_ORDER = `SELECT ${COLUMNS}, ${BLOCKS} FROM dead_letters INDEXED BY dead_letters_by_order
  WHERE order_key IN (SELECT order_key FROM orders WHERE order_id = ?) AND status = 'open' LIMIT ?`;

const OF_ORDER = `SELECT ${COLUMNS} FROM dead_letters INDEXED BY dead_letters_by_order
  WHERE order_key IN (SELECT order_key FROM orders WHERE order_id = ?) LIMIT ?`;

export function createDeadLetterReads(books: BooksFile, scanRowsMax: number): DeadLetterReads {
  return {
    list: ({ cursor, limit, ...filter }) => {
      const from = positionOf(cursor);
      return books.query(
        (prepare) => {
          if (filter.orderId !== undefined) {
            const rows = prepare<DeadLetterRow>(OF_ORDER).all(filter.orderId, scanRowsMax);
            const fitting = rows
              .filter((row) => fits(row, filter))
              .map((row) => ({ ...row, key: row.id }));
            return pageOfAll(fitting, from, limit);
          }
          const keys = pageOfWalk(passed(prepare, filter, from), { limit, scanRowsMax });
          const items = keys.items.flatMap((id) => prepare<DeadLetterRow>(ONE).get(id) ?? []);
          return { items, next: keys.next };
        },
        { items: [], next: null },
      );
    },
    find: (id) => books.query((prepare) => detail(prepare, id), undefined),
    open: (from, limit) =>
      books.query((prepare) => prepare<OpenDeadLetter>(OPEN).all(from.at, from.key, limit), []),
    openOfOrder: (orderId, limit) =>
      books.query((prepare) => prepare<OpenDeadLetter>(OPEN_OF_ORDER).all(orderId, limit), []),
  };
}

/** Books written before requests were kept have no such column. */
function detail(prepare: Prepare, id: string): DeadLetterDetail | undefined {
  const row = prepare<DeadLetterDetail & { request?: string | null }>(DETAIL).get(id);
  return row === undefined ? undefined : { ...row, request: row.request ?? null };
}

function passed(prepare: Prepare, filter: DeadLetterFilter, from: Position): Iterable<Passed> {
  const checks: string[] = [];
  const values: SqlValue[] = [];
  for (const column of ['connection', 'cause'] as const) {
    const wanted = filter[column];
    if (wanted === undefined) continue;
    checks.push(`${column} = ?`);
    values.push(wanted);
  }
  const hit = checks.length === 0 ? '1' : checks.join(' AND ');
  const sql = `SELECT id AS key, at, ${hit} AS hit FROM dead_letters
    WHERE status = ? AND (at, id) < (?, ?) ORDER BY at DESC, id DESC`;
  return prepare<Passed>(sql).iterate(...values, filter.status, from.at, from.key);
}

function fits(row: DeadLetterRow, filter: DeadLetterFilter): boolean {
  if (row.status !== filter.status) return false;
  if (filter.connection !== undefined && row.connection !== filter.connection) return false;
  return filter.cause === undefined || row.cause === filter.cause;
}
