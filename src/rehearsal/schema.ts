import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Each call that was received, in the order in which it ended. */
export const rehearsalRequests = sqliteTable(
  'rehearsal_requests',
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    at: integer().notNull(),
    method: text().notNull(),
    path: text().notNull(),
    idempotencyKey: text('idempotency_key'),
    body: text(),
    /** Null when the connection was cut before anything was answered. */
    status: integer(),
    effect: text({ enum: ['created', 'replayed', 'none'] }).notNull(),
  },
  (table) => [
    index('rehearsal_requests_at').on(table.at),
    check('rehearsal_requests_effect', sql`${table.effect} in ('created', 'replayed', 'none')`),
  ],
);

export const rehearsalFaults = sqliteTable(
  'rehearsal_faults',
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    method: text().notNull(),
    path: text().notNull(),
    kind: text({ enum: ['status', 'delay', 'hang', 'drop_before', 'drop_after'] }).notNull(),
    status: integer(),
    retryAfter: text('retry_after'),
    delayMs: integer('delay_ms'),
    times: integer().notNull(),
    timesLeft: integer('times_left').notNull(),
  },
  (table) => [check('rehearsal_faults_left', sql`${table.timesLeft} between 0 and ${table.times}`)],
);
