import type { z } from 'zod';
import type { BooksReader } from '../books/read.ts';
import type { EventOutcome } from '../books/read-events.ts';
import { orderOfKey } from '../books/read-orders.ts';
import { instant } from './instant.ts';
import type { ReceivedEvent } from './received-event.ts';
import type { EventSchema } from './schemas.ts';

export type EventView = z.infer<typeof EventSchema>;

type EventBooks = Pick<BooksReader, 'events' | 'orders'>;

/** What is known of a received event: the inbox's word for it, and the books' once they have it. */
export function eventView(event: ReceivedEvent, books: EventBooks): EventView {
  const outcome = outcomeOf(event, books);
  const order = outcome === undefined ? event.order : orderOfKey(outcome.orderKey);
  const orderId = order?.orderId ?? null;
  const stage = outcome?.stage ?? (order === null ? undefined : books.orders.stageOf(order));
  return {
    event_id: event.eventId,
    event_type: event.eventType,
    connection: event.connection,
    order_id: orderId,
    status: statusOf(event, outcome),
    received_at: instant(event.receivedAt),
    deliveries: event.deliveries,
    result: { order_id: orderId, stage: stage ?? null, state: stateOf(event, outcome) },
    cause: event.cause,
  };
}

/** Only an event that goes to its order can have an outcome there. */
function outcomeOf(event: ReceivedEvent, books: EventBooks): EventOutcome | undefined {
  if (event.status !== 'accepted' && event.status !== 'dispatched') return undefined;
  return books.events.outcome(event.connection, event.eventId);
}

/** A parked event has reached its order and still waits there; a dead one waits for a person. */
function statusOf(event: ReceivedEvent, outcome: EventOutcome | undefined): EventView['status'] {
  const state = stateOf(event, outcome);
  if (state === 'applied' || event.status === 'ignored') return 'applied';
  return state === 'ignored' ? 'applied' : event.status;
}

function stateOf(event: ReceivedEvent, outcome: EventOutcome | undefined): string {
  if (outcome !== undefined) return outcome.state;
  // The allocator keeps no word on each stock alert: told is applied.
  if (event.status === 'dispatched' && event.order === null) return 'applied';
  const underWay = event.status === 'accepted' || event.status === 'dispatched';
  return underWay ? 'processing' : event.status;
}
