import { and, asc, eq, isNotNull, sql } from 'drizzle-orm';
import type { PickRecord } from '../domain/pick.ts';
import type { Draw, PickLine } from '../domain/pick-line.ts';
import { draws, pickLines, picks } from '../schema.ts';
import type { OpenedWms } from './db.ts';
import { createPickSearch } from './pick-search.ts';
import { createPickWrites } from './pick-writes.ts';

// Conditions of partial indexes are literal: with bound values SQLite would not use the index.

/** Picks with their lines and what these draw from stock. */
export function createPickStore({ sqlite, db }: OpenedWms) {
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
  // The last number given, also when its pick is gone: event ids and causes are made of it.
  const newest = sqlite.prepare<[], { n: number }>(
    `select seq as n from sqlite_sequence where name = 'picks'`,
  );
  const liveByReference = db
    .select({ pickId: picks.pickId })
    .from(picks)
    .where(
      and(
        eq(picks.reference, sql.placeholder('reference')),
        isNotNull(picks.reference),
        sql`${picks.status} <> 'CANCELLED'`,
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
    ...createPickWrites(sqlite),
    ...createPickSearch(db, withLines),
    find(pickId: string): PickRecord | undefined {
      const row = byId.get({ pickId });
      return row === undefined ? undefined : withLines(row);
    },
    exists: (pickId: string): boolean => byId.get({ pickId }) !== undefined,
    nextNumber: (): number => (newest.get()?.n ?? 0) + 1,
    findLiveByReference: (reference: string): string | undefined =>
      liveByReference.get({ reference })?.pickId,
  };
}

export type PickStore = ReturnType<typeof createPickStore>;
