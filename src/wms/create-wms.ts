import { join } from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { WmsConfig } from '../config/wms.ts';
import { openDatabase, type Sqlite } from '../db/open.ts';
import { createDelivery, type Delivery } from '../delivery/delivery.ts';
import type { Logger } from '../logger.ts';
import { createRehearsal } from '../rehearsal/rehearsal.ts';
import { createWmsApp } from './app.ts';
import { startExpiry } from './expiry.ts';
import { createStockAudit } from './audit/stock-audit.ts';
import { seedCatalogue } from './operations/seed-catalogue.ts';
import { startPruning } from './prune.ts';
import * as schema from './schema.ts';
import { createAuditStore } from './store/audit-store.ts';
import { createIdempotencyStore } from './store/idempotency-store.ts';
import { createMovementLog } from './store/movement-log.ts';
import { createPickStore } from './store/pick-store.ts';
import { createProductStore } from './store/product-store.ts';
import { createShipmentStore } from './store/shipment-store.ts';
import { createStockStore } from './store/stock-store.ts';
import { createWrites } from './writes.ts';

export interface WmsOptions {
  config: WmsConfig;
  log: Logger;
  now?: () => number;
}

export interface Wms {
  app: OpenAPIHono;
  sqlite: Sqlite;
  delivery: Delivery;
  /** Begins to send webhooks, to take out expired lots and to prune. */
  start(): void;
  /** Ends what `start` began and closes the database. */
  stop(): Promise<void>;
}

/** Puts the warehouse together on `wms.db` of the data directory. */
export function createWms({ config, log, now = Date.now }: WmsOptions): Wms {
  const { sqlite, db } = openDatabase(schema, {
    file: join(config.dataDir, 'wms.db'),
    migrations: 'src/wms/migrations',
    synchronous: 'FULL',
  });
  const stores = {
    stock: createStockStore(sqlite),
    picks: createPickStore({ sqlite, db }),
    products: createProductStore(db),
    shipments: createShipmentStore(db),
    audits: createAuditStore(sqlite),
  };
  const { timeScale } = config;
  const delivery = createDelivery({
    ...{ sqlite, log, timeScale, now, policy: config.delivery },
    webhookId: 'bootstrap',
    ...config.webhook,
  });
  const rehearsal = config.sandbox
    ? createRehearsal({ sqlite, delivery, settings: config.rehearsal, now })
    : undefined;
  seedCatalogue(sqlite, { stores, delivery, now });
  const idempotency = createIdempotencyStore(sqlite);
  const writes = createWrites({
    ...{ sqlite, stores, idempotency, delivery, now },
    batchMax: config.commitBatchMax,
    queueMax: config.commitQueueMax,
  });
  const movements = createMovementLog(db);
  const auditor = createStockAudit({
    ...{ stores, writes, now, settings: config.audit },
    snapshot: (read) => sqlite.transaction(read)(),
  });
  const app = createWmsApp({
    ...{ config, log, sqlite, stores, movements, writes, auditor, delivery, rehearsal, now },
  });
  let stopPruning = (): void => undefined;
  let stopExpiry = (): Promise<void> => Promise.resolve();
  return {
    ...{ app, sqlite, delivery },
    start() {
      delivery.start();
      stopPruning = startPruning({ idempotency, config, log, now });
      stopExpiry = startExpiry({ products: stores.products, writes, config, log, now });
    },
    async stop() {
      stopPruning();
      await stopExpiry();
      await delivery.stop();
      sqlite.close();
    },
  };
}
