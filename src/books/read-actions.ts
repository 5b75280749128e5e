import type { ActionView } from '../contracts/operators.ts';
import type { Page } from '../contracts/primitives.ts';
import type { OrderAddress } from '../domain/ids.ts';
import { actionKeys, type ActionFilter } from './read-action-walk.ts';
import type { BooksFile, Prepare } from './read-file.ts';

/** An action as it stood when it changed last. */
export interface ActionChange {
  seq: number;
  view: ActionView;
}

export interface ActionReads {
  list(filter: ActionFilter & { cursor?: string | undefined; limit: number }): Page<ActionView>;
  find(actionId: string): ActionView | undefined;
  /** Actions that changed after `seq`, in the order of their changes. */
  changes(seq: number, limit: number): ActionChange[];
  /** The number of the last change; 0 when there was none. */
  lastChange(): number;
  /** Open ones by reason, each counted up to `rowsMax`. */
  countByReason(rowsMax: number): [reason: string, count: number][];
  /** When the open one that is overdue for longest was due; null when none is. */
  oldestOverdue(now: number): number | null;
}

const FIND = `SELECT view FROM actions WHERE action_id = ?`;
const CHANGES = `SELECT change_seq AS seq, view FROM actions
  WHERE change_seq > ? ORDER BY change_seq LIMIT ?`;
const LAST_CHANGE = `SELECT change_seq AS seq FROM actions
  WHERE change_seq > 0 ORDER BY change_seq DESC LIMIT 1`;
const NEXT_REASON = `SELECT reason FROM actions
  WHERE closed_at IS NULL AND reason > ? ORDER BY reason LIMIT 1`;
const COUNT_REASON = `SELECT count(*) AS count
  FROM (SELECT 1 FROM actions WHERE closed_at IS NULL AND reason = ? LIMIT ?)`;
const OVERDUE = `SELECT due_at AS dueAt FROM actions
  WHERE closed_at IS NULL AND due_order < ? ORDER BY due_order LIMIT 1`;

/** Reasons are few and named in code; a page of metrics has no room for more. */
const REASONS_MAX = 50;

export function createActionReads(books: BooksFile, scanRowsMax: number): ActionReads {
  return {
    list: ({ cursor, limit, ...filter }) =>
      books.query(
        (prepare) => {
          const limits = { limit, scanRowsMax };
          return resolved(prepare, actionKeys({ prepare, filter, cursor, limits }));
        },
        { items: [], next: null },
      ),
    find: (actionId) => books.query((prepare) => findIn(prepare, actionId), undefined),
    changes: (seq, limit) =>
      books.query(
        (prepare) =>
          prepare<{ seq: number; view: string }>(CHANGES)
            .all(seq, limit)
            .map((row) => ({ seq: row.seq, view: viewOf(row.view) })),
        [],
      ),
    lastChange: () =>
      books.query((prepare) => prepare<{ seq: number }>(LAST_CHANGE).get()?.seq ?? 0, 0),
    countByReason: (rowsMax) => books.query((prepare) => counts(prepare, rowsMax), []),
    oldestOverdue: (now) =>
      books.query((prepare) => prepare<{ dueAt: number }>(OVERDUE).get(now)?.dueAt ?? null, null),
  };
}

function resolved(prepare: Prepare, page: Page<string>): Page<ActionView> {
  return { items: page.items.flatMap((id) => findIn(prepare, id) ?? []), next: page.next };
}

function findIn(prepare: Prepare, actionId: string): ActionView | undefined {
  const row = prepare<{ view: string }>(FIND).get(actionId);
  return row === undefined ? undefined : viewOf(row.view);
}

function counts(prepare: Prepare, rowsMax: number): [string, number][] {
  const found: [string, number][] = [];
  let reason = prepare<{ reason: string }>(NEXT_REASON).get('')?.reason;
  while (reason !== undefined && found.length < REASONS_MAX) {
    found.push([reason, prepare<{ count: number }>(COUNT_REASON).get(reason, rowsMax)?.count ?? 0]);
    reason = prepare<{ reason: string }>(NEXT_REASON).get(reason)?.reason;
  }
  return found;
}

/** The worker writes `view` from ActionSchema; it is not checked again on each read. */
function viewOf(json: string): ActionView {
  return JSON.parse(json) as ActionView;
}

/** The order that an action asks about. */
export function orderOfAction(action: ActionView): OrderAddress {
  return { connection: action.connection, orderId: action.order_id };
}
