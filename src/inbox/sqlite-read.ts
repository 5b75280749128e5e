import type { Sqlite } from '../db/open.ts';
import { prepareList } from './sqlite-list.ts';
import { asEventWithBody, EVENT_WITH_BODY_COLUMNS } from './sqlite-rows.ts';
import type { Backlog, EventPage, EventWithBody, ListRequest } from './store.ts';

export interface InboxReads {
  get(connection: string, eventId: string): EventWithBody | undefined;
  list(request: ListRequest): EventPage;
  backlog(): Backlog;
  nextDueAt(now: number): number | null;
}

/** All reads go through an index or a bounded window of arrivals. */
export function prepareReads(sqlite: Sqlite): InboxReads {
  const one = sqlite.prepare<[string, string]>(
    `select ${EVENT_WITH_BODY_COLUMNS} from events where connection = ? and event_id = ?`,
  );
  const waiting = sqlite.prepare<[], { count: number; oldest: number | null }>(`
    select count(*) as count, min(seq) as oldest from events indexed by events_due
    where status = 'accepted'`);
  const receivedAt = sqlite.prepare('select received_at from events where seq = ?').pluck();
  const firstDue = sqlite
    .prepare<[number], number>(
      `select due_at from events where status = 'accepted' and due_at > ?
       order by due_at limit 1`,
    )
    .pluck();
  return {
    get(connection, eventId) {
      const row = one.get(connection, eventId);
      return row === undefined ? undefined : asEventWithBody(row);
    },
    list: prepareList(sqlite),
    backlog() {
      const { count = 0, oldest = null } = waiting.get() ?? {};
      const at = oldest === null ? null : Number(receivedAt.get(oldest));
      return { count, oldestReceivedAt: at };
    },
    nextDueAt: (now) => firstDue.get(now) ?? null,
  };
}
