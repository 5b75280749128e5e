import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Envelope } from '../../src/contracts/envelope.ts';
import { openDatabase, type Sqlite } from '../../src/db/open.ts';
import * as schema from '../../src/wms/schema.ts';
import type { WmsDb } from '../../src/wms/store/db.ts';
import { createAuditStore } from '../../src/wms/store/audit-store.ts';
import { createPickStore } from '../../src/wms/store/pick-store.ts';
import { createProductStore } from '../../src/wms/store/product-store.ts';
import { createShipmentStore } from '../../src/wms/store/shipment-store.ts';
import { createStockStore } from '../../src/wms/store/stock-store.ts';
import { runWork, type Stores, type Work } from '../../src/wms/work.ts';

export interface Warehouse {
  sqlite: Sqlite;
  db: WmsDb;
  stores: Stores;
  /** Events of committed changes, in order. */
  events: Envelope[];
  /** Runs one change in a transaction of its own. */
  run<R>(change: (work: Work) => R): R;
  /** Time as the last change had it. */
  now(): number;
  remove(): void;
}

/** The warehouse without its HTTP side, on a real database file, with an outbox that records. */
export function createWarehouse(): Warehouse {
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-wms-'));
  const { sqlite, db } = openDatabase(schema, {
    file: join(folder, 'wms.db'),
    migrations: 'src/wms/migrations',
    synchronous: 'NORMAL',
  });
  // Power cuts are not what these tests are about, and each of their steps is a commit.
  sqlite.pragma('synchronous = OFF');
  const stores = {
    stock: createStockStore(sqlite),
    picks: createPickStore({ sqlite, db }),
    products: createProductStore(db),
    shipments: createShipmentStore(db),
    audits: createAuditStore(sqlite),
  };
  const events: Envelope[] = [];
  let clock = Date.parse('2026-01-17T12:00:00Z');
  return {
    ...{ sqlite, db, stores, events },
    run<R>(change: (work: Work) => R): R {
      const emitted: Envelope[] = [];
      clock += 1;
      const deps = {
        stores,
        now: () => clock,
        delivery: {
          enqueue: (event: { body: string }) =>
            void emitted.push(JSON.parse(event.body) as Envelope),
        },
      };
      const result = sqlite.transaction(() => runWork(deps, change)).immediate();
      events.push(...emitted);
      return result;
    },
    now: () => clock,
    remove() {
      sqlite.close();
      rmSync(folder, { recursive: true });
    },
  };
}
