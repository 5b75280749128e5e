import type { Sqlite } from '../../db/open.ts';
import type { LineFold } from '../domain/line-drift.ts';
import type { Counters } from '../domain/movement.ts';
import type { Draw } from '../domain/pick-line.ts';
import { createCorrectionStore } from './correction-store.ts';
import type { StockKey } from './stock-store.ts';

export interface FoldRange {
  sku: string;
  /** Movements after this one, up to and with the other. */
  after: number;
  upTo: number;
  limit: number;
}

/** Sums of one place over a part of the ledger. */
export type PlaceSum = Omit<StockKey, 'sku'> & Counters & { lastId: number; movements: number };

/** Sums of what one pick line has reserved at one place over a part of the ledger. */
export interface LineSum {
  pickLine: string;
  location: string;
  lot: string;
  reserved: number;
  lastId: number;
  movements: number;
}

const SUMS = `coalesce(sum(d_on_hand), 0) as onHand, coalesce(sum(d_reserved), 0) as reserved,
  coalesce(sum(d_picked), 0) as picked, coalesce(sum(d_held), 0) as held,
  coalesce(sum(d_counting), 0) as counting`;
const PART = `(select * from movements where sku = :sku and id > :after and id <= :upTo
  order by id limit :limit)`;

/** What an audit reads of the ledger, a bounded part at a time, and what it corrects. */
export function createAuditStore(sqlite: Sqlite) {
  return { ...walks(sqlite), ...folds(sqlite), ...createCorrectionStore(sqlite) };
}

export type AuditStore = ReturnType<typeof createAuditStore>;

function walks(sqlite: Sqlite) {
  const nextSku = sqlite.prepare<{ after: string }, { sku: string | null }>(
    `select min(sku) as sku from (
      select * from (select sku from stock where sku > :after order by sku limit 1)
      union all
      select * from (select sku from movements where sku > :after order by sku limit 1))`,
  );
  const last = sqlite.prepare<[], { id: number }>(
    'select coalesce(max(id), 0) as id from movements',
  );
  const reservedDraws = sqlite.prepare<
    [string],
    { location: string; lot: string; reserved: number }
  >(
    `select location, lot, sum(reserved) as reserved from draws
     where sku = ? and reserved > 0 group by location, lot`,
  );
  const drawsReserved = sqlite.prepare<
    [string],
    { pickLine: string; location: string; lot: string; units: number }
  >(
    `select pick_line as pickLine, location, lot, reserved as units from draws
     where sku = ? and reserved > 0`,
  );
  const drawsOfEnded = sqlite.prepare<[string, number], { pickLine: string }>(
    `select distinct d.pick_line as pickLine from draws d
     left join pick_lines l on l.pick_line = d.pick_line
     left join picks p on p.pick_id = l.pick_id
     where d.sku = ? and d.reserved > 0
       and (p.status is null or p.status in ('COMPLETED', 'CANCELLED'))
     limit ?`,
  );
  const openLinesOfEnded = sqlite.prepare<[string, number], { pickLine: string }>(
    `select l.pick_line as pickLine from pick_lines l join picks p on p.pick_id = l.pick_id
     where (l.allocated > 0 or l.unfilled > 0) and l.pick_line > ?
       and p.status in ('COMPLETED', 'CANCELLED')
     order by l.pick_line limit ?`,
  );
  const openPicks = sqlite.prepare<OpenPicksFilter, { pickId: string; updatedAt: number }>(
    `select pick_id as pickId, updated_at as updatedAt from picks
     where status = :status and (updated_at, pick_id) > (:updatedAt, :pickId)
       and updated_at <= :upTo
     order by updated_at, pick_id limit :limit`,
  );
  return {
    nextSku: (after: string): string | undefined => nextSku.get({ after })?.sku ?? undefined,
    lastMovementId: (): number => last.get()?.id ?? 0,
    reservedDraws: (sku: string) => reservedDraws.all(sku),
    drawsReserved: (sku: string) => drawsReserved.all(sku),
    /** Lines of a sku that hold reservations though their pick has ended or is gone. */
    drawsOfEnded: (sku: string, limit: number): string[] =>
      drawsOfEnded.all(sku, limit).map((row) => row.pickLine),
    /** Lines that still wait for units though their pick has ended. */
    openLinesOfEnded: (after: string, limit: number): string[] =>
      openLinesOfEnded.all(after, limit).map((row) => row.pickLine),
    openPicks: (filter: OpenPicksFilter) => openPicks.all(filter),
  };
}

export interface OpenPicksFilter {
  status: string;
  updatedAt: number;
  pickId: string;
  upTo: number;
  limit: number;
}

function folds(sqlite: Sqlite) {
  const byPlace = sqlite.prepare<FoldRange, PlaceSum>(
    `select location, lot, ${SUMS}, max(id) as lastId, count(*) as movements from ${PART}
     group by location, lot`,
  );
  const byLine = sqlite.prepare<FoldRange, LineSum>(
    `select pick_line as pickLine, location, lot, sum(d_reserved) as reserved,
       max(id) as lastId, count(*) as movements from ${PART} group by pick_line, location, lot`,
  );
  const since = sqlite.prepare<StockKey & { after: number }, Counters>(
    `select ${SUMS} from movements
     where sku = :sku and id > :after and location = :location and lot = :lot`,
  );
  const ofLine = sqlite.prepare<[string], Draw & { sku: string; shipped: number }>(
    `select sku, location, lot, sum(d_reserved) as reserved, sum(d_picked) as picked,
       sum(d_counting) as counting, -sum(case when kind = 'ship' then d_on_hand else 0 end) as shipped
     from movements where pick_line = ? and pick_line <> '' group by sku, location, lot`,
  );
  const drawsOf = sqlite.prepare<[string], Draw>(
    'select location, lot, reserved, picked, counting from draws where pick_line = ?',
  );
  const wasUsed = sqlite.prepare<[string, string], { one: number }>(
    `select 1 as one from movements
     where pick_line >= ? and pick_line < ? and pick_line <> '' limit 1`,
  );
  return {
    byPlace: (range: FoldRange) => byPlace.all(range),
    byLine: (range: FoldRange) => byLine.all(range),
    since: (key: StockKey, after: number) =>
      since.get({ sku: key.sku, location: key.location, lot: key.lot, after }),
    lineFold(pickLine: string): LineFold {
      const rows = ofLine.all(pickLine);
      return {
        sku: rows[0]?.sku,
        draws: rows.map(({ location, lot, reserved, picked, counting }) => ({
          ...{ location, lot, reserved, picked, counting },
        })),
        shipped: rows.reduce((sum, row) => sum + row.shipped, 0),
      };
    },
    drawsOf: (pickLine: string) => drawsOf.all(pickLine),
    /** Whether the ledger knows a pick of this id, which may be gone from the picks. */
    ledgerKnowsPick: (pickId: string): boolean =>
      wasUsed.get(`${pickId}/`, `${pickId}0`) !== undefined,
  };
}
