import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAuditStore } from '../../src/wms/store/audit-store.ts';
import { createIdempotencyStore } from '../../src/wms/store/idempotency-store.ts';
import { createMovementLog } from '../../src/wms/store/movement-log.ts';
import { createPickStore } from '../../src/wms/store/pick-store.ts';
import { createProductStore } from '../../src/wms/store/product-store.ts';
import { createShipmentStore } from '../../src/wms/store/shipment-store.ts';
import { createStockStore } from '../../src/wms/store/stock-store.ts';
import { createWarehouse, type Warehouse } from '../support/wms-warehouse.ts';

/** The totals of the whole warehouse, and the first rows of an index in its order. */
const MEANT = ['SCAN stock', 'SCAN picks USING INDEX picks_updated'];

/** One row per table, and what an inner select with a limit has found. */
const BOUNDED = ['SCAN sqlite_sequence', 'SCAN (subquery', 'SCAN (select'];

let warehouse: Warehouse;
const statements = new Set<string>();

beforeAll(() => {
  warehouse = createWarehouse();
  const { sqlite } = warehouse;
  const prepare: typeof sqlite.prepare = sqlite.prepare.bind(sqlite);
  sqlite.prepare = (text: string) => {
    statements.add(text);
    return prepare(text);
  };
  exercise();
  sqlite.prepare = prepare;
});
afterAll(() => warehouse.remove());

/** Makes every statement of the stores be prepared. */
function exercise(): void {
  const { sqlite, db } = warehouse;
  createIdempotencyStore(sqlite);
  createAuditStore(sqlite);
  createStockStore(sqlite);
  const picks = createPickStore({ sqlite, db });
  const key = { sku: 'A', location: 'north', lot: '' };
  picks.find('p');
  picks.nextNumber();
  picks.findLiveByReference('r');
  picks.unfilled('A');
  picks.reservedAt(key);
  const after = { updatedAt: 1, pickId: 'p' };
  picks.list({ limit: 2 });
  picks.list({ limit: 2, after });
  picks.list({ limit: 2, orderId: 'o' });
  picks.list({ limit: 2, reference: 'r' });
  picks.list({ limit: 2, status: 'CREATED', after });
  picks.list({ limit: 2, updatedSince: 1, after });
  const products = createProductStore(db);
  products.findProduct('A');
  products.findLocation('north');
  products.findLot('A', 'L');
  products.listProducts('', 2);
  products.listLocations('', 2);
  products.expiringLots({ after: { expiresAt: 1, sku: 'A', lot: 'L' }, upTo: 2, limit: 2 });
  products.listLots({ after: ['', ''], limit: 2, sku: undefined });
  const shipments = createShipmentStore(db);
  shipments.find('s');
  shipments.nextNumber();
  shipments.list({ after: 0, limit: 2 });
  shipments.list({ after: 0, limit: 2, pickId: 'p' });
  const movements = createMovementLog(db);
  movements.list({ after: 0, limit: 2 });
  movements.list({ after: 0, limit: 2, sku: 'A' });
  movements.findByCause('c');
}

it('searches an index in every statement', () => {
  expect(statements.size).toBeGreaterThan(25);
  const scans = [...statements].flatMap((text) =>
    planOf(text)
      .filter((step) => step.startsWith('SCAN') && !isMeant(step, text))
      .map((step) => `${step}: ${text}`),
  );
  expect(scans).toEqual([]);
});

it('sorts nothing to page through picks by their last change', () => {
  const paging = [...statements].filter((text) => /order by "picks"."updated_at"/.test(text));
  const unfiltered = paging.filter((text) => !/order_id" = /.test(text));
  expect(unfiltered.length).toBeGreaterThan(1);
  for (const text of unfiltered) {
    expect(planOf(text).filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
  }
});

function isMeant(step: string, text: string): boolean {
  if (BOUNDED.some((start) => step.startsWith(start))) return true;
  return MEANT.includes(step) && !text.includes(' where ');
}

function planOf(text: string): string[] {
  const names = [...text.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');
  const positional = (text.match(/\?/g) ?? []).map(() => 1);
  const bound =
    names.length > 0 ? [Object.fromEntries(names.map((name) => [name, 1]))] : positional;
  return warehouse.sqlite
    .prepare<unknown[], { detail: string }>(`explain query plan ${text}`)
    .all(...bound)
    .map((row) => row.detail);
}
