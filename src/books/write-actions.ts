import type { ActionView } from '../contracts/operators.ts';
import type { Sqlite } from '../db/open.ts';

/** Stands for the due date of an action that has none, after every other. */
export const NEVER_DUE = Number.MAX_SAFE_INTEGER;

export interface StepActions {
  orderKey: string;
  /** All that are open, and the last that were closed. */
  actions: readonly ActionView[];
  /** Open ones of this order in the books before this step. */
  openBefore: number;
  /** When the step was written, epoch ms. */
  at: number;
}

/** Writes the actions of a step inside the caller's transaction; those unchanged cost no write. */
export function prepareWriteActions(sqlite: Sqlite): (step: StepActions) => void {
  const upsert = sqlite.prepare(`
    insert into actions (action_id, order_key, connection, order_id, status, reason, opened_at,
      due_at, due_order, version, view, closed_at, change_seq)
    values (@actionId, @orderKey, @connection, @orderId, @status, @reason, @openedAt,
      @dueAt, @dueOrder, @version, @view, @closedAt,
      (select coalesce(max(change_seq), 0) + 1 from actions))
    on conflict (action_id) do update set status = excluded.status, reason = excluded.reason,
      due_at = excluded.due_at, due_order = excluded.due_order, version = excluded.version,
      view = excluded.view, closed_at = excluded.closed_at, change_seq = excluded.change_seq
    where excluded.view <> actions.view`);
  const takeBack = sqlite.prepare<[object]>(`
    update actions set status = 'SUPERSEDED', closed_at = @at,
      view = json_set(view, '$.status', 'SUPERSEDED', '$.closed_at', @instant),
      change_seq = (select max(change_seq) + 1 from actions)
    where action_id = (select action_id from actions where order_key = @orderKey
      and closed_at is null and action_id not in (select value from json_each(@ids)) limit 1)`);
  return ({ orderKey, actions, openBefore, at }) => {
    for (const action of actions) upsert.run(rowOf(action, { orderKey, at }));
    if (openBefore === 0) return;
    const ids = JSON.stringify(actions.map((action) => action.action_id));
    const instant = new Date(at).toISOString();
    // A step that was cut off may have asked what its repetition, with more inputs, does not ask.
    while (takeBack.run({ orderKey, at, instant, ids }).changes > 0);
  };
}

function rowOf(action: ActionView, { orderKey, at }: { orderKey: string; at: number }) {
  const open = action.status === 'OPEN' || action.status === 'ACKED';
  const dueAt = timeOf(action.due_at);
  return {
    actionId: action.action_id,
    orderKey,
    connection: action.connection,
    orderId: action.order_id,
    status: action.status,
    reason: action.reason,
    openedAt: Date.parse(action.opened_at),
    dueAt,
    dueOrder: dueAt ?? NEVER_DUE,
    version: action.version,
    view: JSON.stringify(action),
    closedAt: open ? null : (timeOf(action.closed_at) ?? at),
  };
}

function timeOf(instant: string | null): number | null {
  return instant === null ? null : Date.parse(instant);
}
