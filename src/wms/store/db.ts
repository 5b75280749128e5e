import type { Sqlite } from '../../db/open.ts';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type * as schema from '../schema.ts';

export type WmsDb = BetterSQLite3Database<typeof schema>;

export interface OpenedWms {
  sqlite: Sqlite;
  db: WmsDb;
}
