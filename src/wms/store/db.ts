import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type * as schema from '../schema.ts';

export type WmsDb = BetterSQLite3Database<typeof schema>;
