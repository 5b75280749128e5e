import type { BooksFile } from './read-file.ts';

/** What became of an event in its order. */
export interface EventOutcome {
  orderKey: string;
  state: 'applied' | 'parked' | 'ignored' | 'dead';
  /** Of the order now. */
  stage: string | null;
}

export interface EventReads {
  outcome(connection: string, eventId: string): EventOutcome | undefined;
}

const OUTCOME = `SELECT a.order_key AS orderKey, a.state, o.stage
  FROM applied_events a LEFT JOIN orders o ON o.order_key = a.order_key
  WHERE a.connection = ? AND a.event_id = ?`;

export function createEventReads(books: BooksFile): EventReads {
  return {
    outcome: (connection, eventId) =>
      books.query((prepare) => prepare<EventOutcome>(OUTCOME).get(connection, eventId), undefined),
  };
}
