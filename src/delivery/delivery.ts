import { randomUUID } from 'node:crypto';
import type { Page } from '../contracts/primitives.ts';
import type { Sqlite } from '../db/open.ts';
import type { Logger } from '../logger.ts';
import type { WebhookMode } from './mode.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import type { DeliveryPolicy } from './policy.ts';
import { createSender } from './sender.ts';
import { createDeliveryLog, type DeliveryFilter, type DeliveryView } from './view.ts';

export interface OutgoingEvent {
  eventId: string;
  eventType: string;
  /** Exact JSON text that is signed and sent. */
  body: string;
  at: number;
}

/**
 * Webhooks out of an outbox in the owner's database. What `enqueue` wrote in a committed
 * transaction is attempted until the policy is spent, also after a kill -9: a row leaves
 * `pending` only with the commit that holds its outcome, so a receiver may see it twice.
 */
export interface Delivery {
  /** Writes the event's row or rows in the caller's open transaction; call `wake` after it. */
  enqueue(event: OutgoingEvent): void;
  wake(): void;
  start(): void;
  /** Ends attempts in flight within the policy's grace; what is unfinished stays pending. */
  stop(): Promise<void>;
  list(filter: DeliveryFilter): Page<DeliveryView>;
  /** Sends a delivery again with a full budget, whatever its status and the mode. */
  redeliver(deliveryId: string): DeliveryView | undefined;
  mode(): WebhookMode;
  setMode(mode: WebhookMode): void;
  backlog(): { pending: number; oldestAt: number | null };
}

export interface DeliveryOptions {
  sqlite: Sqlite;
  log: Logger;
  webhookId: string;
  url: string;
  secret: string;
  policy: DeliveryPolicy;
  timeScale: number;
  now?: () => number;
  random?: () => number;
}

/** One webhook's deliveries; several may share a database under different `webhookId`s. */
export function createDelivery(options: DeliveryOptions): Delivery {
  const now = options.now ?? Date.now;
  const outbox = createOutbox(options.sqlite, options.webhookId);
  const log = createDeliveryLog(options.sqlite, options.webhookId);
  const sender = createSender({ ...options, now, random: options.random ?? Math.random, outbox });
  return {
    enqueue: (event) => enqueue({ outbox, event, now: now() }),
    wake: sender.wake,
    start: sender.start,
    stop: sender.stop,
    list: log.list,
    redeliver(deliveryId) {
      if (!outbox.redeliver(deliveryId, now())) return undefined;
      sender.wake();
      return log.get(deliveryId);
    },
    mode: outbox.mode,
    setMode(mode) {
      outbox.setMode(mode);
      sender.wake();
    },
    backlog: outbox.backlog,
  };
}

interface EnqueueInput {
  outbox: Outbox;
  event: OutgoingEvent;
  now: number;
}

function enqueue({ outbox, event, now }: EnqueueInput): void {
  const { event_id: signedId } = JSON.parse(event.body) as { event_id?: unknown };
  if (signedId !== event.eventId)
    throw new Error('The body must carry the event id it is sent as.');
  const { mode, delay_ms: delayMs } = outbox.mode();
  const reversed = mode === 'reverse';
  const copies = mode === 'duplicate' ? 2 : 1;
  const nextAt = (reversed ? outbox.openBatchAt(now) : null) ?? now + delayMs;
  for (let copy = 0; copy < copies; copy += 1) {
    outbox.insert({
      deliveryId: `dlv_${randomUUID()}`,
      eventId: event.eventId,
      eventType: event.eventType,
      body: event.body,
      status: mode === 'off' ? 'suppressed' : 'pending',
      lane: reversed ? 'reverse' : 'normal',
      nextAt,
      createdAt: event.at,
    });
  }
}
