import type { Decision } from '../../contracts/operators.ts';
import { total, type Line } from '../books.ts';
import type { OrderState } from '../order.ts';
import { isTaskClosed, TASK_REWRITES_MAX } from '../task-watch.ts';
import type { Want } from './action.ts';
import { missingOf, ON_MISSING, unitsOf } from './missing.ts';

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
  const unpicked = lines.filter((line) => missingOf(line) + atWork(line) > 0);
  const lineIds = unpicked.map((line) => line.lineId);
  const choices: Decision[] = unpicked.some((line) => missingOf(line) > 0)
    ? ['retry', ...ON_MISSING]
    : ['retry', 'wait', 'cancel_line', 'cancel_order'];
  if (isTaskClosed(state)) {
    return [
      {
        ...base,
        key: 'task closed',
        reason: 'task_closed',
        detail: `Task ${task.taskId ?? ''} was closed by a person with ${unitsOf(toPick)} still to pick. The order goes on: a task never closes an order.`,
        lineIds,
        choices,
      },
    ];
  }
  if (task.taskId === null && task.deletions > task.deletionsMadeGood) {
    return [
      {
        ...base,
        key: 'task deleted',
        reason: 'task_deleted',
        detail: `The task of this order was deleted again, with ${unitsOf(toPick)} still to pick. Somebody seems not to want it; the order goes on without it.`,
        lineIds,
        choices,
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

function atWork({ buckets }: Line): number {
  return buckets.requested + buckets.allocated;
}
