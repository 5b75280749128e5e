/** One run as it is stored; JSON columns are texts here. */
export interface RunRow {
  runId: string;
  tier: string;
  scopeConnection: string | null;
  scopeOrderId: string | null;
  mode: 'repair' | 'report';
  setup: string | null;
  status: 'running' | 'completed' | 'aborted' | 'failed';
  startedAt: number;
  finishedAt: number | null;
  page: number;
  scanned: number;
  changes: number;
  missed: number;
  gets: number;
  counts: string;
  brakes: string;
  openOrders: number;
  openVerified: number;
}

export interface DriftRow {
  seq: number;
  runId: string;
  driftKey: string;
  class: string;
  orderKey: string | null;
  orderId: string | null;
  weSay: string;
  theySay: string;
  action: string;
  result: string;
  /** JSON of what is to be done about it; null when nothing is. */
  inputs: string | null;
  repaired: 0 | 1;
  at: number;
}

export type NewDrift = Omit<DriftRow, 'seq' | 'runId' | 'repaired' | 'at'>;

export interface StreamRow {
  stream: string;
  markAt: number;
  markId: string;
  completeAt: number;
  fullCount: number;
  shrunkTimes: number;
}

/** All that one page of a run writes, in one transaction. */
export interface PageRecord {
  runId: string;
  page: number;
  at: number;
  scanned: number;
  changes: number;
  missed: number;
  gets: number;
  openOrders: number;
  openVerified: number;
  drifts: NewDrift[];
  driftsMax: number;
  /** Remote records shown, as `system/id`. */
  seen: string[];
  handled: { stream: string; id: string; version: string; changedAt: number }[];
  streams: StreamRow[];
  absent: { remote: string; orderKey: string }[];
  present: string[];
  verified: string[];
  /** Brakes pulled on this page, by name. */
  brakes: Record<string, unknown>;
  aborted: boolean;
}

export interface SettledDrift {
  seq: number;
  action: string;
  result: string;
  repaired: boolean;
}

export const RUN_COLUMNS = `run_id AS runId, tier, scope_connection AS scopeConnection,
  scope_order_id AS scopeOrderId, mode, setup, status, started_at AS startedAt,
  finished_at AS finishedAt, page, scanned, changes, missed, gets, counts, brakes,
  open_orders AS openOrders, open_verified AS openVerified`;

export const DRIFT_COLUMNS = `seq, run_id AS runId, drift_key AS driftKey, class,
  order_key AS orderKey, order_id AS orderId, we_say AS weSay, they_say AS theySay, action,
  result, inputs, repaired, at`;

export const STREAM_COLUMNS = `stream, mark_at AS markAt, mark_id AS markId,
  complete_at AS completeAt, full_count AS fullCount, shrunk_times AS shrunkTimes`;
