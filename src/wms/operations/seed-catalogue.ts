import type { Sqlite } from '../../db/open.ts';
import { runWork, type Work, type WorkDeps } from '../work.ts';
import { moveStock } from './move-stock.ts';

const CATALOGUE: readonly { sku: string; name: string; stock: Record<string, number> }[] = [
  { sku: 'SKU-111', name: 'Desk lamp', stock: { 'zone-A': 50, 'zone-B': 50 } },
  { sku: 'SKU-222', name: 'Keyboard', stock: { 'zone-A': 50, 'zone-B': 50 } },
  { sku: 'SKU-333', name: 'Monitor arm', stock: { 'zone-A': 10 } },
  { sku: 'SKU-EMPTY', name: 'Docking station', stock: {} },
];

/** Fills an empty warehouse once, through ordinary receipts. */
export function seedCatalogue(sqlite: Sqlite, deps: WorkDeps): void {
  const seed = sqlite.transaction(() => {
    if (deps.stores.products.isEmpty()) runWork(deps, receiveCatalogue);
  });
  seed.immediate();
}

function receiveCatalogue(work: Work): void {
  const { now } = work;
  for (const { sku, name, stock } of CATALOGUE) {
    work.stores.products.insertProduct({
      ...{ sku, name, policy: 'fifo', lowMark: 0, overPickTolerance: 0 },
      ...{ createdAt: now, updatedAt: now },
    });
    for (const [location, qty] of Object.entries(stock)) {
      moveStock(work, {
        request: { kind: 'receive', sku, location, qty, reason: 'starting catalogue' },
        causeId: `seed:${sku}`,
      });
    }
  }
}
