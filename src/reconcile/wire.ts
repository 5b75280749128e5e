import { createHash } from 'node:crypto';
import type { ReconcileBook } from '../books/reconcile-book.ts';
import type { ReconcileConfig } from '../config/reconcile.ts';
import type { SharedConnections } from '../connections/connections.ts';
import { createHttpClient, type HttpClient } from '../connections/http.ts';
import { createTemplateCrm } from '../connections/template/crm.ts';
import { crmKey, DEFAULT_CRM } from '../domain/ids.ts';
import type { Logger } from '../logger.ts';
import { intentOf } from '../normalise/crm.ts';
import { withReadAhead } from './read-ahead.ts';
import { createRemoteReader } from './read-remote.ts';
import type { RunDeps } from './run-deps.ts';

export interface WireOptions
  extends Pick<RunDeps, 'tell' | 'inboxOldestAt'>, Partial<Pick<RunDeps, 'quarantined'>> {
  config: ReconcileConfig;
  book: ReconcileBook;
  log: Logger;
  /** Makes a client give way to the commands of orders, within the limits of its connection. */
  yielding: SharedConnections['yielding'];
  /** The mapping that is in force. */
  mappingBundle?: string;
}

export interface Reconciliation {
  deps: RunDeps;
  close(): Promise<void>;
}

/** Puts reconciliation together for the worker. */
export function wireReconciliation(options: WireOptions): Reconciliation {
  const { config, book, tell, inboxOldestAt, log, mappingBundle = '' } = options;
  const http = remoteClients(config, options.yielding);
  const crm = createTemplateCrm({ http: http.crm, intentOf });
  const { timeoutMs } = config.remote;
  return {
    deps: {
      book,
      remote: withReadAhead(createRemoteReader({ http, timeoutMs }), Date.now),
      settings: config.settings,
      names: { crm: DEFAULT_CRM, ...config.routing },
      ...{ tell, inboxOldestAt, log },
      tellCrm: (order, notice) =>
        crm.send(
          { kind: 'tell_crm', key: crmKey(order, notice.sequence), notices: [notice] },
          { order, timeoutMs },
        ),
      quarantined: options.quarantined ?? (() => []),
      setup: setupOf(config, mappingBundle),
      now: Date.now,
    },
    async close() {
      await Promise.all(Object.values(http).map((one) => one.close()));
    },
  };
}

/** Short, for it stands on every run. */
const SETUP_CHARS = 16;

function setupOf({ remote, routing }: ReconcileConfig, mappingBundle: string): string {
  const { crmUrl, tasksUrl, wmsUrl } = remote;
  const named = JSON.stringify([crmUrl, tasksUrl, wmsUrl, routing, mappingBundle]);
  return createHash('sha256').update(named).digest('hex').slice(0, SETUP_CHARS);
}

/** Connections to one system: runs of different tiers may overlap. */
const CONNECTIONS_MAX = 4;

/** Connections of their own, so that a long listing never holds up an order's commands. */
function remoteClients(
  { remote }: ReconcileConfig,
  yielding: WireOptions['yielding'],
): Record<'crm' | 'wms' | 'tasks', HttpClient> {
  const clientOf = (url: string, headers: Record<string, string> = {}): HttpClient =>
    createHttpClient({
      baseUrl: url.replace(/\/+$/, ''),
      headers,
      connectTimeoutMs: remote.timeoutMs,
      answerBytesMax: remote.answerBytesMax,
      connectionsMax: CONNECTIONS_MAX,
    });
  const wms = clientOf(`${remote.wmsUrl.replace(/\/+$/, '')}/api/v1`, {
    authorization: `Bearer ${remote.wmsToken}`,
  });
  return {
    crm: yielding('crm', clientOf(remote.crmUrl)),
    tasks: yielding('tasks', clientOf(remote.tasksUrl)),
    wms: yielding('wms', wms),
  };
}
