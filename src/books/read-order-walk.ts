import type { Position } from './read-cursor.ts';
import type { Prepare, SqlValue } from './read-file.ts';
import type { Passed } from './read-walk.ts';

export interface OrderFilter {
  stage?: string | undefined;
  headline?: string | undefined;
  needsAction?: boolean | undefined;
  /** An order id or a term of the order (SKU, task id, pick id), whole or its beginning. */
  q?: string | undefined;
}

interface Condition {
  sql: string;
  values: SqlValue[];
}

/** The stage that every order with an open action shows, and no other order. */
const NEEDS_ACTION_STAGE = 'NEEDS_ACTION';

/** Walks the index that fits the filter best, newest first; what it does not cover decides `hit`. */
export function passedOrders(
  prepare: Prepare,
  filter: OrderFilter,
  from: Position,
): Iterable<Passed> {
  const { walked, checked } = split(filter);
  const where = [
    ...walked,
    { sql: '(o.updated_at, o.order_key) < (?, ?)', values: [from.at, from.key] },
  ];
  const hit = checked.length === 0 ? '1' : checked.map(({ sql }) => `(${sql})`).join(' AND ');
  const sql = `SELECT o.order_key AS key, o.updated_at AS at, ${hit} AS hit FROM orders o
    WHERE ${where.map((condition) => condition.sql).join(' AND ')}
    ORDER BY o.updated_at DESC, o.order_key DESC`;
  const values = [...checked, ...where].flatMap((condition) => condition.values);
  return prepare<Passed>(sql).iterate(...values);
}

/** Which condition leads the walk, and which are checked on the way. */
function split(filter: OrderFilter): { walked: Condition[]; checked: Condition[] } {
  const checked: Condition[] = [];
  let walked: Condition[] = [];
  if (filter.stage !== undefined) {
    walked = [{ sql: 'o.stage = ?', values: [filter.stage] }];
  } else if (filter.needsAction === true) {
    walked = [{ sql: 'o.stage = ?', values: [NEEDS_ACTION_STAGE] }];
  }
  if (filter.headline !== undefined) {
    const headline = { sql: 'o.headline = ?', values: [filter.headline] };
    if (walked.length === 0) walked = [headline];
    else checked.push(headline);
  }
  if (filter.needsAction !== undefined) {
    checked.push({ sql: 'o.needs_action = ?', values: [filter.needsAction ? 1 : 0] });
  }
  if (filter.q !== undefined) checked.push(searched(filter.q));
  return { walked, checked };
}

function searched(q: string): Condition {
  const range = prefixRange(q);
  return {
    sql: `o.order_id >= ? AND o.order_id < ? OR EXISTS (SELECT 1 FROM order_terms t
      WHERE t.order_key = o.order_key AND t.term >= ? AND t.term < ?)`,
    values: [...range, ...range],
  };
}

/** `[from, to)` of all texts that begin with the prefix, in the byte order of SQLite. */
export function prefixRange(prefix: string): [string, string] {
  return [prefix, `${prefix}\u{10FFFF}`];
}
