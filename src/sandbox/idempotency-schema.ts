import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** The stored answer of a mutating call, per endpoint and `Idempotency-Key`. */
export const idempotencyRecords = sqliteTable(
  'idempotency_records',
  {
    endpoint: text().notNull(),
    key: text().notNull(),
    /** SHA-256 of the canonical JSON of the request. */
    fingerprint: text().notNull(),
    status: integer().notNull(),
    body: text().notNull(),
    at: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.endpoint, table.key] }),
    index('idempotency_records_at').on(table.at),
  ],
);
