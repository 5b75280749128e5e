import { isDeepStrictEqual } from 'node:util';
import type { Sqlite } from '../db/open.ts';
import type { Lane } from '../normalise/lane.ts';
import type { HoldBack } from './sqlite-quarantine.ts';
import type { Appended, EventStatus, NewEvent } from './store.ts';

interface Known {
  seq: number;
  receivedAt: number;
  deliveries: number;
  status: EventStatus;
  lane: Lane | null;
  sha256: Buffer;
}

interface AppendOptions {
  sqlite: Sqlite;
  /** How long an event that only confirms waits for the next one of its lane. */
  lingerMs: number;
  holdBack: HoldBack;
}

/** Prepares the one insert on (connection, event id); the caller owns the transaction. */
export function prepareAppend(options: AppendOptions): (event: NewEvent) => Appended {
  const { sqlite, lingerMs, holdBack } = options;
  const insert = sqlite.prepare(`
    insert into events (connection, event_id, kind, event_type, source, sent_at, lane, status,
      received_at, settled_at, due_at, secret_id, sha256, headers, body)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (connection, event_id) do nothing`);
  const findKnown = sqlite.prepare<[string, string], Known>(`
    select seq, received_at as receivedAt, deliveries, status, lane, sha256
    from events where connection = ? and event_id = ?`);
  const bodyOf = sqlite.prepare<[number], { body: Buffer }>(
    'select body from events where seq = ?',
  );
  const countDelivery = sqlite.prepare(
    'update events set deliveries = deliveries + 1 where seq = ?',
  );

  function isNew(event: NewEvent): boolean {
    const settledAt = event.lane === null ? event.receivedAt : null;
    const result = insert.run(
      event.connection,
      event.eventId,
      event.kind,
      event.eventType,
      event.source,
      event.sentAt,
      event.lane,
      event.lane === null ? 'ignored' : 'accepted',
      event.receivedAt,
      settledAt,
      event.receivedAt + (event.confirms ? lingerMs : 0),
      event.secretId,
      event.sha256,
      event.headers,
      event.body,
    );
    return result.changes === 1;
  }

  function isRepeat(known: Known, event: NewEvent): boolean {
    return known.sha256.equals(event.sha256) || isSameJson(bodyOf.get(known.seq)?.body, event.body);
  }

  return (event) => {
    if (!event.stale && isNew(event)) return { outcome: 'first', receivedAt: event.receivedAt };
    const known = findKnown.get(event.connection, event.eventId);
    if (known === undefined) {
      const detail = 'The signature is right and its time is outside the tolerance.';
      return holdBack({ ...event, cause: 'stale', detail })
        ? { outcome: 'stale' }
        : { outcome: 'full' };
    }
    if (!isRepeat(known, event)) {
      const detail = 'This event id is known with another body.';
      return holdBack({ ...event, cause: 'event-id-reused', detail })
        ? { outcome: 'reused' }
        : { outcome: 'full' };
    }
    countDelivery.run(known.seq);
    const { receivedAt, status, lane } = known;
    return { outcome: 'duplicate', receivedAt, deliveries: known.deliveries + 1, status, lane };
  };
}

/** A sender that serialises anew for each attempt still repeats the same event. */
function isSameJson(known: Buffer | undefined, body: Buffer): boolean {
  if (known === undefined) return false;
  return isDeepStrictEqual(JSON.parse(known.toString('utf8')), JSON.parse(body.toString('utf8')));
}
