import { sql } from 'drizzle-orm';
import { blob, check, index, integer, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';

/** Every authentic, well-formed event once. Times are epoch ms; the exact bytes stand last. */
export const events = sqliteTable(
  'events',
  {
    /** Order of arrival. */
    seq: integer('seq').primaryKey(),
    connection: text('connection').notNull(),
    eventId: text('event_id').notNull(),
    kind: text('kind').notNull(),
    eventType: text('event_type').notNull(),
    source: text('source').notNull(),
    sentAt: integer('sent_at').notNull(),
    /** Whose turn it is part of; null when nothing acts on it. */
    lane: text('lane'),
    status: text('status').notNull(),
    receivedAt: integer('received_at').notNull(),
    settledAt: integer('settled_at'),
    /** When a dispatcher may claim it: at once, after its linger, its lease or its backoff. */
    dueAt: integer('due_at').notNull(),
    leaseOwner: text('lease_owner'),
    /** Hand-overs that failed. */
    attempts: integer('attempts').notNull().default(0),
    lastError: text('last_error'),
    deliveries: integer('deliveries').notNull().default(1),
    /** Id of the webhook secret that verified it. */
    secretId: text('secret_id').notNull(),
    sha256: blob('sha256', { mode: 'buffer' }).notNull(),
    /** JSON of the few headers that are kept; signatures and credentials are not. */
    headers: text('headers').notNull(),
    body: blob('body', { mode: 'buffer' }).notNull(),
  },
  (table) => [
    unique('events_by_id').on(table.connection, table.eventId),
    index('events_by_lane').on(table.lane, table.status, table.seq),
    index('events_due')
      .on(table.dueAt, table.seq)
      .where(sql`status = 'accepted'`),
    index('events_leased')
      .on(table.lane)
      .where(sql`lease_owner is not null`),
    index('events_set_aside')
      .on(table.status, table.seq)
      .where(sql`status in ('late', 'ignored', 'quarantined')`),
    check('events_kind', sql`${table.kind} in ('crm', 'tasks', 'wms')`),
    check(
      'events_status',
      sql`${table.status} in ('accepted', 'dispatched', 'late', 'ignored', 'quarantined')`,
    ),
    check('events_lease', sql`${table.leaseOwner} is null or ${table.status} = 'accepted'`),
    check('events_settled', sql`(${table.status} = 'accepted') = (${table.settledAt} is null)`),
    check('events_deliveries', sql`${table.deliveries} >= 1 and ${table.attempts} >= 0`),
    check('events_sha256', sql`length(${table.sha256}) = 32`),
  ],
);

/** Authentic bodies that could not be taken; one row per distinct body and cause. */
export const quarantine = sqliteTable(
  'quarantine',
  {
    id: text('id').primaryKey(),
    connection: text('connection').notNull(),
    kind: text('kind').notNull(),
    /** Null when the body holds none that can be read. */
    eventId: text('event_id'),
    eventType: text('event_type'),
    cause: text('cause').notNull(),
    /** JSON of `errors[]` or a sentence, for the operator. */
    detail: text('detail').notNull(),
    receivedAt: integer('received_at').notNull(),
    deliveries: integer('deliveries').notNull().default(1),
    secretId: text('secret_id').notNull(),
    sha256: blob('sha256', { mode: 'buffer' }).notNull(),
    headers: text('headers').notNull(),
    body: blob('body', { mode: 'buffer' }).notNull(),
  },
  (table) => [
    unique('quarantine_once').on(table.connection, table.sha256, table.cause),
    index('quarantine_by_age').on(table.receivedAt, table.id),
    index('quarantine_by_event').on(table.connection, table.eventId),
    check(
      'quarantine_cause',
      sql`${table.cause} in ('not-json', 'too-deep', 'schema-invalid', 'stale', 'event-id-reused', 'unprocessable')`,
    ),
  ],
);
