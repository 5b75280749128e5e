import type { Logger } from '../logger.ts';
import { systemOf, type Command } from '../domain/commands.ts';
import { DEFAULT_CRM } from '../domain/ids.ts';
import type { WorkerConfig } from '../config/worker.ts';
import type { Connector } from './attempt.ts';
import { createCircuit, type Circuit } from './circuit.ts';
import { reportCircuit } from './circuit-report.ts';
import { chargedClient, gatedClient, serves } from './gate.ts';
import { createHttpClient, type HttpClient } from './http.ts';
import { createStranger } from './strangers.ts';
import { createTemplateCrm, type TemplateCrmOptions } from './template/crm.ts';
import { createTemplateTasks, type TemplateTasksOptions } from './template/tasks.ts';
import { createTemplateWms } from './template/wms.ts';

export interface Connection {
  name: string;
  connector: Connector;
  circuit: Circuit;
}

type System = ReturnType<typeof systemOf>;

/** The outside systems that orders are served by. */
export interface Connections {
  /** The connection that a command of this order goes to. */
  of(command: Command, crm: string): Connection;
  /** For what is read apart from commands, such as stock. */
  wmsHttp: HttpClient;
  close(): Promise<void>;
}

/** The connections of a worker, whose limits other callers in the process share. */
export interface SharedConnections extends Connections {
  /** A client of the same system that gives way to the commands of orders. */
  yielding(system: System, http: HttpClient): HttpClient;
}

export interface ConnectionsOptions {
  config: Pick<WorkerConfig, 'connections' | 'calls'>;
  log: Logger;
  intentOf: TemplateCrmOptions['intentOf'];
  linkTo: TemplateTasksOptions['linkTo'];
  random?: () => number;
}

/** What is read to see whether a system serves at all. */
const READS: Record<System, string> = {
  wms: '/products?limit=1',
  tasks: '/tasks?limit=1',
  crm: '/orders?limit=1',
};

export function createConnections(options: ConnectionsOptions): SharedConnections {
  const { config, intentOf, linkTo } = options;
  const { crmUrl, tasksUrl, wmsUrl, wmsToken } = config.connections;
  const wmsHttp = clientOf(config, `${trimmed(wmsUrl)}/api/v1`, {
    authorization: `Bearer ${wmsToken}`,
  });
  const connect = (
    name: System,
    http: HttpClient,
    speak: (http: HttpClient) => Connector,
  ): Connection => {
    const circuit = circuitOf(options, name, http);
    return { name, circuit, connector: speak(chargedClient(http, circuit)) };
  };
  const speakCrm = (http: HttpClient): Connector => createTemplateCrm({ http, intentOf });
  const systems: Record<System, Connection> = {
    wms: connect('wms', wmsHttp, createTemplateWms),
    tasks: connect('tasks', clientOf(config, tasksUrl), (http) =>
      createTemplateTasks({ http, linkTo }),
    ),
    crm: connect('crm', clientOf(config, crmUrl), speakCrm),
  };
  const crms = new Map(
    Object.entries(config.connections.crmUrls).map(([name, url]) => [
      name,
      { ...connect('crm', clientOf(config, url), speakCrm), name },
    ]),
  );
  const crmOf = (name: string): Connection => {
    if (name === DEFAULT_CRM) return systems.crm;
    const known = crms.get(name) ?? { ...systems.crm, name, connector: createStranger(name) };
    crms.set(name, known);
    return known;
  };
  const gated = (system: System, http: HttpClient, givesWay: boolean): HttpClient =>
    gatedClient({
      http,
      circuit: systems[system].circuit,
      givesWay,
      waitMaxMs: config.calls.yieldMaxMs,
    });

  return {
    yielding: (system, http) => gated(system, http, true),
    wmsHttp: gated('wms', wmsHttp, false),
    of(command, crm) {
      const system = systemOf(command);
      return system === 'crm' ? crmOf(crm) : systems[system];
    },
    async close() {
      const all = [...Object.values(systems), ...crms.values()];
      await Promise.all(all.map(({ connector }) => connector.close()));
    },
  };
}

function clientOf(
  { connections, calls }: ConnectionsOptions['config'],
  baseUrl: string,
  headers: Record<string, string> = {},
): HttpClient {
  return createHttpClient({
    baseUrl: trimmed(baseUrl),
    headers,
    connectTimeoutMs: connections.connectTimeoutMs,
    answerBytesMax: connections.answerBytesMax,
    // One beyond the commands' places, for the read that finds out whether the system serves.
    connectionsMax: calls.circuit.inFlightMax + 1,
  });
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '');
}

function circuitOf(options: ConnectionsOptions, name: System, http: HttpClient): Circuit {
  const { calls } = options.config;
  const circuit: Circuit = createCircuit({
    name,
    settings: { ...calls.circuit, pace: calls.pace[name] },
    now: Date.now,
    random: options.random ?? Math.random,
    onChange: (change) => reportCircuit(options.log, name, change),
    async read() {
      circuit.charge();
      return serves(await http.call({ method: 'GET', path: READS[name] }, calls.readTimeoutMs));
    },
  });
  return circuit;
}
