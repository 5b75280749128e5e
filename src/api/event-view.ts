import type { z } from 'zod';
import type { BooksReader } from '../books/read.ts';
import type { EventOutcome } from '../books/read-events.ts';
import { orderOfKey } from '../books/read-orders.ts';
import { instant } from './instant.ts';
import type { InboxEvent } from './ports.ts';
import type { EventSchema } from './schemas.ts';

export type EventView = z.infer<typeof EventSchema>;

type EventBooks = Pick<BooksReader, 'events' | 'orders'>;

/** What is known of a stored event: the inbox's word for it, and the books' once they have it. */
export function eventView(event: InboxEvent, books: EventBooks): EventView {
  const outcome = outcomeOf(event, books);
  const order = outcome === undefined ? event.order : orderOfKey(outcome.orderKey);
  const orderId = order?.orderId ?? null;
  const stage = outcome?.stage ?? (order === null ? undefined : books.orders.stageOf(order));
  return {
    event_id: event.eventId,
    event_type: event.eventType,
    connection: event.connection,
    order_id: orderId,
    status: isSettled(outcome) ? 'applied' : event.status,
    received_at: instant(event.receivedAt),
    deliveries: event.deliveries,
    result: { order_id: orderId, stage: stage ?? null, state: stateOf(event, outcome) },
    cause: event.cause,
  };
}

/** Only an event that went to its order can have an outcome there. */
function outcomeOf(event: InboxEvent, books: EventBooks): EventOutcome | undefined {
  if (event.status !== 'accepted' && event.status !== 'dispatched') return undefined;
  return books.events.outcome(event.connection, event.eventId);
}

/** A parked event has reached its order and still waits there; a dead one waits for a person. */
function isSettled(outcome: EventOutcome | undefined): boolean {
  return outcome?.state === 'applied' || outcome?.state === 'ignored';
}

function stateOf(event: InboxEvent, outcome: EventOutcome | undefined): string {
  if (outcome !== undefined) return outcome.state;
  return event.status === 'accepted' || event.status === 'dispatched' ? 'processing' : event.status;
}
