import type { EventWithBody, StoredEvent } from './store.ts';

/** Columns of a StoredEvent, named as its fields. */
export const EVENT_COLUMNS = `seq, connection, kind, event_id as eventId, event_type as eventType, lane,
  status, received_at as receivedAt, deliveries, attempts, last_error as lastError`;

export const EVENT_WITH_BODY_COLUMNS = `${EVENT_COLUMNS},
  secret_id as secretId, sha256, headers, body`;

/** Rows of a statement that selects EVENT_COLUMNS; the CHECKs hold the unions. */
export function asEvents(rows: unknown[]): StoredEvent[] {
  return rows as StoredEvent[];
}

/** A row of a statement that selects EVENT_WITH_BODY_COLUMNS. */
export function asEventWithBody(row: unknown): EventWithBody {
  return row as EventWithBody;
}
