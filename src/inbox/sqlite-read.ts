import type { Statement } from 'better-sqlite3';
import type { Sqlite } from '../db/open.ts';
import {
  asEvents,
  asEventWithBody,
  EVENT_COLUMNS,
  EVENT_WITH_BODY_COLUMNS,
} from './sqlite-rows.ts';
import type { Backlog, EventPage, EventStatus, EventWithBody, ListRequest } from './store.ts';

/** Rows that one page may pass while it looks for a connection's or the dispatched events. */
const SCAN_ROWS_MAX = 5000;

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
  const newestSeq = sqlite.prepare('select max(seq) from events').pluck();
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
  const prepared = new Map<string, Statement<[Filter]>>();

  function run(sql: string, filter: Filter): EventPage['items'] {
    const statement = prepared.get(sql) ?? sqlite.prepare<[Filter]>(sql);
    prepared.set(sql, statement);
    return asEvents(statement.all(filter));
  }

  return {
    get(connection, eventId) {
      const row = one.get(connection, eventId);
      return row === undefined ? undefined : asEventWithBody(row);
    },
    list(request) {
      const newest = Number(newestSeq.get() ?? 0);
      const { sql, filter, bottom } = queryOf(request, newest);
      const items = run(sql, filter);
      const last = items.at(-1)?.seq ?? null;
      const next = items.length === request.limit ? last : bottom > 0 ? bottom : null;
      return { items, next };
    },
    backlog() {
      const { count = 0, oldest = null } = waiting.get() ?? {};
      const at = oldest === null ? null : Number(receivedAt.get(oldest));
      return { count, oldestReceivedAt: at };
    },
    nextDueAt: (now) => firstDue.get(now) ?? null,
  };
}

interface Filter {
  from: number;
  bottom: number;
  connection: string | null;
  lanes: string;
  limit: number;
}

/** Word for word the condition of the index, without which SQLite does not use it. */
const SET_ASIDE = `status in ('late', 'ignored', 'quarantined')`;

/** Picks the index that fits; a status stands as a literal, which a partial index asks for. */
function queryOf(request: ListRequest, newest: number) {
  const { status, lanes, order } = request;
  const descends = order === 'newest';
  const from = request.from ?? (descends ? newest + 1 : 0);
  const index = lanes === undefined ? indexOf(status) : 'events_by_lane';
  const bottom = index === null && descends ? Math.max(0, from - SCAN_ROWS_MAX) : 0;
  const conditions = [
    descends ? 'seq < @from and seq >= @bottom' : 'seq > @from and seq >= @bottom',
    '(@connection is null or connection = @connection)',
    lanes === undefined ? '@lanes is not null' : 'lane in (select value from json_each(@lanes))',
    ...(status === undefined ? [] : [`status = '${status}'`]),
    ...(index === 'events_set_aside' ? [SET_ASIDE] : []),
  ];
  const sql = `select ${EVENT_COLUMNS} from events ${index === null ? '' : `indexed by ${index}`}
    where ${conditions.join(' and ')} order by seq ${descends ? 'desc' : ''} limit @limit`;
  const filter: Filter = {
    from,
    bottom,
    connection: request.connection ?? null,
    lanes: JSON.stringify(lanes ?? []),
    limit: request.limit,
  };
  return { sql, filter, bottom };
}

function indexOf(status: EventStatus | undefined): string | null {
  if (status === 'accepted') return 'events_due';
  return status === undefined || status === 'dispatched' ? null : 'events_set_aside';
}
