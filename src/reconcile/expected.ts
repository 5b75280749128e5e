import type { LocalOrder } from './drift.ts';
import type { System } from './phases.ts';
import { picksIn, taskIn, type PickInView, type TaskInView } from './view-text.ts';

const TERMINAL = new Set(['COMPLETED', 'CANCELLED']);

/** What an open order says that another system has. */
export interface Expected {
  system: Extract<System, 'wms' | 'tasks'>;
  id: string;
}

/** The remote records whose absence would be a drift; `open` leaves out those at their end. */
export function expectedOf(we: LocalOrder, { stage }: { stage: 'open' | 'all' }): Expected[] {
  const { task, picks } = namedIn(we);
  const listed = task !== null && (stage === 'all' || !TERMINAL.has(task.status));
  return [
    ...(listed ? [{ system: 'tasks' as const, id: task.taskId }] : []),
    ...picks.flatMap(({ pickId, status }): Expected[] =>
      pickId === null || (stage === 'open' && TERMINAL.has(status))
        ? []
        : [{ system: 'wms', id: pickId }],
    ),
  ];
}

/** The remote records that an order names; its view is parsed only when its text does not say. */
function namedIn(we: LocalOrder): { task: TaskInView | null; picks: PickInView[] } {
  const { viewText = '' } = we;
  const task = taskIn(viewText);
  const picks = picksIn(viewText);
  if (task !== undefined && picks !== undefined) return { task, picks };
  const { view } = we;
  return {
    task: view.task && { taskId: view.task.task_id, status: view.task.status },
    picks: view.picks.map(({ pick_id: pickId, status }) => ({ pickId, status })),
  };
}
