import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenAPIHono } from '@hono/zod-openapi';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { addMappingDiffRoute, addMappingRoutes } from '../../src/api/mappings.ts';
import { refuseInvalid } from '../../src/api/route-parts.ts';
import { missingIn } from '../../src/config/connections.ts';
import { loadMappingsSettings } from '../../src/config/mappings.ts';
import { DEFAULT_ORDER_POLICY } from '../../src/domain/policy.ts';
import { errorHandler } from '../../src/http/errors.ts';
import { openSqliteInbox, type SqliteInbox } from '../../src/inbox/sqlite-store.ts';
import { serveMappings, type ServedMappings } from '../../src/shadow/serve-mappings.ts';
import { newEvent } from '../conformance/inbox-store.ts';
import { copyMappings, isBuiltIn } from './mappings-copy.ts';
import type { Json } from './product.ts';

/** The mappings' part of the API over a directory of its own, with a real inbox beside it. */
export interface MappingsApiStage {
  directory: string;
  mappings: ServedMappings;
  inbox: SqliteInbox;
  /** Writes a file of the directory. */
  write(path: string, text: string): void;
  /** Replaces a text of a file of the directory. */
  edit(path: string, from: string, to: string): void;
  call(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Json }>;
  /** Stores an order of the CRM as if its webhook had come. */
  order(orderId: string, payload?: object): Promise<void>;
}

export async function openMappingsApiStage(
  env: Record<string, string> = {},
): Promise<MappingsApiStage> {
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-mappings-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { directory, write, edit } = copyMappings(isBuiltIn);
  const given = {
    CROSSDOCK_DATA_DIR: folder,
    CROSSDOCK_MAPPINGS_DIR: directory,
    CROSSDOCK_MAPPINGS_WATCH_MS: '0',
    ...env,
  };
  const inbox = openSqliteInbox({
    file: join(folder, 'inbox.db'),
    ...{ commitBatchMax: 100, commitQueueMax: 1000, quarantineMax: 100, lingerMs: 0 },
  });
  const log = pino({ level: 'silent' });
  const mappings = await serveMappings({
    settings: loadMappingsSettings(given),
    inbox,
    books: { orders: { ...NO_ORDERS, bundlesHeld: () => [] } },
    defaults: {
      routing: { wms: 'wms', tasks: 'tasks' },
      policy: DEFAULT_ORDER_POLICY,
      timeScale: 1,
    },
    missingOf: missingIn(given),
    onActivated: () => undefined,
    log,
  });
  onTestFinished(async () => {
    await mappings.stop();
    await inbox.close();
  });
  const app = new OpenAPIHono({ defaultHook: refuseInvalid });
  app.onError(errorHandler(log));
  addMappingDiffRoute({ app, mappings: mappings.port });
  addMappingRoutes({ app, mappings: mappings.port });
  return {
    ...{ directory, mappings, inbox, write, edit },
    async call(method, path, body) {
      const answer = await app.request(`/api/v1/mappings${path}`, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      return { status: answer.status, body: await answer.json() };
    },
    async order(orderId, payload = {}) {
      const body = {
        event_id: `evt-${orderId}`,
        event_type: 'ORDER.CREATED',
        timestamp: '2026-01-17T14:32:00Z',
        source: 'crm.test',
        payload: {
          order_id: orderId,
          customer: { account_priority: 'gold' },
          items: [{ sku: 'SKU-111', qty: 2 }],
          ...payload,
        },
      };
      await inbox.append([
        newEvent(`evt-${orderId}`, {
          lane: `crm/${orderId}`,
          body: Buffer.from(JSON.stringify(body)),
        }),
      ]);
    },
  };
}

const NO_ORDERS = {
  list: () => ({ items: [], next: null }),
  find: () => undefined,
  stageOf: () => undefined,
};
