import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import { problem } from '../http/problem.ts';
import type { Appended } from '../inbox/store.ts';
import type { Logger } from '../logger.ts';
import type { EventOutcome } from './outcome.ts';
import { createReceiver, type ReceiverOptions } from './receive.ts';
import type { Receipt } from './store-event.ts';

export interface WebhookEnv {
  Bindings: HttpBindings;
  Variables: { requestId: string };
}

export interface WebhooksOptions extends ReceiverOptions {
  /** What became of an event that is known already. */
  outcomeOf(
    name: { connection: string; eventId: string },
    known: Extract<Appended, { outcome: 'duplicate' }>,
  ): EventOutcome;
  /** Called after each commit of a new event. */
  onStored(): void;
  onAnswered(connection: string, outcome: string, seconds: number): void;
  log: Logger;
}

const JSON_HEADERS = { 'content-type': 'application/json' };
const REPLAYED_HEADERS = { ...JSON_HEADERS, 'idempotency-replayed': 'true' };

/** Puts `POST /webhooks/{connection}` on an app; no call leaves this process before the answer. */
export function mountWebhooks(app: Hono<WebhookEnv>, options: WebhooksOptions): void {
  const receive = createReceiver(options);

  app.post('/webhooks/:connection', async (c) => {
    const startedAt = performance.now();
    try {
      const receipt = await receive(c.env.incoming, c.req.param('connection'));
      const outcome = receipt.taken ? receipt.appended.outcome : receipt.refusal.outcome;
      const response = receipt.taken ? taken(receipt, options) : refused(c, receipt, options.log);
      options.connections
        .at(receipt.connection)
        ?.tally.answered(outcome, options.now(), receipt.taken ? undefined : receipt.cause);
      options.onAnswered(receipt.connection, outcome, (performance.now() - startedAt) / 1000);
      return response;
    } catch (error) {
      c.set('requestId', randomUUID());
      throw error;
    }
  });

  app.all('/webhooks/:connection', (c) => {
    c.set('requestId', randomUUID());
    c.header('allow', 'POST');
    return problem(c, {
      status: 405,
      problem: 'method-not-allowed',
      title: 'Only POST is allowed here',
      detail: `Webhooks are sent with POST; ${c.req.method} does nothing here.`,
    });
  });
}

type Taken = Extract<Receipt, { taken: true }>;

function taken({ connection, eventId, ack, appended }: Taken, options: WebhooksOptions): Response {
  const receivedAt = new Date(appended.receivedAt).toISOString();
  const status = `/api/v1/events/${eventId}?connection=${connection}`;
  const answer = {
    event_id: eventId,
    status: 'accepted',
    duplicate: appended.outcome === 'duplicate',
    received_at: receivedAt,
    links: { status },
  };
  if (appended.outcome === 'first') {
    options.onStored();
    return new Response(JSON.stringify(answer), { status: ack, headers: JSON_HEADERS });
  }
  const { deliveries } = appended;
  const result = options.outcomeOf({ connection, eventId }, appended);
  const repeated = { ...answer, first_received_at: receivedAt, deliveries, result };
  return new Response(JSON.stringify(repeated), { status: 200, headers: REPLAYED_HEADERS });
}

type Refused = Extract<Receipt, { taken: false }>;

function refused(
  c: Context<WebhookEnv>,
  { connection, refusal, cause }: Refused,
  log: Logger,
): Response {
  const requestId = randomUUID();
  c.set('requestId', requestId);
  const { outcome, status, headers = {} } = refusal;
  log.warn({ requestId, connection, outcome, status, cause }, 'webhook.refused');
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
  return problem(c, refusal);
}
