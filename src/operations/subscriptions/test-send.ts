import { randomUUID } from 'node:crypto';
import type { Sqlite } from '../../db/open.ts';
import { createOutbox } from '../../delivery/outbox.ts';
import { signTemplate } from '../../verification/sign.ts';
import type { Poster } from './guarded-post.ts';
import { envelopeText } from './publisher.ts';
import type { Subscription } from './store.ts';

/** What a person sees arrive when they test a subscription. */
export const TEST_EVENT_TYPE = 'SUBSCRIPTION.TEST';

interface TestSend {
  sqlite: Sqlite;
  subscription: Subscription;
  secret: string;
  poster: Poster;
  now: () => number;
  attemptsKeptMax: number;
}

/** One attempt at a test event, logged like any other and never repeated; the delivery's id. */
export async function sendTest(input: TestSend): Promise<string> {
  const { sqlite, subscription, secret, poster, now } = input;
  const { subscriptionId, url } = subscription;
  const at = now();
  const deliveryId = `dlv_${randomUUID()}`;
  const event = {
    eventId: `test_${randomUUID()}`,
    eventType: TEST_EVENT_TYPE,
    payload: { subscription_id: subscriptionId },
    at,
  };
  const body = envelopeText(event);
  const outbox = createOutbox(sqlite, subscriptionId);
  // Not pending, so that the sender leaves it alone.
  outbox.insert({
    deliveryId,
    eventId: event.eventId,
    eventType: event.eventType,
    body,
    status: 'suppressed',
    lane: 'normal',
    nextAt: at,
    createdAt: at,
  });
  const seq = sqlite.prepare('SELECT seq FROM deliveries WHERE delivery_id = ?').pluck();
  const { status, error } = await poster.post({
    url,
    headers: signTemplate({ secret, body }),
    body,
    signal: new AbortController().signal,
  });
  const delivered = status !== null && status >= 200 && status < 300;
  outbox.settle(
    {
      seq: Number(seq.get(deliveryId)),
      round: 0,
      tries: 1,
      attempt: { at, status, latencyMs: now() - at, error },
      verdict: { status: delivered ? 'delivered' : 'failed' },
    },
    input.attemptsKeptMax,
  );
  return deliveryId;
}
