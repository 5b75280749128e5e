import { asc, sql } from 'drizzle-orm';
import { lots } from '../schema.ts';
import type { WmsDb } from './db.ts';

export type Lot = typeof lots.$inferSelect;

export interface LotFilter {
  /** Sku and lot of the last row seen. */
  after: readonly [string, string];
  limit: number;
  sku: string | undefined;
}

export interface LotExpiry {
  sku: string;
  lot: string;
  expiresAt: number;
}

export function createLotStore(db: WmsDb) {
  return {
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
    /** Lots with goods in use that expire after a moment, up to and with another, in that order. */
    expiringLots: ({ after, upTo, limit }: { after: LotExpiry; upTo: number; limit: number }) =>
      db
        .select()
        .from(lots)
        .where(
          sql`${lots.expiresAt} is not null and (${lots.expiresAt}, ${lots.sku}, ${lots.lot}) > (${after.expiresAt}, ${after.sku}, ${after.lot}) and ${lots.expiresAt} <= ${upTo}
            and exists (select 1 from stock s where s.sku = ${lots.sku} and s.lot = ${lots.lot} and s.on_hand > s.held + s.picked)`,
        )
        .orderBy(asc(lots.expiresAt), asc(lots.sku), asc(lots.lot))
        .limit(limit)
        .all()
        .map(({ sku, lot, expiresAt }): LotExpiry => ({ sku, lot, expiresAt: expiresAt ?? 0 })),
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
