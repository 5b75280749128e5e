import { total } from './books.ts';
import type { TaskPatch } from './commands.ts';
import { fingerprint } from './fingerprint.ts';
import { headlineOf } from './headline.ts';
import { taskKey } from './ids.ts';
import type { OrderState, TaskFace } from './order.ts';
import { isTaskBusy } from './task-watch.ts';
import { send, type Turn } from './turn.ts';

/** The task shows what the order is; a person closing it never closes the order. */
export function taskFace(state: OrderState): TaskFace {
  const { lines } = state;
  const toPick =
    total(lines, 'open') +
    total(lines, 'requested') +
    total(lines, 'allocated') +
    total(lines, 'backordered');
  const status =
    toPick > 0 ? 'OPEN' : headlineOf(state) === 'CANCELLED' ? 'CANCELLED' : 'COMPLETED';
  return {
    status,
    priority: state.priority,
    dueAt: state.promisedAt,
    pickIds: state.requests.flatMap((request) => request.pickId ?? []),
    backorderIds: state.backorders.map((b) => b.backorderId),
  };
}

/** Creates the one task of the order, then keeps its face true, one command at a time. */
export function keepTask(turn: Turn): void {
  const { state } = turn;
  if (!state.known || state.task.givenUp || isTaskBusy(state)) return;
  if (state.task.taskId === null) {
    if (!mayCreate(state)) return;
    state.task.told = { ...taskFace(state), status: 'OPEN', pickIds: [], backorderIds: [] };
    send(turn, {
      kind: 'create_task',
      key: taskKey(state.address, purposeOf(state)),
      priority: state.priority,
      dueAt: state.promisedAt,
      lineCount: state.lines.length,
      unitCount: state.lines.reduce((sum, line) => sum + line.ordered, 0),
    });
    return;
  }
  const face = taskFace(state);
  const { told } = state.task;
  const patch = difference(told ?? face, face);
  if (Object.keys(patch).length === 0) return;
  state.task.told = face;
  const change = fingerprint(JSON.stringify([told, face]));
  send(turn, {
    kind: 'update_task',
    key: taskKey(state.address, `update-${state.counters.input}-${change}`),
    taskId: state.task.taskId,
    patch,
  });
}

/** One that was deleted is made anew under a key of its own: the old key would answer with the old task. */
function purposeOf({ task }: OrderState): string {
  return task.deletions === 0 ? 'fulfillment_pick' : `fulfillment_pick-${task.deletions + 1}`;
}

/** A task that is deleted again and again, or that nothing is left to do for, is not made. */
function mayCreate(state: OrderState): boolean {
  const { deletions, deletionsMadeGood } = state.task;
  if (deletions === 0) return true;
  return deletions <= deletionsMadeGood && taskFace(state).status === 'OPEN';
}

/**
 * A new status brings the whole face with it: a step that was cut off may have shown what this one
 * does not know of, and the last update is to leave the task as the order ended.
 */
function difference(told: TaskFace, face: TaskFace): TaskPatch {
  if (told.status !== face.status) return { ...face };
  return {
    ...(told.priority === face.priority ? {} : { priority: face.priority }),
    ...(told.dueAt === face.dueAt ? {} : { dueAt: face.dueAt }),
    ...(sameList(told.pickIds, face.pickIds) ? {} : { pickIds: face.pickIds }),
    ...(sameList(told.backorderIds, face.backorderIds) ? {} : { backorderIds: face.backorderIds }),
  };
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/** Nothing is left to tell the task manager. */
export function taskSettled(state: OrderState): boolean {
  if (state.task.givenUp) return true;
  if (isTaskBusy(state)) return false;
  if (!state.known) return true;
  if (state.task.taskId === null) return !mayCreate(state);
  const face = taskFace(state);
  return Object.keys(difference(state.task.told ?? face, face)).length === 0;
}
