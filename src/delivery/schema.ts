import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';

/** The outbox: one row per copy of an event that is owed to a webhook. */
export const deliveries = sqliteTable(
  'deliveries',
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    deliveryId: text('delivery_id').notNull(),
    webhookId: text('webhook_id').notNull(),
    eventId: text('event_id').notNull(),
    eventType: text('event_type').notNull(),
    body: text().notNull(),
    status: text({ enum: ['pending', 'delivered', 'failed', 'suppressed'] }).notNull(),
    /** Rows of lane `reverse` go out one after another, newest first. */
    lane: text({ enum: ['normal', 'reverse'] }).notNull(),
    /** Attempts of the present round; a redelivery begins a new round with a full budget. */
    tries: integer().notNull().default(0),
    round: integer().notNull().default(0),
    /** 1 when a person asked for it: it is then sent although webhooks are off. */
    forced: integer().notNull().default(0),
    nextAt: integer('next_at').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    unique('deliveries_delivery_id').on(table.deliveryId),
    index('deliveries_due').on(table.webhookId, table.status, table.lane, table.nextAt, table.seq),
    index('deliveries_event').on(table.eventId),
    index('deliveries_created').on(table.createdAt),
    check(
      'deliveries_status',
      sql`${table.status} in ('pending', 'delivered', 'failed', 'suppressed')`,
    ),
    check('deliveries_lane', sql`${table.lane} in ('normal', 'reverse')`),
    check('deliveries_tries', sql`${table.tries} >= 0 and ${table.round} >= 0`),
  ],
);

export const deliveryAttempts = sqliteTable(
  'delivery_attempts',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    deliverySeq: integer('delivery_seq')
      .notNull()
      .references(() => deliveries.seq, { onDelete: 'cascade' }),
    at: integer().notNull(),
    status: integer(),
    latencyMs: integer('latency_ms').notNull(),
    error: text(),
  },
  (table) => [index('delivery_attempts_delivery').on(table.deliverySeq, table.id)],
);

export const webhookModes = sqliteTable(
  'webhook_modes',
  {
    webhookId: text('webhook_id').primaryKey(),
    mode: text({ enum: ['on', 'off', 'duplicate', 'reverse'] }).notNull(),
    delayMs: integer('delay_ms').notNull(),
  },
  (table) => [
    check('webhook_modes_mode', sql`${table.mode} in ('on', 'off', 'duplicate', 'reverse')`),
    check('webhook_modes_delay', sql`${table.delayMs} >= 0`),
  ],
);
