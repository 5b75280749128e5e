import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { linkSettings, webhookConnections } from '../../../src/config/connections.ts';
import type { CommandContext, Connector } from '../../../src/connections/attempt.ts';
import { createAuth } from '../../../src/connections/auth/create-auth.ts';
import { withAuth } from '../../../src/connections/auth/with-auth.ts';
import { createHttpClient, type HttpClient } from '../../../src/connections/http.ts';
import { createVendorConnector } from '../../../src/connections/vendor/create-connector.ts';
import { createVendorReader, type VendorReader } from '../../../src/connections/vendor/reader.ts';
import type { Command } from '../../../src/domain/commands.ts';
import type { Normalised } from '../../../src/normalise/definition.ts';
import { createVerifier } from '../../../src/verification/verify.ts';
import type { ConnectionSpec } from '../../../src/wiring/spec.ts';
import { shippedReading, shippedWiring } from '../../support/shipped-wiring.ts';

export const CONTEXT: CommandContext = {
  order: { connection: 'crm', orderId: 'ORD-1' },
  timeoutMs: 5000,
};

export function specOf(name: string): ConnectionSpec {
  const spec = shippedWiring().connections.get(name);
  if (spec === undefined) throw new Error(`There is no mappings/connections/${name}.yaml`);
  return spec;
}

/** What Crossdock calls a vendor with: the shipped file, and the environment that it asks for. */
export interface CrossdockSide {
  connector: Connector;
  reader: VendorReader;
  close(): Promise<void>;
}

export function connect(name: string, env: Record<string, string>): CrossdockSide {
  const spec = specOf(name);
  const settings = linkSettings(spec, env);
  if ('missing' in settings) throw new Error(`Not set: ${settings.missing.join(', ')}`);
  const client = (baseUrl: string): HttpClient =>
    createHttpClient({
      ...{ baseUrl, headers: settings.headers },
      ...{ connectTimeoutMs: 2000, answerBytesMax: 1_000_000, connectionsMax: 32 },
    });
  const plain = client(settings.url);
  const auth = createAuth({
    ...{ connection: name, auth: settings.auth, http: plain, connect: client, timeoutMs: 5000 },
  });
  const vendor = { spec, maps: shippedWiring().bundle, http: withAuth(plain, auth) };
  return {
    connector: createVendorConnector({ ...vendor, linkTo: (id) => id }),
    reader: createVendorReader({ ...vendor, timeoutMs: 5000 }),
    close: () => vendor.http.close(),
  };
}

type RequestPick = Extract<Command, { kind: 'request_pick' }>;

/** Asks for these quantities, by SKU, under the order's next reference. */
export function requestOf(
  lines: Record<string, number>,
  reference = 'pick:ORD-1:1:1',
): RequestPick {
  return {
    kind: 'request_pick',
    key: reference,
    priority: 'high',
    requestedAt: Date.UTC(2026, 0, 17, 14, 32),
    lines: Object.entries(lines).map(([sku, qty], n) => ({ lineId: `ORD-1-${n + 1}`, sku, qty })),
  };
}

/** What became of a webhook: what it asks for, null when nothing, or why it was not taken. */
export type Received = { type: string; asks: Normalised | null } | { refused: string };

export interface Receiver {
  url: string;
  received: Received[];
  /** Answers 503, as a receiver that cannot store. */
  fail(failing: boolean): void;
  close(): Promise<void>;
}

/** Takes webhooks as the product does: verified over the raw bytes, read, and normalised. */
export async function startReceiver(name: string, env: Record<string, string>): Promise<Receiver> {
  const spec = specOf(name);
  const [settings] = webhookConnections([spec], env).on;
  if (settings === undefined) throw new Error(`The webhook secret of ${name} is not set`);
  const verifier = createVerifier(settings.profile, settings.secrets);
  const received: Received[] = [];
  const bodies = new Map<string, string>();
  let failing = false;
  const origin = { connection: name, kind: spec.kind };
  const take = (request: IncomingMessage, body: Buffer): Received => {
    const { method = '', url = '', headers } = request;
    const verdict = verifier.verify({ method, url, body, headers }, Date.now());
    if (!verdict.authentic) return { refused: verdict.check };
    const value: unknown = JSON.parse(body.toString());
    const read = shippedReading.read(origin, { value, body, headers });
    if (!read.ok) return { refused: read.error.message };
    const { eventId, eventType } = read.event;
    const known = bodies.get(eventId) ?? body.toString();
    bodies.set(eventId, known);
    if (known !== body.toString()) return { refused: 'event-id-reused' };
    const fact = { ...origin, eventId, eventType, receivedAt: Date.now(), body };
    return { type: eventType, asks: shippedReading.normalise(fact) };
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (failing) return void response.writeHead(503).end();
      const outcome = take(request, Buffer.concat(chunks));
      received.push(outcome);
      response.writeHead('refused' in outcome ? 401 : 202).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/webhooks/${name}`,
    received,
    fail: (next) => void (failing = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
