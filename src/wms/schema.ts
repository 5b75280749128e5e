import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import { MOVEMENT_KINDS } from './domain/movement.ts';

export { deliveries, deliveryAttempts, webhookModes } from '../delivery/schema.ts';
export { rehearsalFaults, rehearsalRequests } from '../rehearsal/schema.ts';

const quotedKinds = sql.raw(MOVEMENT_KINDS.map((kind) => `'${kind}'`).join(', '));

export const products = sqliteTable(
  'products',
  {
    sku: text().primaryKey(),
    name: text().notNull(),
    policy: text({ enum: ['fifo', 'fefo'] }).notNull(),
    lowMark: integer('low_mark').notNull(),
    overPickTolerance: integer('over_pick_tolerance').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    check('products_policy', sql`${table.policy} in ('fifo', 'fefo')`),
    check('products_limits', sql`${table.lowMark} >= 0 and ${table.overPickTolerance} >= 0`),
  ],
);

export const locations = sqliteTable('locations', {
  location: text().primaryKey(),
  name: text().notNull(),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
});

export const lots = sqliteTable(
  'lots',
  {
    sku: text()
      .notNull()
      .references(() => products.sku),
    lot: text().notNull(),
    expiresAt: integer('expires_at'),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.sku, table.lot] }),
    index('lots_expiry')
      .on(table.expiresAt, table.sku, table.lot)
      .where(sql`${table.expiresAt} is not null`),
  ],
);

/** Counters per sku x location x lot (`''` = no lot), beside the ledger and equal to its fold. */
export const stock = sqliteTable(
  'stock',
  {
    sku: text()
      .notNull()
      .references(() => products.sku),
    location: text()
      .notNull()
      .references(() => locations.location),
    lot: text().notNull(),
    onHand: integer('on_hand').notNull(),
    reserved: integer().notNull(),
    picked: integer().notNull(),
    held: integer().notNull(),
    /** The part of `held` that waits for a count, because a picker did not find it. */
    counting: integer().notNull(),
    /** When the oldest goods of this row came in; FIFO goes by it. */
    receivedAt: integer('received_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.sku, table.location, table.lot] }),
    check(
      'stock_counters_not_negative',
      sql`${table.onHand} >= 0 and ${table.reserved} >= 0 and ${table.picked} >= 0 and ${table.held} >= 0`,
    ),
    check('stock_counting_is_held', sql`${table.counting} between 0 and ${table.held}`),
    check(
      'stock_available_not_negative',
      sql`${table.reserved} + ${table.picked} + ${table.held} <= ${table.onHand}`,
    ),
  ],
);

/** The append-only ledger; triggers refuse every change and removal of a row. */
export const movements = sqliteTable(
  'movements',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    at: integer().notNull(),
    kind: text({ enum: MOVEMENT_KINDS }).notNull(),
    sku: text().notNull(),
    location: text().notNull(),
    lot: text().notNull(),
    qty: integer().notNull(),
    onHand: integer('d_on_hand').notNull(),
    reserved: integer('d_reserved').notNull(),
    picked: integer('d_picked').notNull(),
    held: integer('d_held').notNull(),
    counting: integer('d_counting').notNull(),
    causeId: text('cause_id').notNull(),
    /** `''` when no pick line is concerned, so that the unique key holds for such rows too. */
    pickLine: text('pick_line').notNull(),
    reason: text(),
    /** The other location of a transfer. */
    peerLocation: text('peer_location'),
  },
  (table) => [
    unique('movements_effect').on(
      table.causeId,
      table.kind,
      table.pickLine,
      table.location,
      table.lot,
    ),
    index('movements_sku').on(table.sku, table.id),
    index('movements_pick_line')
      .on(table.pickLine)
      .where(sql`${table.pickLine} <> ''`),
    check('movements_kind', sql`${table.kind} in (${quotedKinds})`),
    foreignKey({
      columns: [table.sku, table.location, table.lot],
      foreignColumns: [stock.sku, stock.location, stock.lot],
    }),
  ],
);

export const picks = sqliteTable(
  'picks',
  {
    n: integer().primaryKey({ autoIncrement: true }),
    pickId: text('pick_id').notNull(),
    orderId: text('order_id').notNull(),
    reference: text(),
    status: text({
      enum: ['CREATED', 'ASSIGNED', 'IN_PROGRESS', 'PARTIAL', 'COMPLETED', 'CANCELLED'],
    }).notNull(),
    outcome: text({ enum: ['FULL', 'SHORT', 'no_stock', 'cancelled'] }),
    priority: text({ enum: ['urgent', 'high', 'normal', 'low'] }).notNull(),
    assignee: text(),
    /** JSON array of locations, the most wanted first. */
    preferences: text().notNull(),
    /** Sequence of the pick's last event. */
    sequence: integer().notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    unique('picks_pick_id').on(table.pickId),
    uniqueIndex('picks_reference')
      .on(table.reference)
      .where(sql`${table.reference} is not null and ${table.status} <> 'CANCELLED'`),
    index('picks_reference_any').on(table.reference, table.updatedAt, table.pickId),
    index('picks_status_updated').on(table.status, table.updatedAt, table.pickId),
    index('picks_order').on(table.orderId, table.n),
    index('picks_updated').on(table.updatedAt, table.pickId),
    check(
      'picks_status',
      sql`${table.status} in ('CREATED', 'ASSIGNED', 'IN_PROGRESS', 'PARTIAL', 'COMPLETED', 'CANCELLED')`,
    ),
    check(
      'picks_outcome_when_terminal',
      sql`(${table.outcome} is not null) = (${table.status} in ('COMPLETED', 'CANCELLED'))`,
    ),
  ],
);

