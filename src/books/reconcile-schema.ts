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

/** One run of reconciliation: the head of its report. Times are epoch ms. */
export const reconRuns = sqliteTable(
  'recon_runs',
  {
    runId: text('run_id').primaryKey(),
    /** T1 to T4; `order` or `all` when somebody asked. */
    tier: text('tier').notNull(),
    scopeConnection: text('scope_connection'),
    scopeOrderId: text('scope_order_id'),
    mode: text('mode').notNull(),
    /** Names the connections and the mapping that the run was made with. */
    setup: text('setup'),
    status: text('status').notNull(),
    startedAt: integer('started_at').notNull(),
    finishedAt: integer('finished_at'),
    /** The last page that the counters contain. */
    page: integer('page').notNull().default(0),
    scanned: integer('scanned').notNull().default(0),
    /** Changes of picks that a changed-since listing showed, and how many of them were news to us. */
    changes: integer('changes').notNull().default(0),
    missed: integer('missed').notNull().default(0),
    /** Direct GETs made. */
    gets: integer('gets').notNull().default(0),
    /** JSON: drifts by class. */
    counts: text('counts').notNull().default('{}'),
    /** JSON: the brakes that were pulled, by name. */
    brakes: text('brakes').notNull().default('{}'),
    /** Open orders that the run walked over, and those verified lately. */
    openOrders: integer('open_orders').notNull().default(0),
    openVerified: integer('open_verified').notNull().default(0),
  },
  (table) => [
    check('recon_runs_mode', sql`${table.mode} in ('repair', 'report')`),
    check(
      'recon_runs_status',
      sql`${table.status} in ('running', 'completed', 'aborted', 'failed')`,
    ),
    check(
      'recon_runs_finished',
      sql`(${table.status} = 'running') = (${table.finishedAt} is null)`,
    ),
    index('recon_runs_by_start').on(table.startedAt, table.runId),
    index('recon_runs_by_tier').on(table.tier, table.startedAt),
  ],
);

/** What a run found, what was to be done about it, and what came of that. */
export const reconDrifts = sqliteTable(
  'recon_drifts',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    runId: text('run_id').notNull(),
    /** Class and subject: the same drift has the same key in every run. */
    driftKey: text('drift_key').notNull(),
    class: text('class').notNull(),
    orderKey: text('order_key'),
    orderId: text('order_id'),
    weSay: text('we_say').notNull(),
    theySay: text('they_say').notNull(),
    action: text('action').notNull(),
    result: text('result').notNull(),
    /** JSON of what its order is to be told; null when nothing is sent. */
    inputs: text('inputs'),
    repaired: integer('repaired', { mode: 'boolean' }).notNull().default(false),
    at: integer('at').notNull(),
  },
  (table) => [
    index('recon_drifts_by_run').on(table.runId, table.result, table.orderKey, table.seq),
    uniqueIndex('recon_drifts_by_key').on(table.driftKey, table.runId),
    index('recon_drifts_by_class').on(table.class, table.seq),
    index('recon_drifts_by_order').on(table.orderId, table.seq),
    index('recon_drifts_by_time').on(table.at),
  ],
);

/** How far each changed-since listing has been followed, by the remote's own clock. */
export const reconStreams = sqliteTable('recon_streams', {
  stream: text('stream').primaryKey(),
  markAt: integer('mark_at').notNull(),
  markId: text('mark_id').notNull(),
  /** When, by our clock, the listing was last followed to its end. */
  completeAt: integer('complete_at').notNull(),
  /** Records of the last complete full listing. */
  fullCount: integer('full_count').notNull().default(0),
  /** Full listings in a row that were too short to be believed. */
  shrunkTimes: integer('shrunk_times').notNull().default(0),
});

/** Versions of remote records that were held against the books, kept for the overlap. */
export const reconHandled = sqliteTable(
  'recon_handled',
  {
    stream: text('stream').notNull(),
    id: text('id').notNull(),
    version: text('version').notNull(),
    changedAt: integer('changed_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.stream, table.id] }),
    index('recon_handled_by_age').on(table.stream, table.changedAt),
  ],
);

/** Remote records that the listings of a run have shown; gone with the run's end. */
export const reconSeen = sqliteTable(
  'recon_seen',
  { runId: text('run_id').notNull(), remote: text('remote').notNull() },
  (table) => [primaryKey({ columns: [table.runId, table.remote] })],
);

/** Remote records that a complete listing and a direct GET did not show. */
export const reconAbsences = sqliteTable('recon_absences', {
  remote: text('remote').primaryKey(),
  orderKey: text('order_key').notNull(),
  firstAt: integer('first_at').notNull(),
  lastAt: integer('last_at').notNull(),
});

/** When an order was last held against the other systems without a difference. */
export const reconCoverage = sqliteTable(
  'recon_coverage',
  { orderKey: text('order_key').primaryKey(), verifiedAt: integer('verified_at').notNull() },
  (table) => [index('recon_coverage_by_age').on(table.verifiedAt)],
);
