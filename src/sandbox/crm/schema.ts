import { sql } from 'drizzle-orm';
import {
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';

export * from '../../delivery/schema.ts';
export * from '../../rehearsal/schema.ts';
export * from '../idempotency-schema.ts';

export const orders = sqliteTable(
  'orders',
  {
    orderId: text('order_id').primaryKey(),
    version: integer().notNull(),
    status: text().notNull(),
    /** The last event that was applied; 0 when none was. */
    sequence: integer().notNull().default(0),
    /** Customer, items, fulfillment and total as JSON: the CRM's own side of the order. */
    content: text().notNull(),
    /** Hash of the body that made the order, to tell a repeat from another order of this id. */
    createdFrom: text('created_from').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    index('orders_updated').on(table.updatedAt, table.orderId),
    check('orders_version', sql`${table.version} >= 1 and ${table.sequence} >= 0`),
  ],
);

/** What the CRM was told about each line; a line that left the order stays with `ordered` 0. */
export const orderLines = sqliteTable(
  'order_lines',
  {
    orderId: text('order_id')
      .notNull()
      .references(() => orders.orderId),
    lineId: text('line_id').notNull(),
    position: integer().notNull(),
    sku: text().notNull(),
    ordered: integer().notNull(),
    picked: integer().notNull().default(0),
    shipped: integer().notNull().default(0),
    backordered: integer().notNull().default(0),
    cancelled: integer().notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.lineId] }),
    check(
      'order_lines_not_negative',
      sql`${table.ordered} >= 0 and ${table.picked} >= 0 and ${table.shipped} >= 0
        and ${table.backordered} >= 0 and ${table.cancelled} >= 0`,
    ),
  ],
);

/** Events applied, gapless from 1 per order. */
export const orderEvents = sqliteTable(
  'order_events',
  {
    eventId: text('event_id').primaryKey(),
    orderId: text('order_id')
      .notNull()
      .references(() => orders.orderId),
    sequence: integer().notNull(),
    /** SHA-256 of the canonical JSON. */
    fingerprint: text().notNull(),
    body: text().notNull(),
    at: integer().notNull(),
  },
  (table) => [
    uniqueIndex('order_events_sequence').on(table.orderId, table.sequence),
    check('order_events_gapless', sql`${table.sequence} >= 1`),
  ],
);

/** Running numbers of the order ids that the CRM makes, one per day. */
export const orderNumbers = sqliteTable('order_numbers', {
  day: text().primaryKey(),
  last: integer().notNull(),
});