export const pickLines = sqliteTable(
  'pick_lines',
  {
    /** `pick_id/line_id`, the name of the line in the ledger. */
    pickLine: text('pick_line').primaryKey(),
    pickId: text('pick_id')
      .notNull()
      .references(() => picks.pickId),
    lineId: text('line_id').notNull(),
    position: integer().notNull(),
    sku: text()
      .notNull()
      .references(() => products.sku),
    /** The one lot that was asked for, when one was. */
    lot: text(),
    requested: integer().notNull(),
    allocated: integer().notNull(),
    picked: integer().notNull(),
    shipped: integer().notNull(),
    /** Closed short. */
    short: integer().notNull(),
    cancelled: integer().notNull(),
    /** Short on the floor: still the warehouse's to fill. */
    unfilled: integer().notNull(),
    /** Picked beyond what was requested, within the tolerance of the SKU. */
    over: integer().notNull(),
    /** 1 once a cancel was asked for the line: its picked units may then be put back. */
    cancelAsked: integer('cancel_asked').notNull(),
  },
  (table) => [
    unique('pick_lines_position').on(table.pickId, table.position),
    index('pick_lines_unfilled')
      .on(table.sku)
      .where(sql`${table.unfilled} > 0`),
    index('pick_lines_open')
      .on(table.pickLine)
      .where(sql`${table.allocated} > 0 or ${table.unfilled} > 0`),
    check(
      'pick_lines_not_negative',
      sql`${table.allocated} >= 0 and ${table.picked} >= 0 and ${table.shipped} >= 0 and ${table.short} >= 0 and ${table.cancelled} >= 0 and ${table.unfilled} >= 0 and ${table.over} >= 0`,
    ),
    check(
      'pick_lines_conserved',
      sql`${table.requested} + ${table.over} = ${table.allocated} + ${table.unfilled} + ${table.picked} + ${table.short} + ${table.cancelled}`,
    ),
    check('pick_lines_shipped', sql`${table.shipped} <= ${table.picked}`),
  ],
);

/** What a pick line draws from one row of stock; `reserved` is its open reservation there. */
export const draws = sqliteTable(
  'draws',
  {
    pickLine: text('pick_line')
      .notNull()
      .references(() => pickLines.pickLine),
    sku: text().notNull(),
    location: text().notNull(),
    lot: text().notNull(),
    reserved: integer().notNull(),
    /** Off the bin, and neither shipped nor put back. */
    picked: integer().notNull(),
    /** Reported short here by this line and not found since. */
    counting: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.pickLine, table.location, table.lot] }),
    index('draws_reserved')
      .on(table.sku, table.location, table.lot)
      .where(sql`${table.reserved} > 0`),
    check(
      'draws_not_negative',
      sql`${table.reserved} >= 0 and ${table.picked} >= 0 and ${table.counting} >= 0`,
    ),
    foreignKey({
      columns: [table.sku, table.location, table.lot],
      foreignColumns: [stock.sku, stock.location, stock.lot],
    }),
  ],
);

export const shipments = sqliteTable(
  'shipments',
  {
    n: integer().primaryKey({ autoIncrement: true }),
    shipmentId: text('shipment_id').notNull(),
    pickId: text('pick_id')
      .notNull()
      .references(() => picks.pickId),
    carrier: text().notNull(),
    tracking: text(),
    status: text({ enum: ['CREATED', 'DELIVERED'] }).notNull(),
    createdAt: integer('created_at').notNull(),
    deliveredAt: integer('delivered_at'),
  },
  (table) => [
    unique('shipments_shipment_id').on(table.shipmentId),
    index('shipments_pick').on(table.pickId, table.n),
    check('shipments_status', sql`${table.status} in ('CREATED', 'DELIVERED')`),
  ],
);

export const shipmentLines = sqliteTable(
  'shipment_lines',
  {
    shipmentId: text('shipment_id')
      .notNull()
      .references(() => shipments.shipmentId),
    pickLine: text('pick_line')
      .notNull()
      .references(() => pickLines.pickLine),
    qty: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.shipmentId, table.pickLine] }),
    check('shipment_lines_qty', sql`${table.qty} > 0`),
  ],
);

/**
 * What audits have corrected, append-only. The ledger is what counters are corrected to, so a
 * correction must not stand in it.
 */
export const corrections = sqliteTable(
  'corrections',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    at: integer().notNull(),
    class: text({ enum: ['D9', 'D10', 'D11'] }).notNull(),
    sku: text().notNull(),
    /** `''` when a pick line was corrected and not a row of stock. */
    location: text().notNull(),
    lot: text().notNull(),
    /** `''` when a row of stock was corrected. */
    pickLine: text('pick_line').notNull(),
    /** JSON objects of the same counters. */
    before: text().notNull(),
    after: text().notNull(),
  },
  (table) => [check('corrections_class', sql`${table.class} in ('D9', 'D10', 'D11')`)],
);

/** The answer of each mutating call that carried a key, kept as long as callers may repeat it. */
export const idempotency = sqliteTable(
  'idempotency',
  {
    scope: text().notNull(),
    key: text().notNull(),
    requestHash: text('request_hash').notNull(),
    status: integer().notNull(),
    contentType: text('content_type').notNull(),
    body: text().notNull(),
    at: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.scope, table.key] }),
    index('idempotency_at').on(table.at),
  ],
);
