import { sql } from 'drizzle-orm';
import { blob, check, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/**
 * Every secret of a connection that was ever rotated, those from its settings included. Never
 * removed: a retired secret that still stands in the settings must not come alive again.
 */
export const connectionSecrets = sqliteTable(
  'connection_secrets',
  {
    connection: text('connection').notNull(),
    secretId: text('secret_id').notNull(),
    state: text('state').notNull(),
    /** Epoch ms from which on a retiring secret verifies no more. */
    until: integer('until'),
    /** Null for one that came from the settings. */
    createdAt: integer('created_at'),
    masterKeyId: text('master_key_id').notNull(),
    /** AES-256-GCM: nonce, tag, ciphertext. */
    sealed: blob('sealed', { mode: 'buffer' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.connection, table.secretId] }),
    check('connection_secrets_state', sql`${table.state} in ('next', 'active', 'retiring')`),
    check(
      'connection_secrets_until',
      sql`(${table.state} = 'retiring') = (${table.until} is not null)`,
    ),
  ],
);

/** Connections whose webhooks are refused with 503 until they are resumed. */
export const connectionPauses = sqliteTable('connection_pauses', {
  connection: text('connection').primaryKey(),
  since: integer('since').notNull(),
  reason: text('reason'),
});
