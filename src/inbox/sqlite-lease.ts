import type { Sqlite } from '../db/open.ts';
import type { Lane } from '../normalise/lane.ts';
import { asEventWithBody, EVENT_WITH_BODY_COLUMNS } from './sqlite-rows.ts';
import type {
  ClaimedLane,
  ClaimRequest,
  EventName,
  EventWithBody,
  LaneRelease,
  Settlement,
} from './store.ts';

/** Due rows looked at for each lane wanted: one busy lane may hold many of them. */
const ROWS_PER_LANE = 4;

/** A leased row is due again when its lease ends, so a dead dispatcher's events come back. */
const DUE_LANES = `
  select lane from events e
  where status = 'accepted' and due_at <= @now
    and not exists (select 1 from events l
      where l.lease_owner is not null and l.lane = e.lane and l.due_at > @now)
  order by due_at, seq limit @rows`;

export interface Leases {
  claim(request: ClaimRequest): ClaimedLane[];
  settle(settlements: readonly Settlement[]): void;
  release(releases: readonly LaneRelease[]): void;
  reaccept(events: readonly EventName[], now: number): number;
}

/** Prepares claims and what ends them. The caller owns the transaction. */
export function prepareLeases(sqlite: Sqlite): Leases {
  const dueLanes = sqlite.prepare<[{ now: number; rows: number }], { lane: Lane }>(DUE_LANES);
  const waiting = sqlite.prepare<[Lane, number]>(`
    select ${EVENT_WITH_BODY_COLUMNS} from events indexed by events_by_lane
    where lane = ? and status = 'accepted' order by seq limit ?`);
  const lease = sqlite.prepare('update events set lease_owner = ?, due_at = ? where seq = ?');
  const settleOne = sqlite.prepare(`
    update events set status = ?, settled_at = ?, lease_owner = null, last_error = null
    where seq = ? and status = 'accepted'`);
  const failLeased = sqlite.prepare(`
    update events set lease_owner = null, attempts = attempts + 1, last_error = @error,
      due_at = @dueAt where lane = @lane and lease_owner = @owner`);
  const holdOthers = sqlite.prepare(`
    update events set due_at = @dueAt
    where lane = @lane and status = 'accepted' and lease_owner is null and due_at < @dueAt`);
  const reacceptOne = sqlite.prepare(`
    update events set status = 'accepted', settled_at = null, due_at = ?
    where connection = ? and event_id = ? and status <> 'accepted' and lane is not null`);

  return {
    claim(request) {
      const { now, lanesMax, owner } = request;
      const due = dueLanes.all({ now, rows: lanesMax * ROWS_PER_LANE });
      const lanes = [...new Set(due.map((row) => row.lane))].slice(0, lanesMax);
      const leaseUntil = now + request.leaseMs;
      return lanes.map((lane) => {
        const events = firstOf(waiting.iterate(lane, request.eventsMax), request.bytesMax);
        for (const event of events) lease.run(owner, leaseUntil, event.seq);
        return { lane, leaseUntil, events };
      });
    },
    settle(settlements) {
      for (const { status, at, seq } of settlements) settleOne.run(status, at, seq);
    },
    release(releases) {
      for (const release of releases) {
        if (failLeased.run(release).changes > 0) holdOthers.run(release);
      }
    },
    reaccept(events, now) {
      let changed = 0;
      for (const { connection, eventId } of events) {
        changed += reacceptOne.run(now, connection, eventId).changes;
      }
      return changed;
    },
  };
}

/** The first events within the bytes, one at least. */
function firstOf(rows: Iterable<unknown>, bytesMax: number): EventWithBody[] {
  const events: EventWithBody[] = [];
  let bytes = 0;
  for (const row of rows) {
    const event = asEventWithBody(row);
    bytes += event.body.length;
    if (events.length > 0 && bytes > bytesMax) break;
    events.push(event);
  }
  return events;
}
