import { and, asc, eq, gt } from 'drizzle-orm';
import { movements, pickLines } from '../schema.ts';
import type { WmsDb } from './db.ts';

/** The readable side of the ledger, oldest first. */
export function createMovementLog(db: WmsDb) {
  const select = () =>
    db
      .select({
        movement: movements,
        pick: { pickId: pickLines.pickId, lineId: pickLines.lineId },
      })
      .from(movements)
      .leftJoin(pickLines, eq(pickLines.pickLine, movements.pickLine));
  return {
    /** The first row of a cause; that of a transfer is the one that takes the goods away. */
    findByCause: (causeId: string) =>
      select().where(eq(movements.causeId, causeId)).orderBy(asc(movements.id)).limit(1).get(),
    list: (filter: { sku?: string | undefined; after: number; limit: number }) =>
      select()
        .where(
          and(
            gt(movements.id, filter.after),
            filter.sku === undefined ? undefined : eq(movements.sku, filter.sku),
          ),
        )
        .orderBy(asc(movements.id))
        .limit(filter.limit)
        .all(),
  };
}

export type MovementLog = ReturnType<typeof createMovementLog>;
export type MovementRow = ReturnType<MovementLog['list']>[number];
