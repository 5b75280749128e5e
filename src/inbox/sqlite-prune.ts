import type { Sqlite } from '../db/open.ts';
import type { ConnectionKind } from '../wiring/spec.ts';
import type { PruneRequest, PruneStep } from './store.ts';

interface Aged {
  seq: number;
  kind: ConnectionKind;
  receivedAt: number;
  waits: 0 | 1;
}

/** Prepares one bounded step of forgetting; the caller owns the transaction. */
export function preparePrune(sqlite: Sqlite): (request: PruneRequest) => PruneStep {
  const walk = sqlite.prepare<[number, number], Aged>(`
    select seq, kind, received_at as receivedAt, status = 'accepted' as waits
    from events where seq > ? order by seq limit ?`);
  const forget = sqlite.prepare('delete from events where seq = ?');
  const forgetHeld = sqlite.prepare(`
    delete from quarantine where id in (
      select id from quarantine where received_at < ? order by received_at, id limit ?)`);

  return ({ before, after, limit }) => {
    let removed = forgetHeld.run(before.quarantine, limit).changes;
    const rows = walk.all(after ?? 0, limit);
    for (const row of rows) {
      // What still waits for its order is kept however old it is.
      if (row.waits === 0 && row.receivedAt < before[row.kind]) {
        removed += forget.run(row.seq).changes;
      }
    }
    const last = rows.at(-1);
    const youngest = Math.max(before.crm, before.tasks, before.wms);
    const goesOn = last !== undefined && rows.length === limit && last.receivedAt < youngest;
    return { removed, next: goesOn ? last.seq : null };
  };
}
