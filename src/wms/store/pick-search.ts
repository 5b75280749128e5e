import { and, asc, eq, gte, inArray, sql, type SQL } from 'drizzle-orm';
import type { PickRecord } from '../domain/pick.ts';
import { draws, pickLines, picks } from '../schema.ts';
import type { WmsDb } from './db.ts';

export interface PickFilter {
  orderId?: string | undefined;
  reference?: string | undefined;
  status?: PickRecord['status'] | undefined;
  updatedSince?: number | undefined;
  after?: { updatedAt: number; pickId: string } | undefined;
  limit: number;
}

const OPEN: PickRecord['status'][] = ['CREATED', 'ASSIGNED', 'IN_PROGRESS', 'PARTIAL'];

// Conditions of partial indexes are literal: with bound values SQLite would not use the index.

/** Finds picks by what they are about; `withLines` completes a row. */
export function createPickSearch(
  db: WmsDb,
  withLines: (row: typeof picks.$inferSelect) => PickRecord,
) {
  return {
    list: (filter: PickFilter): PickRecord[] =>
      db
        .select()
        .from(picks)
        .where(and(...conditionsOf(filter)))
        .orderBy(asc(picks.updatedAt), asc(picks.pickId))
        .limit(filter.limit)
        .all()
        .map(withLines),

    /** Picks with units short on the floor in a sku, those to be served first at the front. */
    unfilled: (sku: string): string[] =>
      db
        .selectDistinct({ pickId: picks.pickId, priority: picks.priority, n: picks.n })
        .from(pickLines)
        .innerJoin(picks, eq(picks.pickId, pickLines.pickId))
        .where(
          and(eq(pickLines.sku, sku), sql`${pickLines.unfilled} > 0`, inArray(picks.status, OPEN)),
        )
        .orderBy(asc(priorityRank), asc(picks.createdAt), asc(picks.n))
        .all()
        .map((row) => row.pickId),

    /** Open picks with a reservation on a row of stock, those that lose it first at the front. */
    reservedAt: (key: { sku: string; location: string; lot: string }): string[] =>
      db
        .selectDistinct({ pickId: picks.pickId, priority: picks.priority, n: picks.n })
        .from(draws)
        .innerJoin(pickLines, eq(pickLines.pickLine, draws.pickLine))
        .innerJoin(picks, eq(picks.pickId, pickLines.pickId))
        .where(
          and(
            eq(draws.sku, key.sku),
            eq(draws.location, key.location),
            eq(draws.lot, key.lot),
            sql`${draws.reserved} > 0`,
            inArray(picks.status, OPEN),
          ),
        )
        .orderBy(sql`${priorityRank} desc`, sql`${picks.createdAt} desc`, sql`${picks.n} desc`)
        .all()
        .map((row) => row.pickId),
  };
}

const priorityRank = sql`case ${picks.priority} when 'urgent' then 0 when 'high' then 1 when 'normal' then 2 else 3 end`;

function conditionsOf(filter: PickFilter): (SQL | undefined)[] {
  const { after } = filter;
  return [
    filter.orderId === undefined ? undefined : eq(picks.orderId, filter.orderId),
    filter.reference === undefined ? undefined : eq(picks.reference, filter.reference),
    filter.status === undefined ? undefined : eq(picks.status, filter.status),
    filter.updatedSince === undefined ? undefined : gte(picks.updatedAt, filter.updatedSince),
    after === undefined
      ? undefined
      : sql`(${picks.updatedAt}, ${picks.pickId}) > (${after.updatedAt}, ${after.pickId})`,
  ];
}
