import type { Logger } from '../logger.ts';
import type { Command } from '../domain/commands.ts';
import type { WorkerConfig } from '../config/worker.ts';
import type { Connector } from './attempt.ts';
import { createCircuit, type Circuit } from './circuit.ts';
import { createHttpClient, type HttpClient } from './http.ts';
import { createTemplateCrm, type TemplateCrmOptions } from './template/crm.ts';
import { createTemplateTasks } from './template/tasks.ts';
import { createTemplateWms } from './template/wms.ts';

export interface Connection {
  name: string;
  connector: Connector;
  circuit: Circuit;
}

/** The outside systems that orders are served by. */
export interface Connections {
  /** The connection that a command of this order goes to. */
  of(command: Command, crm: string): Connection;
  /** For what is read apart from commands, such as stock. */
  wmsHttp: HttpClient;
  close(): Promise<void>;
}

export interface ConnectionsOptions {
  config: Pick<WorkerConfig, 'connections' | 'calls'>;
  log: Logger;
  intentOf: TemplateCrmOptions['intentOf'];
  random?: () => number;
}

export function createConnections(options: ConnectionsOptions): Connections {
  const { config, log } = options;
  const http = (baseUrl: string, headers: Record<string, string> = {}): HttpClient =>
    createHttpClient({
      baseUrl: baseUrl.replace(/\/+$/, ''),
      headers,
      connectTimeoutMs: config.connections.connectTimeoutMs,
      answerBytesMax: config.connections.answerBytesMax,
      connectionsMax: config.calls.circuit.inFlightMax,
    });
  const connect = (name: string, connector: Connector): Connection => ({
    name,
    connector,
    circuit: createCircuit({
      name,
      settings: config.calls.circuit,
      now: Date.now,
      random: options.random ?? Math.random,
      onChange: (open) =>
        open
          ? log.warn({ connection: name }, 'connection.down')
          : log.info({ connection: name }, 'connection.up'),
    }),
  });
  const wmsHttp = http(`${config.connections.wmsUrl.replace(/\/+$/, '')}/api/v1`, {
    authorization: `Bearer ${config.connections.wmsToken}`,
  });
  const wms = connect('wms', createTemplateWms(wmsHttp));
  const tasks = connect('tasks', createTemplateTasks(http(config.connections.tasksUrl)));
  const crm = connect(
    'crm',
    createTemplateCrm({ http: http(config.connections.crmUrl), intentOf: options.intentOf }),
  );

  return {
    wmsHttp,
    of(command) {
      switch (command.kind) {
        case 'create_task':
        case 'update_task':
          return tasks;
        case 'tell_crm':
        case 'ask_crm':
          return crm;
        case 'request_pick':
        case 'look_at_pick':
        case 'cancel_pick':
          return wms;
      }
    },
    async close() {
      await Promise.all([wms, tasks, crm].map((connection) => connection.connector.close()));
    },
  };
}
