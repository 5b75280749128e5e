import { asc, eq, gt, sql } from 'drizzle-orm';
import { locations, lots, products } from '../schema.ts';
import type { WmsDb } from './db.ts';

export type Product = typeof products.$inferSelect;
export type Location = typeof locations.$inferSelect;
export type Lot = typeof lots.$inferSelect;

export interface LotFilter {
  /** Sku and lot of the last row seen. */
  after: readonly [string, string];
  limit: number;
  sku: string | undefined;
}

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

    findLot: (sku: string, lot: string): Lot | undefined =>
      db
        .select()
        .from(lots)
        .where(sql`${lots.sku} = ${sku} and ${lots.lot} = ${lot}`)
        .get(),
    /** Makes the lot known; an expiry once known stays. */
    saveLot: (row: Lot): void =>
      void db
        .insert(lots)
        .values(row)
        .onConflictDoUpdate({
          target: [lots.sku, lots.lot],
          set: { expiresAt: sql`coalesce(${lots.expiresAt}, excluded.expires_at)` },
        })
        .run(),
    listLots: ({ after, limit, sku }: LotFilter): Lot[] =>
      db
        .select()
        .from(lots)
        .where(
          sql`(${lots.sku}, ${lots.lot}) > (${after[0]}, ${after[1]}) and (${sku ?? null} is null or ${lots.sku} = ${sku ?? null})`,
        )
        .orderBy(asc(lots.sku), asc(lots.lot))
        .limit(limit)
        .all(),
  };
}

export type ProductStore = ReturnType<typeof createProductStore>;
