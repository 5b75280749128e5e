import { randomUUID } from 'node:crypto';
import type { Envelope } from '../../contracts/envelope.ts';
import type { Sqlite } from '../../db/open.ts';
import { createOutbox } from '../../delivery/outbox.ts';
import type { Logger } from '../../logger.ts';
import { matches } from './patterns.ts';
import type { Subscription, SubscriptionStore } from './store.ts';

export interface PublishedEvent {
  eventType: string;
  /** Names the event once and for all: publishing it again does nothing. */
  eventId: string;
  payload: Record<string, unknown>;
  /** Epoch ms. */
  at: number;
}

export interface Publisher {
  /**
   * Owes the event to every subscription whose patterns match, enabled or not, on disk when it
   * returns. Inside a transaction of the same database it is committed with it.
   */
  publish(event: PublishedEvent): void;
}

export interface PublisherOptions {
  sqlite: Sqlite;
  subscriptions: Pick<SubscriptionStore, 'all'>;
  /** Deliveries that may wait for one subscription. */
  pendingMax: number;
  /** Something may be due. */
  wake(): void;
  log: Logger;
}

/** The text that is signed and sent: the envelope that all our events have. */
export function envelopeText({ eventId, eventType, payload, at }: PublishedEvent): string {
  const envelope: Envelope = {
    event_id: eventId,
    event_type: eventType,
    event_version: '1.0',
    timestamp: new Date(at).toISOString(),
    source: 'crossdock',
    payload,
  };
  return JSON.stringify(envelope);
}

/** The one way by which events reach subscriptions; only the process that owns the database has it. */
export function createPublisher(options: PublisherOptions): Publisher {
  const { sqlite, subscriptions, wake } = options;
  const known = sqlite.prepare('SELECT 1 FROM deliveries WHERE event_id = ? AND webhook_id = ?');
  const pending = sqlite.prepare<[string], { count: number }>(
    `SELECT count(*) AS count FROM deliveries WHERE webhook_id = ? AND status = 'pending'`,
  );

  function owe(subscription: Subscription, event: PublishedEvent, body: string): void {
    const { subscriptionId } = subscription;
    if (known.get(event.eventId, subscriptionId) !== undefined) return;
    const full = (pending.get(subscriptionId)?.count ?? 0) >= options.pendingMax;
    if (full) {
      options.log.warn({ subscriptionId, eventId: event.eventId }, 'subscription.queue_full');
    }
    createOutbox(sqlite, subscriptionId).insert({
      deliveryId: `dlv_${randomUUID()}`,
      eventId: event.eventId,
      eventType: event.eventType,
      body,
      status: full ? 'suppressed' : 'pending',
      lane: 'normal',
      nextAt: event.at,
      createdAt: event.at,
    });
  }

  const publish = sqlite.transaction((event: PublishedEvent) => {
    const body = envelopeText(event);
    for (const subscription of subscriptions.all()) {
      if (matches(subscription.eventTypes, event.eventType)) owe(subscription, event, body);
    }
  });
  return {
    publish(event) {
      publish.immediate(event);
      wake();
    },
  };
}
