import type { OrderAddress } from '../domain/ids.ts';
import type { EventStatus, QuarantinedEvent, StoredEvent } from '../inbox/store.ts';
import { orderOfLane } from '../normalise/lane.ts';

/** What the inbox knows of a received event; what became of it in its order is in the books. */
export interface ReceivedEvent {
  connection: string;
  eventId: string;
  eventType: string | null;
  /** The order it belongs to; null while that is not known. */
  order: OrderAddress | null;
  status: EventStatus;
  /** Why it was set aside, or why it could not be handed over yet. */
  cause: string | null;
  receivedAt: number;
  deliveries: number;
}

/** The quarantine's word for an event that the inbox holds too: our own normaliser failed on it. */
export const UNPROCESSABLE = 'unprocessable';

export function fromInbox(event: StoredEvent): ReceivedEvent {
  return {
    connection: event.connection,
    eventId: event.eventId,
    eventType: event.eventType,
    order: orderOfLane(event.lane),
    status: event.status,
    cause: event.lastError ?? (event.status === 'quarantined' ? UNPROCESSABLE : null),
    receivedAt: event.receivedAt,
    deliveries: event.deliveries,
  };
}

/** A body that holds no event id is shown under the id of its quarantine entry. */
export function fromQuarantine(entry: QuarantinedEvent): ReceivedEvent {
  return {
    connection: entry.connection,
    eventId: entry.eventId ?? entry.id,
    eventType: entry.eventType,
    order: null,
    status: 'quarantined',
    cause: entry.cause,
    receivedAt: entry.receivedAt,
    deliveries: entry.deliveries,
  };
}
