import type { Statement } from 'better-sqlite3';
import type { Sqlite } from '../db/open.ts';
import { asEvents, EVENT_COLUMNS } from './sqlite-rows.ts';
import type { EventPage, EventStatus, ListRequest } from './store.ts';

/** Rows that one page may pass while it looks for a connection's or the dispatched events. */
const SCAN_ROWS_MAX = 5000;

interface Filter {
  from: number;
  bottom: number;
  connection: string | null;
  lanes: string;
  limit: number;
}

/** Pages of events: through an index, or within a bounded window of arrivals. */
export function prepareList(sqlite: Sqlite): (request: ListRequest) => EventPage {
  const newestSeq = sqlite.prepare('select max(seq) from events').pluck();
  const prepared = new Map<string, Statement<[Filter]>>();

  return (request) => {
    const sql = sqlOf(request);
    const statement = prepared.get(sql) ?? sqlite.prepare<[Filter]>(sql);
    prepared.set(sql, statement);
    const filter = filterOf(request, Number(newestSeq.get() ?? 0));
    const items = asEvents(statement.all(filter));
    if (items.length === request.limit) return { items, next: items.at(-1)?.seq ?? null };
    return { items, next: filter.bottom > 0 ? filter.bottom : null };
  };
}

function filterOf(request: ListRequest, newest: number): Filter {
  const { order, lanes = [], connection = null, limit } = request;
  const descends = order === 'newest';
  const from = request.from ?? (descends ? newest + 1 : 0);
  const bottom = descends && indexOf(request) === null ? Math.max(0, from - SCAN_ROWS_MAX) : 0;
  return { from, bottom, connection, lanes: JSON.stringify(lanes), limit };
}

/** A status stands as a literal, which a partial index asks for. */
function sqlOf(request: ListRequest): string {
  const { status, lanes, order } = request;
  const index = indexOf(request);
  const conditions = [
    order === 'newest' ? 'seq < @from' : 'seq > @from',
    'seq >= @bottom',
    '(@connection is null or connection = @connection)',
    lanes === undefined ? '@lanes is not null' : 'lane in (select value from json_each(@lanes))',
    ...(status === undefined ? [] : [`status = '${status}'`]),
    ...(index === 'events_set_aside' ? [SET_ASIDE] : []),
  ];
  return `select ${EVENT_COLUMNS} from events ${index === null ? '' : `indexed by ${index}`}
    where ${conditions.join(' and ')}
    order by seq ${order === 'newest' ? 'desc' : ''} limit @limit`;
}

/** Word for word the condition of the index, without which SQLite does not use it. */
const SET_ASIDE = `status in ('late', 'ignored', 'quarantined')`;

const INDEX_OF_STATUS: Record<EventStatus, string | null> = {
  accepted: 'events_due',
  dispatched: null,
  late: 'events_set_aside',
  ignored: 'events_set_aside',
  quarantined: 'events_set_aside',
};

function indexOf({ lanes, status }: ListRequest): string | null {
  if (lanes !== undefined) return 'events_by_lane';
  return status === undefined ? null : INDEX_OF_STATUS[status];
}
