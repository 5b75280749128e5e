import { total } from '../books.ts';
import type { OrderState } from '../order.ts';
import { isTaskClosed, TASK_REWRITES_MAX } from '../task-watch.ts';
import type { Want } from './action.ts';
import { missingOf, ON_MISSING } from './missing.ts';

/** What people do to the task of an order that still has units to pick (D13 to D15). */
export function ofTask(state: OrderState): Want[] {
  const { task, lines } = state;
  const toPick =
    total(lines, 'open') +
    total(lines, 'requested') +
    total(lines, 'allocated') +
    total(lines, 'backordered');
  if (toPick === 0 || task.givenUp) return [];
  const base = { deadLetterId: null, since: null, patienceMs: 0 };
  const lineIds = lines.filter((line) => missingOf(line) > 0).map((line) => line.lineId);
  if (isTaskClosed(state)) {
    return [
      {
        ...base,
        key: 'task closed',
        reason: 'task_closed',
        detail: `Task ${task.taskId ?? ''} was closed by a person with ${toPick} units still to pick. The order goes on: a task never closes an order.`,
        lineIds,
        choices: ['retry', ...ON_MISSING],
      },
    ];
  }
  if (task.taskId === null && task.deletions > task.deletionsMadeGood) {
    return [
      {
        ...base,
        key: 'task deleted',
        reason: 'task_deleted',
        detail: `The task of this order was deleted again, with ${toPick} units still to pick. Somebody seems not to want it; the order goes on without it.`,
        lineIds,
        choices: ['retry', ...ON_MISSING],
      },
    ];
  }
  if (task.rewrites > TASK_REWRITES_MAX) {
    return [
      {
        ...base,
        key: 'task edited',
        reason: 'task_edited',
        detail: `Fields of task ${task.taskId ?? ''} that follow the order are edited again and again by somebody else. They are no longer written over.`,
        lineIds: [],
        choices: ['retry', 'wait'],
      },
    ];
  }
  return [];
}
