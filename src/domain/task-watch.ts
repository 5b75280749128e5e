import type { Command } from './commands.ts';
import { orderRef } from './ids.ts';
import type { TaskFace, OrderState } from './order.ts';
import { note, send, type Turn } from './turn.ts';

/** A task that is found gone is made anew this often; then a person is asked (D15). */
export const TASK_DELETIONS_MADE_GOOD = 1;

/** Fields of ours that somebody edits are written over this often; then a person is asked (D14). */
export const TASK_REWRITES_MAX = 3;

/** Whether a task command is on its way, or waits as a dead letter: no other goes out meanwhile. */
export function isTaskBusy(state: OrderState): boolean {
  const isTask = (kind: string | undefined): boolean =>
    kind === 'create_task' || kind === 'update_task';
  return (
    state.inFlight.some((command) => isTask(command.kind)) ||
    state.deadLetters.some((letter) => isTask(letter.command?.kind))
  );
}

/** Closed by somebody, while the order has it open. */
export function isTaskClosed(state: OrderState): boolean {
  const { task } = state;
  if (task.taskId === null || task.told?.status !== 'OPEN' || isTaskBusy(state)) return false;
  return isClosed(task.status);
}

function isClosed(status: string | null): boolean {
  return status === 'COMPLETED' || status === 'CANCELLED';
}

/**
 * The task manager reports a status. A late report of our own closing looks like a person's, and a
 * late one of its creation like a reopening, so what it shows now is asked before it is believed.
 */
export function takeTaskStatus(turn: Turn, status: string): void {
  const { task } = turn.state;
  const isOdd = isClosed(status) ? task.told?.status === 'OPEN' : isClosed(task.status);
  if (isOdd) lookAtTask(turn);
  else task.status = status;
}

export function lookAtTask(turn: Turn): void {
  const { state } = turn;
  const { taskId } = state.task;
  const looking = state.inFlight.some((command) => command.kind === 'look_at_task');
  if (taskId === null || looking || isTaskBusy(state)) return;
  state.counters.ask += 1;
  const key = `look:${orderRef(state.address)}:task:${state.counters.ask}`;
  send(turn, { kind: 'look_at_task', key, taskId });
}

interface SeenTask {
  status: string;
  face: Omit<TaskFace, 'status'>;
}

/** What the task shows is what was told of it: the difference is written over it (D14). */
export function takeTaskSeen(turn: Turn, { status, face }: SeenTask): void {
  const { task } = turn.state;
  if (isTaskBusy(turn.state) || task.told === null) return;
  task.status = status;
  const seen: TaskFace = { ...face, status: task.told.status };
  if (JSON.stringify(seen) === JSON.stringify(inOrder(task.told))) return;
  task.rewrites += 1;
  if (task.rewrites > TASK_REWRITES_MAX) return;
  task.told = seen;
  note(turn, 'drift', `Task ${task.taskId ?? ''} shows what the order is not: written over`);
}

/** The same fields in the same order as an account of the task manager has them. */
function inOrder({ priority, dueAt, pickIds, backorderIds, status }: TaskFace): TaskFace {
  return { priority, dueAt, pickIds, backorderIds, status };
}

/**
 * The answer to an update that left the status alone shows an open task that was told to be closed:
 * a step that was cut off has opened it again. The next update closes it.
 */
export function takeTaskUpdated(turn: Turn, command: Command, status: string): void {
  const { task } = turn.state;
  task.status = status;
  if (command.kind !== 'update_task' || command.patch.status !== undefined) return;
  if (task.told !== null && task.told.status !== 'OPEN' && !isClosed(status)) {
    task.told = { ...task.told, status: 'OPEN' };
  }
}

/** Deleted: made anew once; the second time somebody means it (D15). */
export function takeTaskMissing(turn: Turn, taskId: string): void {
  const { task } = turn.state;
  if (task.taskId !== taskId) return;
  task.taskId = null;
  task.told = null;
  task.status = null;
  task.deletions += 1;
  const next = task.deletions > task.deletionsMadeGood ? 'a person is asked' : 'made anew';
  note(turn, 'drift', `Task ${taskId} is gone: ${next}`);
}
