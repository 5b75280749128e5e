import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { drizzle, type BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { fileURLToPath } from 'node:url';

export type Sqlite = Database.Database;

export interface OpenOptions {
  file: string;
  /** Folder of generated migrations, relative to the package root, such as `src/wms/migrations`. */
  migrations: string;
  /** FULL survives a power cut; NORMAL survives the death of the process only. */
  synchronous: 'FULL' | 'NORMAL';
}

export interface Opened<Schema extends Record<string, unknown>> {
  sqlite: Sqlite;
  db: BetterSQLite3Database<Schema>;
}

/** Time that a statement may wait for the lock of a migrating or backing-up process, in ms. */
const BUSY_TIMEOUT_MS = 5000;

/** Opens the one writing connection of a database file and brings its schema up to date. */
export function openDatabase<Schema extends Record<string, unknown>>(
  schema: Schema,
  options: OpenOptions,
): Opened<Schema> {
  mkdirSync(dirname(options.file), { recursive: true, mode: 0o700 });
  const sqlite = new Database(options.file, { timeout: BUSY_TIMEOUT_MS });
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma(`synchronous = ${options.synchronous}`);
  sqlite.pragma('foreign_keys = ON');
  const db = drizzle(sqlite, { schema });
  migrate(db, { migrationsFolder: fromPackageRoot(options.migrations) });
  return { sqlite, db };
}

/** Opens a file that another process writes; throws while that process has not made it yet. */
export function openReadOnly<Schema extends Record<string, unknown>>(
  schema: Schema,
  file: string,
): Opened<Schema> {
  const sqlite = new Database(file, {
    readonly: true,
    fileMustExist: true,
    timeout: BUSY_TIMEOUT_MS,
  });
  return { sqlite, db: drizzle(sqlite, { schema }) };
}

/** The package root is two folders up from the sources, three from the built files in `dist/`. */
function fromPackageRoot(path: string): string {
  const here = fileURLToPath(import.meta.url);
  const root = here.endsWith('.ts') ? '../../' : '../../../';
  return fileURLToPath(new URL(root + path, import.meta.url));
}
