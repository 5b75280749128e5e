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

export * from './reconcile-schema.ts';

/**
 * What people and the API read of the orders: a projection written by the worker, one transaction
 * per workflow step. Times are epoch ms.
 */
export const orders = sqliteTable(
  'orders',
  {
    /** `connection/order_id`. */
    orderKey: text('order_key').primaryKey(),
    connection: text('connection').notNull(),
    orderId: text('order_id').notNull(),
    workflowId: text('workflow_id').notNull(),
    /** The number of the last step written; a lower one is never written over it. */
    step: integer('step').notNull(),
    version: integer('version').notNull(),
    stage: text('stage').notNull(),
    headline: text('headline').notNull(),
    needsAction: integer('needs_action', { mode: 'boolean' }).notNull(),
    priority: text('priority').notNull(),
    promisedAt: integer('promised_at'),
    /** JSON of OrderView. */
    view: text('view').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    closedAt: integer('closed_at'),
  },
  (table) => [
    index('orders_by_update').on(table.updatedAt, table.orderKey),
    index('orders_by_stage').on(table.stage, table.updatedAt, table.orderKey),
    index('orders_by_headline').on(table.headline, table.updatedAt, table.orderKey),
    index('orders_by_id').on(table.orderId),
  ],
);

/** SKUs and outside ids of an order, for search. */
export const orderTerms = sqliteTable(
  'order_terms',
  { term: text('term').notNull(), orderKey: text('order_key').notNull() },
  (table) => [
    primaryKey({ columns: [table.term, table.orderKey] }),
    index('order_terms_by_order').on(table.orderKey),
  ],
);

export const timeline = sqliteTable(
  'timeline',
  {
    orderKey: text('order_key').notNull(),
    seq: integer('seq').notNull(),
    at: integer('at').notNull(),
    kind: text('kind').notNull(),
    summary: text('summary').notNull(),
    /** The event or command that caused it. */
    cause: text('cause').notNull(),
  },
  (table) => [primaryKey({ columns: [table.orderKey, table.seq] })],
);

/** What became of each event that reached its order. */
export const appliedEvents = sqliteTable(
  'applied_events',
  {
    connection: text('connection').notNull(),
    eventId: text('event_id').notNull(),
    orderKey: text('order_key').notNull(),
    /** applied, parked, ignored or dead. */
    state: text('state').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.connection, table.eventId] }),
    index('applied_events_by_age').on(table.at),
  ],
);

export const deadLetters = sqliteTable(
  'dead_letters',
  {
    id: text('id').primaryKey(),
    orderKey: text('order_key').notNull(),
    kind: text('kind').notNull(),
    connection: text('connection').notNull(),
    /** The command's key or the event's id. */
    subject: text('subject').notNull(),
    cause: text('cause').notNull(),
    attempts: integer('attempts').notNull(),
    lastStatus: integer('last_status'),
    lastError: text('last_error').notNull(),
    /** Excerpt of the command, JSON; null for an event, whose body is in the inbox. */
    request: text('request'),
    status: text('status').notNull(),
    at: integer('at').notNull(),
    resolvedAt: integer('resolved_at'),
  },
  (table) => [
    check('dead_letters_kind', sql`${table.kind} in ('command', 'event')`),
    check('dead_letters_status', sql`${table.status} in ('open', 'replayed', 'discarded')`),
    index('dead_letters_by_status').on(table.status, table.at, table.id),
    index('dead_letters_by_order').on(table.orderKey),
  ],
);

/** Backorders that wait for stock. */
export const waiting = sqliteTable(
  'waiting',
  {
    backorderId: text('backorder_id').primaryKey(),
    orderKey: text('order_key').notNull(),
    workflowId: text('workflow_id').notNull(),
    wms: text('wms').notNull(),
    sku: text('sku').notNull(),
    qty: integer('qty').notNull(),
    priority: text('priority').notNull(),
    promisedAt: integer('promised_at'),
    since: integer('since').notNull(),
    /** Not offered stock again before this time. */
    notBefore: integer('not_before').notNull(),
  },
  (table) => [
    check('waiting_qty', sql`${table.qty} > 0`),
    index('waiting_by_sku').on(table.wms, table.sku),
    index('waiting_by_order').on(table.orderKey),
  ],
);

/** Units promised to a backorder and not yet turned into a child pick or given back. */
export const offers = sqliteTable(
  'offers',
  {
    offerId: text('offer_id').primaryKey(),
    backorderId: text('backorder_id').notNull(),
    orderKey: text('order_key').notNull(),
    workflowId: text('workflow_id').notNull(),
    wms: text('wms').notNull(),
    sku: text('sku').notNull(),
    qty: integer('qty').notNull(),
    at: integer('at').notNull(),
    signalledAt: integer('signalled_at'),
  },
  (table) => [
    check('offers_qty', sql`${table.qty} > 0`),
    index('offers_by_sku').on(table.wms, table.sku),
    index('offers_by_order').on(table.orderKey),
    index('offers_by_backorder').on(table.backorderId),
  ],
);

/** Questions to people: every one that was asked, as its order's last step shows it. */
export const actions = sqliteTable(
  'actions',
  {
    actionId: text('action_id').primaryKey(),
    orderKey: text('order_key').notNull(),
    connection: text('connection').notNull(),
    orderId: text('order_id').notNull(),
    status: text('status').notNull(),
    reason: text('reason').notNull(),
    openedAt: integer('opened_at').notNull(),
    dueAt: integer('due_at'),
    /** `due_at`, after every date when there is none. */
    dueOrder: integer('due_order').notNull(),
    version: integer('version').notNull(),
    /** JSON of ActionView. */
    view: text('view').notNull(),
    closedAt: integer('closed_at'),
    /** Grows with every change over all actions, so that whoever follows them misses none. */
    changeSeq: integer('change_seq').notNull(),
  },
  (table) => [
    check('actions_status', sql`${table.status} in ('OPEN', 'ACKED', 'RESOLVED', 'SUPERSEDED')`),
    check(
      'actions_closed',
      sql`(${table.closedAt} is null) = (${table.status} in ('OPEN', 'ACKED'))`,
    ),
    index('actions_open')
      .on(table.dueOrder, table.actionId)
      .where(sql`closed_at is null`),
    index('actions_open_by_reason')
      .on(table.reason)
      .where(sql`closed_at is null`),
    index('actions_closed_by_time')
      .on(table.closedAt, table.actionId)
      .where(sql`closed_at is not null`),
    index('actions_by_age').on(table.openedAt, table.actionId),
    index('actions_by_order').on(table.orderKey),
    uniqueIndex('actions_by_change').on(table.changeSeq),
  ],
);

/** What orders answered to people's requests, by the request's event id, for a while. */
export const answers = sqliteTable(
  'answers',
  {
    eventId: text('event_id').primaryKey(),
    /** JSON of Answer. */
    answer: text('answer').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [index('answers_by_age').on(table.at)],
);
