import { linkSettings } from '../../src/config/connections.ts';
import { createAuth } from '../../src/connections/auth/create-auth.ts';
import { withAuth } from '../../src/connections/auth/with-auth.ts';
import type { Attempt, Connector } from '../../src/connections/attempt.ts';
import { createHttpClient, type HttpClient } from '../../src/connections/http.ts';
import { createVendorConnector } from '../../src/connections/vendor/create-connector.ts';
import { createVendorReader, type VendorReader } from '../../src/connections/vendor/reader.ts';
import type { Command, PickSnapshot } from '../../src/domain/commands.ts';
import type { Wiring } from '../../src/wiring/compile.ts';
import type { ConnectionSpec } from '../../src/wiring/spec.ts';
import { startStub, type Stub } from '../support/vendor-stub.ts';

export const TIMEOUT_MS = 2000;

export function specNamed({ connections }: Wiring, name: string): ConnectionSpec {
  const spec = connections.get(name);
  if (spec === undefined) throw new Error(`There is no connection ${name}`);
  return spec;
}

export interface Connected {
  spec: ConnectionSpec;
  connector: Connector;
  reader: VendorReader;
  http: HttpClient;
}

/** Connects as the worker does: address and credentials by the file, from the environment. */
export function connect(wiring: Wiring, name: string, env: Record<string, string>): Connected {
  const spec = specNamed(wiring, name);
  const settings = linkSettings(spec, env);
  if ('missing' in settings) throw new Error(`Not set: ${settings.missing.join(', ')}`);
  const client = (baseUrl: string): HttpClient =>
    createHttpClient({
      ...{ baseUrl, headers: settings.headers, connectTimeoutMs: TIMEOUT_MS },
      ...{ answerBytesMax: 1_000_000, connectionsMax: 8 },
    });
  const http = client(settings.url);
  const auth = createAuth({
    ...{ connection: name, auth: settings.auth, http, connect: client, timeoutMs: TIMEOUT_MS },
  });
  const vendor = { spec, maps: wiring.bundle, http: withAuth(http, auth) };
  const linkTo = (actionId: string): string => `https://crossdock.test/actions/${actionId}`;
  return {
    spec,
    http: vendor.http,
    connector: createVendorConnector({ ...vendor, linkTo }),
    reader: createVendorReader({ ...vendor, timeoutMs: TIMEOUT_MS }),
  };
}

export interface LineAsked {
  lineId: string;
  sku: string;
  qty: number;
}

export const ORDER = { connection: 'crm', orderId: 'ORD-1' };
export const REFERENCE = 'pick:ORD-1:0:1';

export function pickRequest(
  lines: LineAsked[],
  key = REFERENCE,
): Extract<Command, { kind: 'request_pick' }> {
  const requestedAt = Date.UTC(2026, 10, 20, 8);
  return { kind: 'request_pick', key, priority: 'high', requestedAt, lines };
}

/** One command of the order, as it is. */
export function send({ connector }: Connected, command: Command): Promise<Attempt> {
  return connector.send(command, { order: ORDER, timeoutMs: TIMEOUT_MS });
}

/** The pick that an attempt ended with; throws when it ended otherwise. */
export function pickOf(attempt: Attempt | null | undefined): PickSnapshot {
  if (attempt?.kind === 'done' && 'pick' in attempt.outcome) return attempt.outcome.pick;
  throw new Error(`No pick: ${JSON.stringify(attempt)}`);
}

export function look(connected: Connected, pickId: string): Promise<Attempt> {
  return send(connected, { kind: 'look_at_pick', key: 'look', reference: REFERENCE, pickId });
}

/** Passes calls on to a vendor with its credentials, so that the contract kit can disturb them. */
export function proxyTo(url: string, headers: Record<string, string>): Promise<Stub> {
  return startStub(async ({ method, path, query, text }) => {
    const search = new URLSearchParams(query).toString();
    const answer = await fetch(`${url}${path}?${search}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(text === '' ? {} : { body: text }),
    });
    return { status: answer.status, text: await answer.text() };
  });
}
