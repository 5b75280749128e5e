import { and, asc, eq, gt, gte, inArray, isNotNull, ne, or, sql, type SQL } from 'drizzle-orm';

import type { PickRecord } from '../domain/pick.ts';
import type { Draw, PickLine } from '../domain/pick-line.ts';
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

/** Rows of one statement stay well below SQLite's limit of bound variables. */
const INSERT_BATCH_MAX = 500;

/** Picks with their lines and what these draw from stock. */
export function createPickStore(db: WmsDb) {
  const byId = db
    .select()
    .from(picks)
    .where(eq(picks.pickId, sql.placeholder('pickId')))
    .prepare();
  const linesOf = db
    .select()
    .from(pickLines)
    .where(eq(pickLines.pickId, sql.placeholder('pickId')))
    .orderBy(asc(pickLines.position))
    .prepare();
  const drawsOf = db
    .select({ draw: draws })
    .from(draws)
    .innerJoin(pickLines, eq(pickLines.pickLine, draws.pickLine))
    .where(eq(pickLines.pickId, sql.placeholder('pickId')))
    .orderBy(asc(draws.location), asc(draws.lot))
    .prepare();
  const newest = db
    .select({ n: sql<number>`coalesce(max(${picks.n}), 0)` })
    .from(picks)
    .prepare();
  const liveByReference = db
    .select({ pickId: picks.pickId })
    .from(picks)
    .where(
      and(
        eq(picks.reference, sql.placeholder('reference')),
        isNotNull(picks.reference),
        ne(picks.status, 'CANCELLED'),
      ),
    )
    .prepare();

  function linesWithDraws(pickId: string): PickLine[] {
    const drawsByLine = new Map<string, Draw[]>();
    for (const { draw } of drawsOf.all({ pickId })) {
      const { location, lot, reserved, picked, counting } = draw;
      const drawn = drawsByLine.get(draw.pickLine) ?? [];
      drawsByLine.set(draw.pickLine, drawn);
      drawn.push({ location, lot, reserved, picked, counting });
    }
    return linesOf.all({ pickId }).map((row) => ({
      ...row,
      cancelAsked: row.cancelAsked === 1,
      draws: drawsByLine.get(row.pickLine) ?? [],
    }));
  }

  function withLines(row: typeof picks.$inferSelect): PickRecord {
    const preferences = JSON.parse(row.preferences) as string[];
    return { ...row, preferences, lines: linesWithDraws(row.pickId) };
  }

  return {
    find(pickId: string): PickRecord | undefined {
      const row = byId.get({ pickId });
      return row === undefined ? undefined : withLines(row);
    },
    exists: (pickId: string): boolean => byId.get({ pickId }) !== undefined,
    nextNumber: (): number => (newest.get()?.n ?? 0) + 1,
    findLiveByReference: (reference: string): string | undefined =>
      liveByReference.get({ reference })?.pickId,

    insert(pick: PickRecord): void {
      db.insert(picks).values(headOf(pick)).run();
      for (let from = 0; from < pick.lines.length; from += INSERT_BATCH_MAX) {
        const rows = pick.lines
          .slice(from, from + INSERT_BATCH_MAX)
          .map((line, index) => lineRow(pick.pickId, line, from + index + 1));
        db.insert(pickLines).values(rows).run();
      }
      for (const line of pick.lines) saveDraws(db, line);
    },

    /** Writes the head, and of the lines only those that are named. */
    save(pick: PickRecord, changed: readonly PickLine[]): void {
      const { status, outcome, assignee, sequence, updatedAt } = pick;
      db.update(picks)
        .set({ status, outcome, assignee, sequence, updatedAt })
        .where(eq(picks.pickId, pick.pickId))
        .run();
      for (const line of changed) {
        db.update(pickLines)
          .set(quantitiesOf(line))
          .where(eq(pickLines.pickLine, line.pickLine))
          .run();
        saveDraws(db, line);
      }
    },

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
          and(
            eq(pickLines.sku, sku),
            gt(pickLines.unfilled, 0),
            inArray(picks.status, ['IN_PROGRESS', 'PARTIAL']),
          ),
        )
        .orderBy(asc(priorityRank), asc(picks.createdAt), asc(picks.n))
        .all()
        .map((row) => row.pickId),

    /** Picks with a reservation on a row of stock, those that lose it first at the front. */
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
            gt(draws.reserved, 0),
          ),
        )
        .orderBy(sql`${priorityRank} desc`, sql`${picks.createdAt} desc`, sql`${picks.n} desc`)
        .all()
        .map((row) => row.pickId),
  };
}

export type PickStore = ReturnType<typeof createPickStore>;

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
      : or(
          gt(picks.updatedAt, after.updatedAt),
          and(eq(picks.updatedAt, after.updatedAt), gt(picks.pickId, after.pickId)),
        ),
  ];
}

function headOf(pick: PickRecord): typeof picks.$inferInsert {
  const { lines: _lines, preferences, ...head } = pick;
  return { ...head, preferences: JSON.stringify(preferences) };
}

function lineRow(pickId: string, line: PickLine, position: number): typeof pickLines.$inferInsert {
  const { pickLine, lineId, sku, lot, requested } = line;
  return { pickId, position, pickLine, lineId, sku, lot, requested, ...quantitiesOf(line) };
}

function quantitiesOf(line: PickLine) {
  const { allocated, picked, shipped, short, cancelled, unfilled, over } = line;
  const cancelAsked = line.cancelAsked ? 1 : 0;
  return { allocated, picked, shipped, short, cancelled, unfilled, over, cancelAsked };
}

function saveDraws(db: WmsDb, line: PickLine): void {
  for (const draw of line.draws) {
    const { reserved, picked, counting } = draw;
    db.insert(draws)
      .values({ pickLine: line.pickLine, sku: line.sku, ...draw })
      .onConflictDoUpdate({
        target: [draws.pickLine, draws.location, draws.lot],
        set: { reserved, picked, counting },
      })
      .run();
  }
}
