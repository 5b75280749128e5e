import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

export * from '../../delivery/schema.ts';
export * from '../../rehearsal/schema.ts';
export * from '../idempotency-schema.ts';

/** Ids are never given twice, hence the autoincrement: `T-` and the number. */
export const tasks = sqliteTable(
  'tasks',
  {
    number: integer().primaryKey({ autoIncrement: true }),
    idempotencyKey: text('idempotency_key'),
    externalType: text('external_type').notNull(),
    externalId: text('external_id').notNull(),
    taskType: text('task_type').notNull(),
    status: text({ enum: ['OPEN', 'ASSIGNED', 'COMPLETED', 'CANCELLED'] }).notNull(),
    priority: text().notNull(),
    title: text().notNull(),
    instructions: text(),
    dueDate: text('due_date'),
    assignee: text(),
    metadata: text().notNull(),
    /** Counts the changes, for the ids of the events that tell them. */
    revision: integer().notNull().default(1),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('tasks_idempotency_key').on(table.idempotencyKey),
    index('tasks_external').on(table.externalId, table.number),
    index('tasks_status').on(table.status, table.number),
    check('tasks_status', sql`${table.status} in ('OPEN', 'ASSIGNED', 'COMPLETED', 'CANCELLED')`),
    check('tasks_metadata', sql`json_type(${table.metadata}) = 'object'`),
  ],
);
