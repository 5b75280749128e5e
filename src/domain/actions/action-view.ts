import type { ActionView } from '../../contracts/operators.ts';
import type { OrderState } from '../order.ts';
import { isOpen, type Action } from './action.ts';
import { missingOf } from './missing.ts';

/** Open ones first, then the last that were closed. */
export function actionViews(state: OrderState): ActionView[] {
  const open = state.actions.filter(isOpen);
  const closed = state.actions.filter((action) => !isOpen(action)).toReversed();
  return [...open, ...closed].map((action) => actionView(state, action));
}

export function actionView(state: OrderState, action: Action): ActionView {
  const rung = state.policy.sla.ladder[action.rung - 1];
  const { decision } = action;
  return {
    action_id: action.actionId,
    order_id: state.address.orderId,
    connection: state.address.connection,
    reason: action.reason,
    detail: action.detail,
    lines: state.lines
      .filter((line) => action.lineIds.includes(line.lineId))
      .map((line) => ({ line_id: line.lineId, sku: line.sku, missing: missingOf(line) })),
    choices: action.choices,
    status: action.status,
    version: action.version,
    opened_at: iso(action.openedAt),
    due_at: action.dueAt === null ? null : iso(action.dueAt),
    escalation: rung === undefined ? null : { rung: action.rung, name: rung.name },
    task_id: action.task.taskId,
    dead_letter_id: action.deadLetterId,
    decision: decision === null ? null : { ...decision, at: iso(decision.at) },
    closed_at: action.closedAt === null ? null : iso(action.closedAt),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
