import type { CrmEvent } from '../../contracts/crm.ts';
import type { Sqlite } from '../../db/open.ts';

export interface StoredEvent {
  eventId: string;
  orderId: string;
  sequence: number;
  fingerprint: string;
  body: string;
  at: number;
}

/** The events that were applied, by order and sequence. */
export type EventStore = ReturnType<typeof createEventStore>;

export function createEventStore(sqlite: Sqlite) {
  const columns = 'event_id AS eventId, order_id AS orderId, sequence, fingerprint, body, at';
  const bySequence = sqlite.prepare<[string, number], StoredEvent>(
    `SELECT ${columns} FROM order_events WHERE order_id = ? AND sequence = ?`,
  );
  const byId = sqlite.prepare<[string], StoredEvent>(
    `SELECT ${columns} FROM order_events WHERE event_id = ?`,
  );
  const after = sqlite.prepare<[string, number, number], StoredEvent>(
    `SELECT ${columns} FROM order_events WHERE order_id = ? AND sequence > ?
     ORDER BY sequence LIMIT ?`,
  );
  const insert = sqlite.prepare(`INSERT INTO order_events
    (event_id, order_id, sequence, fingerprint, body, at)
    VALUES (@eventId, @orderId, @sequence, @fingerprint, @body, @at)`);
  return {
    bySequence: (orderId: string, sequence: number) => bySequence.get(orderId, sequence),
    byId: (eventId: string) => byId.get(eventId),
    after: (input: { orderId: string; sequence: number; limit: number }) =>
      after.all(input.orderId, input.sequence, input.limit),
    insert: (event: StoredEvent) => void insert.run(event),
  };
}

/** The body of a stored event; it was parsed before it was stored. */
export function eventOf(stored: StoredEvent): CrmEvent {
  return JSON.parse(stored.body) as CrmEvent;
}
