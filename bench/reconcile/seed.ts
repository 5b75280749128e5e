import { join } from 'node:path';
import Database from 'better-sqlite3';
import * as booksSchema from '../../src/books/schema.ts';
import { openDatabase, type Sqlite } from '../../src/db/open.ts';
import { agreedOrders, viewOfAgreed, type AgreedOrder } from './agreed-orders.ts';

const BUSY_TIMEOUT_MS = 20_000;

/** Writes the same orders into the databases of the three systems, and into our books. */
export function seedOrders(folder: string, count: number): void {
  const now = Date.now();
  const each = (sqlite: Sqlite, write: (order: AgreedOrder) => void): void => {
    sqlite.transaction(() => {
      for (const order of agreedOrders(count, now)) write(order);
    })();
    sqlite.close();
  };
  const opened = (file: string): Sqlite => {
    const sqlite = new Database(join(folder, file), { timeout: BUSY_TIMEOUT_MS });
    // Stock and products play no part in what is compared.
    sqlite.pragma('foreign_keys = OFF');
    return sqlite;
  };
  const crm = opened('crm.db');
  each(crm, crmWriter(crm));
  const wms = opened('wms.db');
  each(wms, wmsWriter(wms));
  const tasks = opened('tasks.db');
  each(tasks, tasksWriter(tasks));
  const { sqlite: books } = openDatabase(booksSchema, {
    file: join(folder, 'books.db'),
    migrations: 'src/books/migrations',
    synchronous: 'NORMAL',
  });
  each(books, booksWriter(books));
}

function crmWriter(sqlite: Sqlite): (order: AgreedOrder) => void {
  const order = sqlite.prepare(`
    insert into orders (order_id, version, status, sequence, content, created_from, created_at, updated_at)
    values (?, 1, 'ALLOCATED', 0, ?, '', ?, ?)`);
  const line = sqlite.prepare(
    'insert into order_lines (order_id, line_id, position, sku, ordered) values (?, ?, ?, ?, ?)',
  );
  return ({ orderId, items, changedAt }) => {
    const customer = { id: 'CUST-123', name: 'Acme Co', account_priority: 'gold' };
    const fulfillment = { method: 'standard', requested_date: '2026-12-20' };
    order.run(orderId, JSON.stringify({ customer, items, fulfillment }), changedAt, changedAt);
    for (const [position, { line_id: lineId, sku, qty }] of items.entries()) {
      line.run(orderId, lineId, position, sku, qty);
    }
  };
}

function wmsWriter(sqlite: Sqlite): (order: AgreedOrder) => void {
  const pick = sqlite.prepare(`
    insert into picks (pick_id, order_id, reference, status, priority, preferences, sequence, created_at, updated_at)
    values (?, ?, ?, 'CREATED', 'high', '[]', 1, ?, ?)`);
  const line = sqlite.prepare(`
    insert into pick_lines (pick_line, pick_id, line_id, position, sku, requested, allocated, picked,
      shipped, short, cancelled, unfilled, over, cancel_asked)
    values (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0)`);
  return ({ orderId, pickId, reference, items, changedAt }) => {
    pick.run(pickId, orderId, reference, changedAt, changedAt);
    for (const [position, { line_id: lineId, sku, qty }] of items.entries()) {
      line.run(`${pickId}/${lineId}`, pickId, lineId, position, sku, qty, qty);
    }
  };
}

function tasksWriter(sqlite: Sqlite): (order: AgreedOrder) => void {
  const task = sqlite.prepare(`
    insert into tasks (number, external_type, external_id, task_type, status, priority, title, metadata, created_at, updated_at)
    values (?, 'order', ?, 'fulfillment_pick', 'OPEN', 'high', ?, ?, ?, ?)`);
  return ({ number, orderId, pickId, changedAt }) => {
    const metadata = { order_id: orderId, pick_id: pickId, pick_ids: [pickId] };
    const title = `Pick ${orderId}`;
    task.run(number, orderId, title, JSON.stringify(metadata), changedAt, changedAt);
  };
}

function booksWriter(sqlite: Sqlite): (order: AgreedOrder) => void {
  const row = sqlite.prepare(`
    insert into orders (order_key, connection, order_id, workflow_id, step, version, stage, headline,
      needs_action, priority, view, created_at, updated_at)
    values (?, 'crm', ?, ?, 1, 1, 'FULFILLING', 'ALLOCATED', 0, 'high', ?, ?, ?)`);
  return (order) => {
    const { orderId, changedAt } = order;
    const view = JSON.stringify(viewOfAgreed(order));
    row.run(`crm/${orderId}`, orderId, `order/crm/${orderId}`, view, changedAt, changedAt);
  };
}
