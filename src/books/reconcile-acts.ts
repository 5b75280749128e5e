import type { Sqlite } from '../db/open.ts';
import { DRIFT_COLUMNS, type DriftRow, type SettledDrift } from './read-reconcile-rows.ts';

export interface UnsentOffer {
  offerId: string;
  orderKey: string;
  at: number;
}

/** What a run does about its drifts, and how it ends. */
export interface ReconcileActs {
  /** Drifts that wait to be acted on, those of one order together. */
  pending(runId: string, limit: number): DriftRow[];
  actedOn(runId: string, driftClass: string): number;
  hasDrift(runId: string, orderId: string): boolean;
  driftCount(runId: string): number;
  repairedSince(driftKey: string, since: number): number;
  settleDrifts(drifts: readonly SettledDrift[], at: number): void;
  brake(runId: string, brakes: Record<string, unknown>): void;
  finish(runId: string, end: { status: 'completed' | 'failed'; at: number }): void;
  /** Whether an operator decided or commanded something about the order since. */
  touchedSince(orderKey: string, since: number): boolean;
  /** Backorders on the waiting list whose order is closed or unknown. */
  strayWaiters(limit: number): { backorderId: string; orderKey: string }[];
  unsentOffers(before: number, limit: number): UnsentOffer[];
  /** Removes what is older than its time, a bounded number of rows at once. */
  prune(before: PruneBefore, limit: number): void;
}

interface PruneBefore {
  reports: number;
  coverage: number;
  /** How far behind its stream's mark a handled version is kept, in ms. */
  overlapMs: number;
}

export function prepareReconcileActs(sqlite: Sqlite): ReconcileActs {
  const pending = sqlite.prepare<[string, number], DriftRow>(`
    select ${DRIFT_COLUMNS} from recon_drifts where run_id = ? and result = 'pending'
    order by order_key, seq limit ?`);
  const acted = sqlite
    .prepare<[string, string], number>(
      'select count(*) from recon_drifts where run_id = ? and class = ? and repaired = 1',
    )
    .pluck();
  const ofOrder = sqlite.prepare(
    'select 1 from recon_drifts indexed by recon_drifts_by_order where order_id = ? and run_id = ? limit 1',
  );
  const count = sqlite
    .prepare<[string], number>('select count(*) from recon_drifts where run_id = ?')
    .pluck();
  const repaired = sqlite
    .prepare<[string, number], number>(
      'select count(*) from recon_drifts where drift_key = ? and repaired = 1 and at >= ?',
    )
    .pluck();
  const touched = sqlite.prepare(`
    select 1 from timeline where order_key = ? and at >= ? and kind in ('decision', 'operator', 'discard')
    limit 1`);
  return {
    touchedSince: (orderKey, since) => touched.get(orderKey, since) !== undefined,
    pending: (runId, limit) => pending.all(runId, limit),
    actedOn: (runId, driftClass) => acted.get(runId, driftClass) ?? 0,
    hasDrift: (runId, orderId) => ofOrder.get(orderId, runId) !== undefined,
    driftCount: (runId) => count.get(runId) ?? 0,
    repairedSince: (driftKey, since) => repaired.get(driftKey, since) ?? 0,
    ...prepareEnds(sqlite),
    ...prepareStrays(sqlite),
    prune: preparePrune(sqlite),
  };
}

function prepareEnds(sqlite: Sqlite): Pick<ReconcileActs, 'settleDrifts' | 'brake' | 'finish'> {
  const settle = sqlite.prepare(`
    update recon_drifts set action = @action, result = @result, repaired = @repaired, at = @at,
      inputs = null where seq = @seq`);
  const settleAll = sqlite.transaction((drifts: readonly SettledDrift[], at: number) => {
    for (const drift of drifts) settle.run({ ...drift, repaired: drift.repaired ? 1 : 0, at });
  });
  const brake = sqlite.prepare(
    'update recon_runs set brakes = json_patch(brakes, ?) where run_id = ?',
  );
  const end = sqlite.prepare(
    `update recon_runs set status = ?, finished_at = ? where run_id = ? and status = 'running'`,
  );
  const unacted = sqlite.prepare(
    `update recon_drifts set result = ?, inputs = null where run_id = ? and result = 'pending'`,
  );
  const forget = sqlite.prepare('delete from recon_seen where run_id = ?');
  const finish = sqlite.transaction(
    (runId: string, { status, at }: { status: 'completed' | 'failed'; at: number }) => {
      const changed = end.run(status, at, runId).changes;
      unacted.run(changed === 0 ? 'aborted' : status, runId);
      forget.run(runId);
    },
  );
  return {
    settleDrifts: (drifts, at) => settleAll.immediate(drifts, at),
    brake: (runId, brakes) => void brake.run(JSON.stringify(brakes), runId),
    finish: (runId, ending) => finish.immediate(runId, ending),
  };
}

function prepareStrays(sqlite: Sqlite): Pick<ReconcileActs, 'strayWaiters' | 'unsentOffers'> {
  const waiters = sqlite.prepare<[number], { backorderId: string; orderKey: string }>(`
    select w.backorder_id as backorderId, w.order_key as orderKey from waiting w
    left join orders o on o.order_key = w.order_key
    where o.order_key is null or o.closed_at is not null limit ?`);
  const offers = sqlite.prepare<[number, number], UnsentOffer>(`
    select offer_id as offerId, order_key as orderKey, at from offers
    where signalled_at is null and at < ? order by at limit ?`);
  return {
    strayWaiters: (limit) => waiters.all(limit),
    unsentOffers: (before, limit) => offers.all(before, limit),
  };
}

function preparePrune(sqlite: Sqlite): ReconcileActs['prune'] {
  const statements = {
    drifts: sqlite.prepare(
      'delete from recon_drifts where seq in (select seq from recon_drifts where at < ? limit ?)',
    ),
    runs: sqlite.prepare(`delete from recon_runs where run_id in
      (select run_id from recon_runs where started_at < ? limit ?)`),
    absences: sqlite.prepare(`delete from recon_absences where remote in
      (select remote from recon_absences where last_at < ? limit ?)`),
    handled: sqlite.prepare(`delete from recon_handled where rowid in (select h.rowid
      from recon_streams s join recon_handled h on h.stream = s.stream
        and h.changed_at < s.mark_at - ? limit ?)`),
    coverage: sqlite.prepare(`delete from recon_coverage where order_key in
      (select order_key from recon_coverage where verified_at < ? limit ?)`),
  };
  const all = sqlite.transaction((before: PruneBefore, limit: number) => {
    statements.drifts.run(before.reports, limit);
    statements.runs.run(before.reports, limit);
    statements.absences.run(before.reports, limit);
    statements.handled.run(before.overlapMs, limit);
    statements.coverage.run(before.coverage, limit);
  });
  return (before, limit) => all.immediate(before, limit);
}
