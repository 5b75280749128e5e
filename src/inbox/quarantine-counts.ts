import { existsSync } from 'node:fs';
import { openReadOnly, type Sqlite } from '../db/open.ts';

export interface QuarantineCount {
  connection: string;
  cause: string;
  count: number;
}

/**
 * What came into quarantine since, by connection and cause. The inbox is the API's file: it is read,
 * never written, and closed again, for it is asked for once in an hour.
 */
export function quarantineCounts(file: string, since: number): QuarantineCount[] {
  if (!existsSync(file)) return [];
  let sqlite: Sqlite | undefined;
  try {
    ({ sqlite } = openReadOnly({}, file));
    return sqlite
      .prepare<[number], QuarantineCount>(
        `select connection, cause, count(*) as count from quarantine indexed by quarantine_by_age
          where received_at >= ? group by connection, cause`,
      )
      .all(since);
  } catch {
    return [];
  } finally {
    sqlite?.close();
  }
}
