import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Whole mappings directories that compiled once. Triggers refuse any change; times are epoch ms. */
export const bundles = sqliteTable(
  'bundles',
  {
    /** Of what the files say. */
    hash: text('hash').primaryKey(),
    /** Of the texts, to the letter. */
    digest: text('digest').notNull(),
    files: integer('files').notNull(),
    storedAt: integer('stored_at').notNull(),
  },
  (table) => [check('bundles_hash', sql`length(${table.hash}) = 64`)],
);

/** Texts of files, each once however many bundles hold it. */
export const bundleTexts = sqliteTable('bundle_texts', {
  hash: text('hash').primaryKey(),
  text: text('text').notNull(),
});

export const bundleFiles = sqliteTable(
  'bundle_files',
  {
    bundle: text('bundle')
      .notNull()
      .references(() => bundles.hash, { onDelete: 'cascade' }),
    path: text('path').notNull(),
    textHash: text('text_hash')
      .notNull()
      .references(() => bundleTexts.hash),
  },
  (table) => [
    primaryKey({ columns: [table.bundle, table.path] }),
    index('bundle_files_by_text').on(table.textHash),
  ],
);

/** What served when. The last row is what serves now; triggers refuse change and removal. */
export const activations = sqliteTable(
  'activations',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    hash: text('hash').notNull(),
    /** What served before. */
    previous: text('previous'),
    /** The activation that a rollback returns to; null when there is none. */
    backTo: integer('back_to'),
    at: integer('at').notNull(),
    actor: text('actor').notNull(),
    note: text('note'),
    kind: text('kind').notNull(),
  },
  (table) => [
    check('activations_kind', sql`${table.kind} in ('boot', 'reload', 'api', 'rollback')`),
    check(
      'activations_change',
      sql`${table.previous} is null or ${table.previous} <> ${table.hash}`,
    ),
    index('activations_by_previous').on(table.previous, table.at),
  ],
);

/** What the directory holds and does not serve, and why it waits. */
export const bundleCandidate = sqliteTable(
  'bundle_candidate',
  {
    id: integer('id').primaryKey(),
    /** Null when it does not compile. */
    hash: text('hash'),
    /** Null when the directory cannot be read. */
    digest: text('digest'),
    at: integer('at').notNull(),
    /** Since when something waits for this kind of reason. */
    since: integer('since').notNull(),
    actor: text('actor').notNull(),
    why: text('why').notNull(),
    message: text('message').notNull(),
    /** JSON arrays. */
    mistakes: text('mistakes').notNull(),
    golden: text('golden').notNull(),
    /** JSON of the shadow run; null when it did not come to that. */
    summary: text('summary'),
  },
  (table) => [
    check('bundle_candidate_one', sql`${table.id} = 1`),
    check('bundle_candidate_why', sql`${table.why} in ('errors', 'golden', 'accept')`),
    check(
      'bundle_candidate_accept',
      sql`${table.why} <> 'accept' or (${table.hash} is not null and ${table.summary} is not null)`,
    ),
  ],
);

/** The content of the directory that was looked at last. */
export const bundleDirectory = sqliteTable(
  'bundle_directory',
  {
    id: integer('id').primaryKey(),
    digest: text('digest').notNull(),
    /** Null when it does not compile. */
    hash: text('hash'),
    /** A person chose another bundle: this content stays aside until it changes. */
    held: integer('held', { mode: 'boolean' }).notNull(),
  },
  (table) => [check('bundle_directory_one', sql`${table.id} = 1`)],
);
