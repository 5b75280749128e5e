import type { Page } from '../../contracts/primitives.ts';
import { cursorOf, positionOf } from '../../books/read-cursor.ts';
import type { Sqlite } from '../../db/open.ts';

/** What stands in the way of orders, whatever their number. */
export interface AlertFacts {
  kind: 'command' | 'event' | 'backlog' | 'mappings';
  connection: string;
  cause: string;
  /** Dead letters or events behind it. */
  count: number;
  ordersBlocked: number;
  oldestAt: number;
  lastError: string;
}

export interface Alert extends AlertFacts {
  alertId: string;
  raisedAt: number;
  updatedAt: number;
  resolvedAt: number | null;
}

export interface AlertStore {
  standing(): Alert[];
  insert(alert: Alert): void;
  update(alert: Alert): void;
  list(filter: AlertFilter): Page<Alert>;
  prune(before: number): void;
}

export interface AlertFilter {
  status?: 'raised' | 'resolved' | undefined;
  cursor?: string | undefined;
  limit: number;
}

const COLUMNS = `alert_id AS alertId, kind, connection, cause, count,
  orders_blocked AS ordersBlocked, oldest_at AS oldestAt, last_error AS lastError,
  raised_at AS raisedAt, updated_at AS updatedAt, resolved_at AS resolvedAt`;

export function createAlertStore(sqlite: Sqlite): AlertStore {
  const standing = sqlite.prepare<[], Alert>(
    `SELECT ${COLUMNS} FROM alerts WHERE resolved_at IS NULL`,
  );
  const insert = sqlite.prepare(`INSERT INTO alerts (alert_id, kind, connection, cause, count,
    orders_blocked, oldest_at, last_error, raised_at, updated_at, resolved_at)
    VALUES (@alertId, @kind, @connection, @cause, @count, @ordersBlocked, @oldestAt, @lastError,
      @raisedAt, @updatedAt, @resolvedAt)`);
  const update = sqlite.prepare(`UPDATE alerts SET count = @count, orders_blocked = @ordersBlocked,
    oldest_at = @oldestAt, last_error = @lastError, updated_at = @updatedAt,
    resolved_at = @resolvedAt WHERE alert_id = @alertId`);
  const page = sqlite.prepare<[object], Alert>(`SELECT ${COLUMNS} FROM alerts
    WHERE (raised_at, alert_id) < (@at, @key)
      AND (@status IS NULL OR (resolved_at IS NULL) = (@status = 'raised'))
    ORDER BY raised_at DESC, alert_id DESC LIMIT @fetch`);
  const prune = sqlite.prepare('DELETE FROM alerts WHERE resolved_at < ?');
  return {
    standing: () => standing.all(),
    insert: (alert) => void insert.run(alert),
    update: (alert) => void update.run(alert),
    list({ status = null, cursor, limit }) {
      const rows = page.all({ ...positionOf(cursor), status, fetch: limit + 1 });
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      const more = rows.length > limit && last !== undefined;
      const next = more ? cursorOf({ at: last.raisedAt, key: last.alertId }) : null;
      return { items, next };
    },
    prune: (before) => void prune.run(before),
  };
}
