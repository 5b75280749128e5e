import { sql } from 'drizzle-orm';
import {
  check,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';

export { deliveries, deliveryAttempts, webhookModes } from '../delivery/schema.ts';

/** What operators did, each row chained to the one before; triggers refuse change and removal. */
export const audit = sqliteTable('audit', {
  seq: integer('seq').primaryKey(),
  at: integer('at').notNull(),
  /** Id of the API key. */
  actor: text('actor').notNull(),
  /** Method and route, such as `POST /api/v1/dead-letters/{id}/replay`. */
  action: text('action').notNull(),
  /** The path that was called. */
  target: text('target').notNull(),
  reason: text('reason'),
  /** JSON of what was asked, without secrets, cut. */
  request: text('request'),
  outcome: text('outcome').notNull(),
  requestId: text('request_id').notNull(),
  previousHash: text('previous_hash').notNull(),
  hash: text('hash').notNull(),
});

/** Calls under way: what is still here after a crash is recorded with an unknown outcome. */
export const auditPending = sqliteTable('audit_pending', {
  id: integer('id').primaryKey(),
  at: integer('at').notNull(),
  actor: text('actor').notNull(),
  action: text('action').notNull(),
  target: text('target').notNull(),
  reason: text('reason'),
  request: text('request'),
  requestId: text('request_id').notNull(),
});

export const subscriptions = sqliteTable(
  'subscriptions',
  {
    subscriptionId: text('subscription_id').primaryKey(),
    url: text('url').notNull(),
    /** JSON array of patterns. */
    eventTypes: text('event_types').notNull(),
    description: text('description'),
    secret: text('secret').notNull(),
    enabled: integer('enabled').notNull(),
    disabledReason: text('disabled_reason'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    check('subscriptions_enabled', sql`${table.enabled} in (0, 1)`),
    index('subscriptions_by_age').on(table.createdAt, table.subscriptionId),
  ],
);

export const alerts = sqliteTable(
  'alerts',
  {
    alertId: text('alert_id').primaryKey(),
    kind: text('kind').notNull(),
    connection: text('connection').notNull(),
    cause: text('cause').notNull(),
    /** Dead letters or events behind it. */
    count: integer('count').notNull(),
    ordersBlocked: integer('orders_blocked').notNull(),
    oldestAt: integer('oldest_at').notNull(),
    lastError: text('last_error').notNull(),
    raisedAt: integer('raised_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    resolvedAt: integer('resolved_at'),
  },
  (table) => [
    check('alerts_kind', sql`${table.kind} in ('command', 'event', 'backlog', 'mappings')`),
    uniqueIndex('alerts_standing')
      .on(table.kind, table.connection, table.cause)
      .where(sql`resolved_at is null`),
    index('alerts_by_age').on(table.raisedAt, table.alertId),
  ],
);

export const replays = sqliteTable(
  'replays',
  {
    replayId: text('replay_id').primaryKey(),
    /** JSON of the filter. */
    filter: text('filter').notNull(),
    ratePerS: real('rate_per_s').notNull(),
    status: text('status').notNull(),
    total: integer('total').notNull(),
    /** Matches beyond the limit of one replay. */
    remaining: integer('remaining').notNull(),
    actor: text('actor').notNull(),
    createdAt: integer('created_at').notNull(),
    finishedAt: integer('finished_at'),
    /** Why it waits now, or what went wrong last. */
    lastError: text('last_error'),
  },
  (table) => [
    check('replays_status', sql`${table.status} in ('running', 'done', 'cancelled')`),
    index('replays_by_status').on(table.status, table.createdAt),
  ],
);

export const replayItems = sqliteTable(
  'replay_items',
  {
    replayId: text('replay_id').notNull(),
    position: integer('position').notNull(),
    deadLetterId: text('dead_letter_id').notNull(),
    status: text('status').notNull(),
    error: text('error'),
    at: integer('at'),
  },
  (table) => [
    primaryKey({ columns: [table.replayId, table.position] }),
    check('replay_items_status', sql`${table.status} in ('pending', 'sent', 'skipped', 'failed')`),
    index('replay_items_by_status').on(table.replayId, table.status, table.position),
  ],
);

/** What subscribers were told of each action, so that no restart tells it twice. */
export const actionMarks = sqliteTable(
  'action_marks',
  {
    actionId: text('action_id').primaryKey(),
    /** The last rung of the ladder that was told; 0 when only that it was asked. */
    rung: integer('rung').notNull(),
    /** When the action was closed, once that was told. */
    closedAt: integer('closed_at'),
  },
  (table) => [
    index('action_marks_by_end')
      .on(table.closedAt)
      .where(sql`closed_at is not null`),
  ],
);

/** How far the changes of actions in the books were followed. */
export const actionFeed = sqliteTable(
  'action_feed',
  { id: integer('id').primaryKey(), seq: integer('seq').notNull() },
  (table) => [check('action_feed_one', sql`${table.id} = 1`)],
);
