import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { createReconcileBook } from '../books/reconcile-book.ts';
import type { ReconcileConfig } from '../config/reconcile.ts';
import { createHttpClient, type HttpClient } from '../connections/http.ts';
import type { Sqlite } from '../db/open.ts';
import { DEFAULT_CRM } from '../domain/ids.ts';
import type { OrderInput } from '../domain/inputs.ts';
import type { OrderAddress } from '../domain/ids.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { inboxOldestAt } from './inbox-age.ts';
import { createRemoteReader } from './read-remote.ts';
import type { RunDeps } from './run-deps.ts';
import { ensureSchedules } from './schedules.ts';
import { createTellOrder } from './tell-order.ts';

export interface WireOptions {
  config: ReconcileConfig;
  sqlite: Sqlite;
  client: Client;
  /** The way of webhooks to an order's workflow, which it starts when there is none. */
  deliver(batch: { order: OrderAddress; inputs: OrderInput[] }): Promise<'delivered' | 'late'>;
  log: Logger;
}

export interface Reconciliation {
  deps: RunDeps;
  /** Brings the schedules about, however long Temporal stays away; ends when `signal` does. */
  keepSchedules(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Puts reconciliation together for the worker. */
export function wireReconciliation(options: WireOptions): Reconciliation {
  const { config, sqlite, client, deliver, log } = options;
  const http = remoteClients(config);
  const inboxFile = join(config.dataDir, 'inbox.db');
  return {
    deps: {
      book: createReconcileBook(sqlite),
      remote: createRemoteReader({ http, timeoutMs: config.remote.timeoutMs }),
      settings: config.settings,
      names: { crm: DEFAULT_CRM, ...config.routing },
      tell: createTellOrder({ client, deliver, timeoutMs: config.signalTimeoutMs }),
      inboxOldestAt: () => inboxOldestAt(inboxFile),
      log,
      now: Date.now,
    },
    async keepSchedules(signal) {
      while (!signal.aborted) {
        try {
          await ensureSchedules(client, config);
          return;
        } catch (error) {
          log.warn({ error: messageOf(error) }, 'reconciliation.not_scheduled');
          await sleep(config.scheduleRetryMs, undefined, { signal }).catch(() => undefined);
        }
      }
    },
    async close() {
      await Promise.all(Object.values(http).map((one) => one.close()));
    },
  };
}

/** Connections of their own, so that a long listing never holds up an order's commands. */
function remoteClients({ remote }: ReconcileConfig): Record<'crm' | 'wms' | 'tasks', HttpClient> {
  const clientOf = (url: string, headers: Record<string, string> = {}): HttpClient =>
    createHttpClient({
      baseUrl: url.replace(/\/+$/, ''),
      headers,
      connectTimeoutMs: remote.timeoutMs,
      answerBytesMax: remote.answerBytesMax,
      connectionsMax: CONNECTIONS_MAX,
    });
  return {
    crm: clientOf(remote.crmUrl),
    tasks: clientOf(remote.tasksUrl),
    wms: clientOf(`${remote.wmsUrl.replace(/\/+$/, '')}/api/v1`, {
      authorization: `Bearer ${remote.wmsToken}`,
    }),
  };
}

/** Connections to one system: runs of different tiers may overlap. */
const CONNECTIONS_MAX = 4;
