import { total } from './books.ts';
import type { TaskPatch } from './commands.ts';
import { fingerprint } from './fingerprint.ts';
import { headlineOf } from './headline.ts';
import { taskKey } from './ids.ts';
import type { OrderState, TaskFace } from './order.ts';
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
  if (!state.known || state.task.givenUp || isBusy(state)) return;
  if (state.task.taskId === null) {
    state.task.told = { ...taskFace(state), status: 'OPEN', pickIds: [], backorderIds: [] };
    send(turn, {
      kind: 'create_task',
      key: taskKey(state.address, 'fulfillment_pick'),
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

function isBusy(state: OrderState): boolean {
  const isTask = (kind: string | undefined): boolean =>
    kind === 'create_task' || kind === 'update_task';
  return (
    state.inFlight.some((command) => isTask(command.kind)) ||
    state.deadLetters.some((letter) => isTask(letter.command?.kind))
  );
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
  if (isBusy(state)) return false;
  if (!state.known || state.task.taskId === null) return !state.known;
  const face = taskFace(state);
  return Object.keys(difference(state.task.told ?? face, face)).length === 0;
}
