import type { CrmOrder } from '../../contracts/crm.ts';
import type { Sqlite } from '../../db/open.ts';
import type { Position } from '../cursor.ts';
import { OrderContentSchema, type OrderContent } from './content.ts';

export type Line = CrmOrder['lines'][number];

export interface Order {
  orderId: string;
  version: number;
  status: string;
  sequence: number;
  content: OrderContent;
  createdFrom: string;
  createdAt: number;
  updatedAt: number;
}

type OrderRow = Omit<Order, 'content'> & { content: string };

const COLUMNS = `order_id AS orderId, version, status, sequence, content,
  created_from AS createdFrom, created_at AS createdAt, updated_at AS updatedAt`;

/** The CRM's orders and their lines; called inside a transaction of the owner. */
export type OrderStore = ReturnType<typeof createOrderStore>;

export function createOrderStore(sqlite: Sqlite) {
  const find = sqlite.prepare<[string], OrderRow>(
    `SELECT ${COLUMNS} FROM orders WHERE order_id = ?`,
  );
  const insert = sqlite.prepare(`INSERT INTO orders
    (order_id, version, status, sequence, content, created_from, created_at, updated_at)
    VALUES (@orderId, @version, @status, @sequence, @content, @createdFrom, @createdAt, @updatedAt)`);
  const update = sqlite.prepare(`UPDATE orders SET version = @version, status = @status,
    sequence = @sequence, content = @content, created_from = @createdFrom,
    updated_at = @updatedAt WHERE order_id = @orderId`);
  const changed = sqlite.prepare<[number, number, string, number], OrderRow>(`SELECT ${COLUMNS}
    FROM orders WHERE updated_at >= ? AND (updated_at, order_id) > (?, ?)
    ORDER BY updated_at, order_id LIMIT ?`);
  const latest = sqlite.prepare<[number], OrderRow>(
    `SELECT ${COLUMNS} FROM orders ORDER BY updated_at DESC, order_id DESC LIMIT ?`,
  );

  return {
    ...lineStatements(sqlite),
    nextNumber: numberStatement(sqlite),
    find(orderId: string): Order | undefined {
      const row = find.get(orderId);
      return row && orderOf(row);
    },
    insert: (order: Order) => void insert.run({ ...order, content: JSON.stringify(order.content) }),
    update: (order: Order) => void update.run({ ...order, content: JSON.stringify(order.content) }),
    /** Changed at or after `sinceMs`, after the position, oldest change first. */
    changed: (input: { sinceMs: number; after: Position; limit: number }) =>
      changed.all(input.sinceMs, input.after.at, input.after.id, input.limit).map(orderOf),
    latest: (limit: number) => latest.all(limit).map(orderOf),
  };
}

function lineStatements(sqlite: Sqlite) {
  const lines = sqlite.prepare<[string], Line>(`SELECT line_id, sku, ordered, picked, shipped,
    backordered, cancelled FROM order_lines WHERE order_id = ? ORDER BY position`);
  const write = sqlite.prepare(`INSERT INTO order_lines
    (order_id, line_id, position, sku, ordered, picked, shipped, backordered, cancelled)
    VALUES (@orderId, @line_id, @position, @sku, @ordered, @picked, @shipped, @backordered, @cancelled)
    ON CONFLICT (order_id, line_id) DO UPDATE SET ordered = excluded.ordered,
      picked = excluded.picked, shipped = excluded.shipped,
      backordered = excluded.backordered, cancelled = excluded.cancelled`);
  return {
    lines: (orderId: string) => lines.all(orderId),
    /** Writes the lines given; a new one takes its position in the list, a known one keeps its own. */
    writeLines: (orderId: string, all: readonly Line[]) =>
      all.forEach((line, position) => write.run({ ...line, orderId, position })),
  };
}

function numberStatement(sqlite: Sqlite) {
  const next = sqlite.prepare<[string], { last: number }>(`INSERT INTO order_numbers (day, last)
    VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET last = last + 1 RETURNING last`);
  return (day: string): number => {
    const row = next.get(day);
    if (row === undefined) throw new Error('The order number was not stored.');
    return row.last;
  };
}

function orderOf(row: OrderRow): Order {
  return { ...row, content: OrderContentSchema.parse(JSON.parse(row.content)) };
}
