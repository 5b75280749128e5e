import type { Sqlite } from '../db/open.ts';
import type { PageRecord } from './read-reconcile-rows.ts';

/**
 * Writes a page of a run once, however often its activity is tried. Drifts beyond the limit are
 * counted and not kept.
 */
export function preparePageWriter(sqlite: Sqlite): (page: PageRecord) => void {
  const bump = sqlite.prepare(`
    update recon_runs set page = @page, scanned = scanned + @scanned, changes = changes + @changes,
      missed = missed + @missed, gets = gets + @gets, open_orders = open_orders + @openOrders,
      open_verified = open_verified + @openVerified, counts = @counts, brakes = @brakes
    where run_id = @runId and page < @page`);
  const head = sqlite.prepare<
    [string],
    { page: number; counts: string; brakes: string; kept: number }
  >(`select page, counts, brakes,
      (select count(*) from recon_drifts d where d.run_id = r.run_id) as kept
    from recon_runs r where run_id = ?`);
  const abort = sqlite.prepare(
    `update recon_runs set status = 'aborted', finished_at = ? where run_id = ? and status = 'running'`,
  );
  const unacted = sqlite.prepare(
    `update recon_drifts set result = 'aborted', inputs = null where run_id = ? and result = 'pending'`,
  );
  const sql = prepareRows(sqlite);

  const write = sqlite.transaction((page: PageRecord) => {
    const before = head.get(page.runId);
    if (before === undefined || before.page >= page.page) return;
    const { counts, full } = writeDrifts(sql, page, before);
    const brakes = {
      ...parse<Record<string, unknown>>(before.brakes),
      ...page.brakes,
      ...(full ? { drifts_kept: page.driftsMax } : {}),
    };
    bump.run({ ...numbersOf(page), counts: text(counts), brakes: text(brakes) });
    writeRows(sql, page);
    if (!page.aborted) return;
    unacted.run(page.runId);
    abort.run(page.at, page.runId);
  });
  return (page) => write.immediate(page);
}

type Rows = ReturnType<typeof prepareRows>;

/** The drifts that there is room for; all are counted. */
function writeDrifts(
  sql: Rows,
  page: PageRecord,
  before: { counts: string; kept: number },
): { counts: Record<string, number>; full: boolean } {
  const counts = parse<Record<string, number>>(before.counts);
  let room = page.driftsMax - before.kept;
  for (const drift of page.drifts) {
    const kept =
      room > 0 && sql.drift.run({ ...drift, runId: page.runId, at: page.at }).changes === 1;
    if (kept) room -= 1;
    if (kept || room <= 0) counts[drift.class] = (counts[drift.class] ?? 0) + 1;
  }
  return { counts, full: room <= 0 };
}

function writeRows(sql: Rows, page: PageRecord): void {
  if (page.seen.length > 0) sql.seen.run(page.runId, text(page.seen));
  for (const row of page.handled) sql.handled.run(row);
  for (const row of page.streams) sql.stream.run(row);
  for (const row of page.absent) sql.absent.run({ ...row, at: page.at });
  for (const remote of page.present) sql.present.run(remote);
  if (page.verified.length > 0) sql.verified.run(page.at, text(page.verified));
}

function prepareRows(sqlite: Sqlite) {
  return {
    drift: sqlite.prepare(`
      insert into recon_drifts (run_id, drift_key, class, order_key, order_id, we_say, they_say,
        action, result, inputs, at) values (@runId, @driftKey, @class, @orderKey, @orderId, @weSay,
        @theySay, @action, @result, @inputs, @at) on conflict do nothing`),
    // Hundreds of rows to a page: one statement takes them all.
    seen: sqlite.prepare(`
      insert into recon_seen (run_id, remote) select ?, value from json_each(?) where true
      on conflict do nothing`),
    handled: sqlite.prepare(`
      insert into recon_handled (stream, id, version, changed_at)
      values (@stream, @id, @version, @changedAt) on conflict (stream, id) do update
      set version = excluded.version, changed_at = excluded.changed_at`),
    stream: sqlite.prepare(`
      insert into recon_streams (stream, mark_at, mark_id, complete_at, full_count, shrunk_times)
      values (@stream, @markAt, @markId, @completeAt, @fullCount, @shrunkTimes)
      on conflict (stream) do update set mark_at = excluded.mark_at, mark_id = excluded.mark_id,
        complete_at = excluded.complete_at, full_count = excluded.full_count,
        shrunk_times = excluded.shrunk_times`),
    absent: sqlite.prepare(`
      insert into recon_absences (remote, order_key, first_at, last_at)
      values (@remote, @orderKey, @at, @at)
      on conflict (remote) do update set last_at = excluded.last_at`),
    present: sqlite.prepare('delete from recon_absences where remote = ?'),
    verified: sqlite.prepare(`
      insert into recon_coverage (verified_at, order_key) select ?, value from json_each(?)
      where true on conflict (order_key) do update set verified_at = excluded.verified_at`),
  };
}

function numbersOf(page: PageRecord) {
  const { runId, scanned, changes, missed, gets, openOrders, openVerified } = page;
  return { runId, page: page.page, scanned, changes, missed, gets, openOrders, openVerified };
}

function parse<T>(json: string): T {
  return JSON.parse(json) as T;
}

function text(value: unknown): string {
  return JSON.stringify(value);
}
