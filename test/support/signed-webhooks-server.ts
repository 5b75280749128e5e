import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { pino } from 'pino';
import { loadApiConfig, type ApiConfig } from '../../src/config/api.ts';
import { errorHandler, notFoundHandler } from '../../src/http/errors.ts';
import { serveApp } from '../../src/http/serve.ts';
import { InboxGauge } from '../../src/inbox/gauge.ts';
import { openSqliteInbox, type SqliteInbox } from '../../src/inbox/sqlite-store.ts';
import { createConnections } from '../../src/ingest/connections.ts';
import { mountWebhooks, type WebhookEnv, type WebhooksOptions } from '../../src/ingest/webhooks.ts';
import { templateHeaders } from './signed.ts';
import { shippedReading } from './shipped-wiring.ts';

export const SECRETS = { crm: 'secret-of-crm', tasks: 'secret-of-tasks', wms: 'secret-of-wms' };

/** Further connections, one for each profile that the tests sign for. */
const FURTHER = [
  {
    name: 'crm-eu',
    kind: 'crm',
    profile: 'crossdock-v1',
    secrets: [
      { id: 'old', value: 'secret-old', state: 'retiring', until: 4_000_000_000_000 },
      { id: 'new', value: 'secret-new' },
    ],
  },
  {
    name: 'crm-std',
    kind: 'crm',
    profile: 'standard-webhooks',
    secrets: [{ id: 's1', value: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }],
  },
  {
    name: 'crm-basic',
    kind: 'crm',
    profile: 'basic',
    secrets: [{ id: 's1', value: 'user:password' }],
  },
];

export const ENV = {
  CROSSDOCK_API_KEY: '0123456789abcdef',
  CROSSDOCK_WEBHOOK_SECRET_CRM: SECRETS.crm,
  CROSSDOCK_WEBHOOK_SECRET_TASKS: SECRETS.tasks,
  CROSSDOCK_WEBHOOK_SECRET_WMS: SECRETS.wms,
  CROSSDOCK_WEBHOOK_CONNECTIONS: JSON.stringify(FURTHER),
};

export interface WebhooksServer {
  url: string;
  port: number;
  store: SqliteInbox;
  gauge: InboxGauge;
  config: ApiConfig;
  /** Every line that was logged. */
  logged: string[];
  /** Sets the clock that the checks use; null for the real one. */
  setNow(now: number | null): void;
  close(): Promise<void>;
}

interface ServerOptions {
  env?: Record<string, string>;
  /** Stands in front of the store. */
  wrap?: (store: SqliteInbox) => WebhooksOptions['store'];
  outcomeOf?: WebhooksOptions['outcomeOf'];
  /** What first deliveries are answered with. */
  ack?: 200 | 202;
}

/** The webhooks of the api over real HTTP, with an inbox of their own and no dispatcher. */
export async function startWebhooks(options: ServerOptions = {}): Promise<WebhooksServer> {
  const dir = await mkdtemp(join(tmpdir(), 'crossdock-ingest-'));
  const config = loadApiConfig({ ...ENV, ...options.env });
  const store = openSqliteInbox({ file: join(dir, 'inbox.db'), ...config.inbox });
  const gauge = new InboxGauge({
    count: () => store.backlog(),
    probeWrite: () => store.probeWrite(),
  });
  const logged: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  let fixedNow: number | null = null;
  const app = new Hono<WebhookEnv>();
  app.onError(errorHandler(log));
  app.notFound(notFoundHandler);
  mountWebhooks(app, {
    connections: createConnections(
      config.connections.map((one) => ({ ...one, ...(options.ack && { ack: options.ack }) })),
      config.ingest,
    ),
    store: options.wrap?.(store) ?? store,
    gauge,
    settings: config.ingest,
    reading: shippedReading,
    now: () => fixedNow ?? Date.now(),
    outcomeOf: options.outcomeOf ?? (() => ({ order_id: null, stage: null, state: 'processing' })),
    onStored: () => undefined,
    onAnswered: () => undefined,
    log,
  });
  const server = await serveApp({ app, hostname: '127.0.0.1', port: 0 });
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port,
    store,
    gauge,
    config,
    logged,
    setNow: (now) => {
      fixedNow = now;
    },
    close: async () => {
      await server.close(500);
      await store.close();
      await rm(dir, { recursive: true });
    },
  };
}

export interface Answer {
  status: number;
  headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- the tests look into bodies of every shape
  body: any;
}

export async function post(
  url: string,
  body: Buffer | string,
  headers: Record<string, string>,
): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', body: Buffer.from(body), headers });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** Sends a body signed for the default CRM as profile `template` asks. */
export function postOrder(
  url: string,
  body: Buffer | string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return post(`${url}/webhooks/orders`, body, {
    ...templateHeaders(SECRETS.crm, body),
    ...headers,
  });
}
