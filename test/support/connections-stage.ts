import { join } from 'node:path';
import { Hono } from 'hono';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { loadApiConfig } from '../../src/config/api.ts';
import { loadSecretsSettings } from '../../src/config/secrets.ts';
import { errorHandler } from '../../src/http/errors.ts';
import { InboxGauge } from '../../src/inbox/gauge.ts';
import { createConnectionDesk } from '../../src/ingest/connection-desk.ts';
import { createConnections } from '../../src/ingest/connections.ts';
import { mountWebhooks, type WebhookEnv } from '../../src/ingest/webhooks.ts';
import { createKeyring } from '../../src/secrets/keyring.ts';
import { openConnectionStore } from '../../src/secrets/store.ts';
import { API_KEY, openApiStage, type ApiStage } from './api-stage.ts';
import { temporaryFolder } from './books-shelf.ts';
import { serve } from './cli-stage.ts';
import { ENV, post, type Answer } from './signed-webhooks-server.ts';
import { envelopeText, templateHeaders } from './signed.ts';
import { shippedReading } from './shipped-wiring.ts';

export interface ConnectionsStage extends ApiStage {
  url: string;
  folder: string;
  /** What the process logged. */
  logged: string[];
  /** The clock of ingest and its desk. */
  ingestClock: { now: number };
  /** Sends an order to the default CRM connection, signed by profile `template`. */
  order(secret: string, eventId: string): Promise<Answer>;
  call(method: 'GET' | 'POST', path: string, body?: unknown, key?: string): Promise<Answer>;
}

/** The api as `src/api.ts` puts it together, without Temporal, over real HTTP. */
export async function openConnectionsStage(
  env: Record<string, string> = {},
): Promise<ConnectionsStage> {
  const folder = temporaryFolder();
  const given = { ...ENV, CROSSDOCK_MASTER_KEY: 'a master key of at least 32 characters', ...env };
  const config = loadApiConfig(given);
  const settings = loadSecretsSettings(given);
  const ingestClock = { now: Date.now() };
  const now = () => ingestClock.now;
  const kept = openConnectionStore(join(folder, 'connections.db'));
  onTestFinished(() => kept.close());
  const keyring = createKeyring({
    connections: () => config.connections,
    store: kept,
    settings,
    now,
  });
  const paused = kept.pauses.all();
  const connections = createConnections(config.connections, config.ingest, {
    secretsOf: keyring.of,
    pausedOf: (name) => paused.get(name) ?? null,
  });
  const desk = createConnectionDesk({
    settings: () => config.connections,
    connections,
    keyring,
    pauses: kept.pauses,
    now,
  });
  const stage = openApiStage({ env, connections: { port: desk, limits: settings } });
  const logged: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  const app = new Hono<WebhookEnv>();
  app.onError(errorHandler(log));
  const gauge = new InboxGauge({
    count: () => stage.inbox.backlog(),
    probeWrite: () => stage.inbox.probeWrite(),
  });
  mountWebhooks(app, {
    connections,
    store: stage.inbox,
    gauge,
    settings: config.ingest,
    reading: shippedReading,
    now,
    outcomeOf: () => ({ order_id: null, stage: null, state: 'processing' }),
    onStored: () => undefined,
    onAnswered: () => undefined,
    log,
  });
  app.route('/', stage.app);
  const { url } = await serve(app);
  return {
    ...stage,
    url,
    folder,
    logged,
    ingestClock,
    order(secret, eventId) {
      const body = orderText(eventId, ingestClock.now);
      return post(`${url}/webhooks/orders`, body, templateHeaders(secret, body));
    },
    async call(method, path, body, key) {
      const response = await fetch(`${url}/api/v1/connections${path}`, {
        method,
        headers: {
          authorization: `Bearer ${API_KEY}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(key !== undefined && { 'idempotency-key': key }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const { status, headers } = response;
      return { status, headers, body: await response.json() };
    },
  };
}

export function orderText(eventId: string, at: number): string {
  return envelopeText({
    eventId,
    eventType: 'ORDER.CREATED',
    timestamp: new Date(at).toISOString(),
    payload: {
      order_id: `ORD-${eventId}`,
      customer: { id: 'CUST-1' },
      items: [{ sku: 'SKU-111', qty: 1 }],
    },
  });
}
