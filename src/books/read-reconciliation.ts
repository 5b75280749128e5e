import { z } from 'zod';
import type { Page } from '../contracts/primitives.ts';
import { cursorOf, decodeCursor, encodeCursor, positionOf } from './read-cursor.ts';
import type { BooksFile, SqlValue } from './read-file.ts';
import { DRIFT_COLUMNS, RUN_COLUMNS, type DriftRow, type RunRow } from './read-reconcile-rows.ts';

export interface DriftFilter {
  runId?: string | undefined;
  class?: string | undefined;
  orderId?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** What `/metrics` shows of reconciliation. */
export interface ReconciliationFigures {
  /** Drifts found since, by class. */
  drifts: { class: string; count: number }[];
  /** Seconds since each changed-since listing was last followed to its end are made from these. */
  streams: { stream: string; completeAt: number }[];
  openOrders: number;
  openVerified: number;
  changes: number;
  missed: number;
}

export interface ReconciliationReads {
  runs(page: { cursor?: string | undefined; limit: number }): Page<RunRow>;
  run(runId: string): RunRow | undefined;
  /** Oldest first within a run. */
  driftsOfRun(runId: string, limit: number): DriftRow[];
  /** Newest first. */
  drifts(filter: DriftFilter): Page<DriftRow>;
  figures(since: number): ReconciliationFigures;
}

const RUNS = `SELECT ${RUN_COLUMNS} FROM recon_runs WHERE (started_at, run_id) < (?, ?)
  ORDER BY started_at DESC, run_id DESC LIMIT ?`;
const RUN = `SELECT ${RUN_COLUMNS} FROM recon_runs WHERE run_id = ?`;
const OF_RUN = `SELECT ${DRIFT_COLUMNS} FROM recon_drifts INDEXED BY recon_drifts_by_run
  WHERE run_id = ? ORDER BY seq LIMIT ?`;
const CLASSES = `SELECT class, count(*) AS count FROM recon_drifts INDEXED BY recon_drifts_by_time
  WHERE at >= ? GROUP BY class`;
const STREAMS = `SELECT stream, complete_at AS completeAt FROM recon_streams
  WHERE stream LIKE '%:changed'`;
const COVERED = `SELECT open_orders AS openOrders, open_verified AS openVerified FROM recon_runs
  WHERE tier IN ('T2', 'T3', 'all') AND status = 'completed' AND started_at >= ?
  ORDER BY started_at DESC LIMIT 1`;
const MISSED = `SELECT coalesce(sum(changes), 0) AS changes, coalesce(sum(missed), 0) AS missed
  FROM recon_runs WHERE tier = 'T1' AND started_at >= ?`;

const SeqSchema = z.tuple([z.int().min(0)]);

export function createReconciliationReads(books: BooksFile): ReconciliationReads {
  return {
    runs: ({ cursor, limit }) => {
      const from = positionOf(cursor);
      return books.query(
        (prepare) => {
          const rows = prepare<RunRow>(RUNS).all(from.at, from.key, limit + 1);
          const items = rows.slice(0, limit);
          const last = items.at(-1);
          const more = rows.length > limit && last !== undefined;
          const next = more ? cursorOf({ at: last.startedAt, key: last.runId }) : null;
          return { items, next };
        },
        { items: [], next: null },
      );
    },
    run: (runId) => books.query((prepare) => prepare<RunRow>(RUN).get(runId), undefined),
    driftsOfRun: (runId, limit) =>
      books.query((prepare) => prepare<DriftRow>(OF_RUN).all(runId, limit), []),
    drifts: (filter) => driftPage(books, filter),
    figures: (since) => figuresOf(books, since),
  };
}

function driftPage(books: BooksFile, filter: DriftFilter): Page<DriftRow> {
  const { cursor, limit } = filter;
  const [before] =
    cursor === undefined ? [Number.MAX_SAFE_INTEGER] : decodeCursor(SeqSchema, cursor);
  const conditions = ['seq < ?'];
  const values: SqlValue[] = [before];
  for (const [column, wanted] of [
    ['run_id', filter.runId],
    ['class', filter.class],
    ['order_id', filter.orderId],
  ] as const) {
    if (wanted === undefined) continue;
    conditions.push(`${column} = ?`);
    values.push(wanted);
  }
  const sql = `SELECT ${DRIFT_COLUMNS} FROM recon_drifts WHERE ${conditions.join(' AND ')}
    ORDER BY seq DESC LIMIT ?`;
  return books.query(
    (prepare) => {
      const rows = prepare<DriftRow>(sql).all(...values, limit + 1);
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      const more = rows.length > limit && last !== undefined;
      return { items, next: more ? encodeCursor([last.seq]) : null };
    },
    { items: [], next: null },
  );
}

const NO_FIGURES: ReconciliationFigures = {
  drifts: [],
  streams: [],
  openOrders: 0,
  openVerified: 0,
  changes: 0,
  missed: 0,
};

function figuresOf(books: BooksFile, since: number): ReconciliationFigures {
  return books.query((prepare) => {
    const drifts = prepare<{ class: string; count: number }>(CLASSES).all(since);
    const streams = prepare<{ stream: string; completeAt: number }>(STREAMS).all();
    const covered = prepare<{ openOrders: number; openVerified: number }>(COVERED).get(since);
    const missed = prepare<{ changes: number; missed: number }>(MISSED).get(since);
    return { ...NO_FIGURES, drifts, streams, ...covered, ...missed };
  }, NO_FIGURES);
}
