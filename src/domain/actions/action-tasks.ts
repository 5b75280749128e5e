import { fingerprint } from '../fingerprint.ts';
import { taskKey } from '../ids.ts';
import type { OrderState } from '../order.ts';
import { PRIORITIES, priorityRank, type Priority } from '../priority.ts';
import { note, send, type Turn } from '../turn.ts';
import { isOpen, type Action, type ActionTaskFace } from './action.ts';

/** A person who closes or deletes the task of an action without deciding is asked again this often. */
const REWRITES_MAX = 3;

/** Gives every action its task in the task manager, and keeps it true. */
export function keepActionTasks(turn: Turn): void {
  const { state } = turn;
  for (const action of state.actions) {
    if (!action.task.wanted || isBusy(state, action)) continue;
    const face = faceOf(state, action);
    if (action.task.taskId === null) {
      if (isOpen(action) && action.task.rewrites <= REWRITES_MAX) create(turn, action, face);
    } else if (JSON.stringify(action.task.told) !== JSON.stringify(face)) {
      update(turn, action, face);
    }
  }
}

/** Whether it is the task of an action of this order; what is reported of it is taken. */
export function takeActionTask(turn: Turn, taskId: string, status: string): boolean {
  const action = turn.state.actions.find((one) => one.task.taskId === taskId);
  if (action === undefined) return false;
  if (status === 'ASSIGNED' && action.status === 'OPEN') action.status = 'ACKED';
  const closed = status === 'COMPLETED' || status === 'CANCELLED';
  if (closed && isOpen(action) && action.task.told?.status === 'OPEN') {
    reopen(turn, action, status);
  }
  return true;
}

/** Closing the task is no decision: the question stands, and the task with it. */
function reopen(turn: Turn, action: Action, status: 'COMPLETED' | 'CANCELLED'): void {
  const { task } = action;
  task.rewrites += 1;
  note(
    turn,
    'action',
    `The task of ${action.actionId} was closed without a decision: it still waits`,
  );
  if (task.told !== null && task.rewrites <= REWRITES_MAX) task.told = { ...task.told, status };
}

export function actionTaskCreated(turn: Turn, actionId: string, taskId: string): void {
  const action = actionOf(turn.state, actionId);
  if (action !== undefined) action.task.taskId = taskId;
}

/** A task that somebody deleted is made anew as long as its question stands. */
export function actionTaskMissing(turn: Turn, actionId: string): void {
  const action = actionOf(turn.state, actionId);
  if (action === undefined) return;
  action.task.taskId = null;
  action.task.told = null;
  action.task.rewrites += 1;
}

function actionOf(state: OrderState, actionId: string): Action | undefined {
  return state.actions.find((action) => action.actionId === actionId);
}

function isBusy(state: OrderState, { actionId }: Action): boolean {
  const waiting = state.deadLetters.flatMap((letter) => letter.command ?? []);
  return [...state.inFlight, ...waiting].some(
    (command) => 'actionId' in command && command.actionId === actionId,
  );
}

function create(turn: Turn, action: Action, face: ActionTaskFace): void {
  const { task, actionId } = action;
  task.told = face;
  const again = task.rewrites === 0 ? '' : `-${task.rewrites}`;
  send(turn, {
    kind: 'open_action_task',
    key: taskKey(turn.state.address, `action-${actionId}${again}`),
    actionId,
    title: `Decide on ${turn.state.address.orderId}: ${action.reason.replaceAll('_', ' ')}`,
    instructions: action.detail,
    face,
  });
}

function update(turn: Turn, action: Action, face: ActionTaskFace): void {
  const { task, actionId } = action;
  if (task.taskId === null) return;
  const change = fingerprint(JSON.stringify([task.told, face, task.rewrites]));
  const statusChanges = task.told?.status !== face.status;
  task.told = face;
  send(turn, {
    kind: 'update_action_task',
    key: taskKey(turn.state.address, `action-${actionId}-${change}`),
    actionId,
    taskId: task.taskId,
    face,
    statusChanges,
  });
}

function faceOf(state: OrderState, action: Action): ActionTaskFace {
  const { rung, status, dueAt } = action;
  return {
    status: isOpen(action) ? 'OPEN' : status === 'RESOLVED' ? 'COMPLETED' : 'CANCELLED',
    priority: raised(state.priority, Math.max(0, rung - 1)),
    dueAt,
    escalation: state.policy.sla.ladder[rung - 1]?.name ?? null,
  };
}

/** Each rung after the first makes it one step more pressing. */
function raised(priority: Priority, steps: number): Priority {
  return PRIORITIES[Math.max(0, priorityRank(priority) - steps)] ?? 'urgent';
}
