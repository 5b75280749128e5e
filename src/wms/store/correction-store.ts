import type { Sqlite } from '../../db/open.ts';
import type { AuditClass } from '../domain/line-drift.ts';
import type { Draw } from '../domain/pick-line.ts';

export interface NewCorrection {
  at: number;
  class: AuditClass;
  sku: string;
  location: string;
  lot: string;
  pickLine: string;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}

export type Correction = NewCorrection & { id: number };

type Row = Omit<Correction, 'before' | 'after'> & { before: string; after: string };

/** What audits have corrected, append-only, and the writes that only a correction makes. */
export function createCorrectionStore(sqlite: Sqlite) {
  const insert = sqlite.prepare<Omit<Row, 'id'>>(
    `insert into corrections (at, class, sku, location, lot, pick_line, before, after)
     values (:at, :class, :sku, :location, :lot, :pickLine, :before, :after)`,
  );
  const list = sqlite.prepare<[number, number], Row>(
    `select id, at, class, sku, location, lot, pick_line as pickLine, before, after
     from corrections where id > ? order by id limit ?`,
  );
  const setDraw = sqlite.prepare<Draw & { pickLine: string }>(
    `update draws set reserved = :reserved, picked = :picked, counting = :counting
     where pick_line = :pickLine and location = :location and lot = :lot`,
  );
  return {
    /** Returns the id of the correction. */
    record: (correction: NewCorrection): number =>
      Number(
        insert.run({
          ...correction,
          before: JSON.stringify(correction.before),
          after: JSON.stringify(correction.after),
        }).lastInsertRowid,
      ),
    listCorrections: (after: number, limit: number): Correction[] =>
      list.all(after, limit).map((row) => ({
        ...row,
        before: JSON.parse(row.before) as Record<string, unknown>,
        after: JSON.parse(row.after) as Record<string, unknown>,
      })),
    /** For a draw whose pick line is gone; other draws are written with their line. */
    setDraw: (pickLine: string, draw: Draw): void => void setDraw.run({ ...draw, pickLine }),
  };
}
