import type { Logger } from '../logger.ts';
import type { Maps } from './vendor/read-answer.ts';
import type { ConnectionSpec } from '../wiring/spec.ts';
import type { WorkerConfig } from '../config/worker.ts';
import { createAuth } from './auth/create-auth.ts';
import type { ResolvedAuth } from './auth/resolved.ts';
import { withAuth } from './auth/with-auth.ts';
import { createCircuit, type Circuit } from './circuit.ts';
import { reportCircuit } from './circuit-report.ts';
import { chargedClient, gatedClient, serves } from './gate.ts';
import { createHttpClient, type HttpClient } from './http.ts';
import { createVendorReader } from './vendor/reader.ts';

/** How a connection is reached, with the texts that its file's settings stand for. */
export interface LinkSettings {
  /** Without a trailing slash. */
  url: string;
  auth: ResolvedAuth;
  headers: Readonly<Record<string, string>>;
}

/** The way to one outside system: its limits and its proof of who we are, shared by all who call it. */
export interface Link {
  circuit: Circuit;
  /** For the commands of orders. */
  commands: HttpClient;
  /** For what is read beside them, such as stock: it waits for a place among them. */
  beside: HttpClient;
  /** For reconciliation: connections of its own, and it gives way to commands. */
  behind: HttpClient;
  close(): Promise<void>;
}

export interface LinkOptions {
  spec: ConnectionSpec;
  maps: Maps;
  settings: LinkSettings;
  config: Pick<WorkerConfig, 'connections' | 'calls'>;
  /** Bytes of a page of a listing that are read. */
  listingBytesMax: number | undefined;
  log: Logger;
  random: () => number;
}

/** Connections of a long listing, so that it never holds up an order's commands. */
const BEHIND_CONNECTIONS_MAX = 4;

export function createLink(options: LinkOptions): Link {
  const { spec, maps, settings, config, log, random } = options;
  const { calls } = config;
  const connect = (
    baseUrl: string,
    connectionsMax: number,
    answerBytesMax = config.connections.answerBytesMax,
  ): HttpClient =>
    createHttpClient({
      baseUrl: baseUrl.replace(/\/+$/, ''),
      headers: settings.headers,
      connectTimeoutMs: config.connections.connectTimeoutMs,
      answerBytesMax,
      connectionsMax,
    });
  // One beyond the commands' places, for the read that finds out whether the system serves.
  const plain = connect(settings.url, calls.circuit.inFlightMax + 1);
  const auth = createAuth({
    connection: spec.name,
    auth: settings.auth,
    http: plain,
    connect: (baseUrl) => connect(baseUrl, 1),
    timeoutMs: calls.timeoutMs,
  });
  const http = withAuth(plain, auth);
  const behind = withAuth(
    connect(settings.url, BEHIND_CONNECTIONS_MAX, options.listingBytesMax),
    auth,
  );
  const reader = createVendorReader({ spec, maps, http, timeoutMs: calls.readTimeoutMs });
  const circuit: Circuit = createCircuit({
    name: spec.name,
    settings: { ...calls.circuit, pace: paceOf(spec, calls) },
    now: Date.now,
    random,
    onChange: (change) => reportCircuit(log, spec.name, change),
    async read() {
      // Without a harmless read the next command finds out.
      if (!reader.has('alive')) return true;
      circuit.charge();
      return serves(await reader.alive());
    },
  });
  const gated = (client: HttpClient, givesWay: boolean): HttpClient =>
    gatedClient({ http: client, circuit, givesWay, waitMaxMs: calls.yieldMaxMs });
  return {
    circuit,
    // Also the retry after a 401 counts against the rate.
    commands: withAuth(chargedClient(plain, circuit), auth),
    beside: gated(http, false),
    behind: gated(behind, true),
    async close() {
      await Promise.all([http.close(), behind.close()]);
    },
  };
}

/** The environment's rate for a default connection, else the rate of its file, over all workers. */
function paceOf({ name, kind, rate }: ConnectionSpec, calls: WorkerConfig['calls']) {
  const configured = calls.pace[kind];
  if (rate === null || (name === kind && configured.perSecond > 0)) return configured;
  return {
    perSecond: rate.perSecond / calls.workers,
    burst: Math.max(1, Math.floor(rate.burst / calls.workers)),
  };
}
