import { existsSync } from 'node:fs';
import { openReadOnly, type Sqlite } from '../db/open.ts';

/**
 * When the oldest event that waits in the inbox was received, epoch ms. The inbox is the API's
 * file: it is read, never written, and closed again, for it is asked for once in an hour.
 */
export function oldestWaitingAt(file: string): number | null {
  if (!existsSync(file)) return null;
  let sqlite: Sqlite | undefined;
  try {
    ({ sqlite } = openReadOnly({}, file));
    const oldest = sqlite
      .prepare<[], number | null>(
        `select min(received_at) from events indexed by events_due where status = 'accepted'`,
      )
      .pluck()
      .get();
    return oldest ?? null;
  } catch {
    return null;
  } finally {
    sqlite?.close();
  }
}
