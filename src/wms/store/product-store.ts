import { asc, eq, gt, sql } from 'drizzle-orm';
import { locations, products } from '../schema.ts';
import type { WmsDb } from './db.ts';
import { createLotStore } from './lot-store.ts';

export type Product = typeof products.$inferSelect;
export type Location = typeof locations.$inferSelect;

/** Products, locations and lots: what stock may be named by. */
export function createProductStore(db: WmsDb) {
  const bySku = db
    .select()
    .from(products)
    .where(eq(products.sku, sql.placeholder('sku')))
    .prepare();
  const byLocation = db
    .select()
    .from(locations)
    .where(eq(locations.location, sql.placeholder('location')))
    .prepare();
  return {
    ...createLotStore(db),
    findProduct: (sku: string): Product | undefined => bySku.get({ sku }),
    insertProduct: (product: Product): void => void db.insert(products).values(product).run(),
    updateProduct: (product: Product): void =>
      void db.update(products).set(product).where(eq(products.sku, product.sku)).run(),
    listProducts: (after: string, limit: number): Product[] =>
      db
        .select()
        .from(products)
        .where(gt(products.sku, after))
        .orderBy(asc(products.sku))
        .limit(limit)
        .all(),
    isEmpty: (): boolean =>
      db.select({ sku: products.sku }).from(products).limit(1).all().length === 0,

    findLocation: (location: string): Location | undefined => byLocation.get({ location }),
    insertLocation: (row: Location): void => void db.insert(locations).values(row).run(),
    updateLocation: (row: Location): void =>
      void db.update(locations).set(row).where(eq(locations.location, row.location)).run(),
    listLocations: (after: string, limit: number): Location[] =>
      db
        .select()
        .from(locations)
        .where(gt(locations.location, after))
        .orderBy(asc(locations.location))
        .limit(limit)
        .all(),
  };
}

export type ProductStore = ReturnType<typeof createProductStore>;
