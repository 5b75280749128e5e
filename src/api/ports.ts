import type { Page } from '../contracts/primitives.ts';
import type { OrderAddress } from '../domain/ids.ts';
import type { OrderInput } from '../domain/inputs.ts';

/** What the inbox itself knows of an event; what became of it in its order is in the books. */
export type InboxStatus = 'accepted' | 'dispatched' | 'late' | 'quarantined' | 'rejected';

export interface InboxEvent {
  connection: string;
  eventId: string;
  eventType: string | null;
  /** The order it belongs to; null while that is not known. */
  order: OrderAddress | null;
  status: InboxStatus;
  /** Why it was quarantined or rejected. */
  cause: string | null;
  /** Epoch ms. */
  receivedAt: number;
  deliveries: number;
}

export interface InboxEventFilter {
  status?: InboxStatus;
  connection?: string;
  orderId?: string;
  /** `next` of an earlier page. */
  cursor?: string;
  limit: number;
}

/** The part of the inbox store that the operators' API uses. Lists are newest first. */
export interface InboxEvents {
  listEvents(filter: InboxEventFilter): Page<InboxEvent>;
  findEvent(connection: string, eventId: string): InboxEvent | undefined;
  /** The oldest `limit` events that came after their order was closed. */
  lateEvents(order: OrderAddress, limit: number): InboxEvent[];
  /** When the first event of this order was accepted; undefined when there is none. */
  firstReceivedAt(order: OrderAddress): number | undefined;
  /** Puts a stored event back to `accepted`, to be normalised and dispatched anew; false when unknown. */
  redispatch(connection: string, eventId: string): boolean;
}

/** Sends inputs to an order's workflow; throws AppError `unavailable` while Temporal is away. */
export interface OrderInputs {
  send(order: OrderAddress, inputs: readonly OrderInput[]): Promise<'sent' | 'closed'>;
}

export interface BacklogReading {
  count: number;
  /** 0 when nothing waits. */
  oldestAgeMs: number;
  /** Null while nothing drains. */
  drainSeconds: number | null;
  countMax: number;
}

/** What `/health/ready` and `/metrics` read; cheap enough for each call. */
export interface Readings {
  inboxWritable(): boolean;
  /** Since when Temporal cannot be reached, epoch ms; null while it can. */
  temporalAwaySince(): number | null;
  backlog(): BacklogReading;
}
