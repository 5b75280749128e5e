import type { Task, TaskPatch } from '../../contracts/tasks.ts';
import { fingerprintOf } from '../fingerprint.ts';

export type TaskEventKind = 'created' | 'assigned' | 'completed';

type Changeable = Pick<Task, 'status' | 'assignee' | 'due_date' | 'priority' | 'metadata'>;

export interface TaskChange<T> {
  task: T;
  changed: boolean;
  /** What is told about the change, in order. */
  events: TaskEventKind[];
}

/** What a patch makes of a task: a task with an assignee is assigned unless it says otherwise. */
export function changeTask<T extends Changeable>(before: T, patch: TaskPatch): TaskChange<T> {
  const assignee = patch.assignee === undefined ? before.assignee : patch.assignee;
  const task: T = {
    ...before,
    assignee,
    status: patch.status ?? statusFor(before.status, assignee),
    due_date: patch.due_date === undefined ? before.due_date : patch.due_date,
    priority: patch.priority ?? before.priority,
    metadata: { ...before.metadata, ...patch.metadata },
  };
  const events: TaskEventKind[] = [];
  const becameAssigned = task.status === 'ASSIGNED' && before.status !== 'ASSIGNED';
  const otherAssignee = task.assignee !== null && task.assignee !== before.assignee;
  if (becameAssigned || otherAssignee) events.push('assigned');
  if (task.status === 'COMPLETED' && before.status !== 'COMPLETED') events.push('completed');
  return { task, changed: fingerprintOf(task) !== fingerprintOf(before), events };
}

/** The status that an assignee alone implies; an ended task stays ended. */
export function statusFor(status: Task['status'], assignee: string | null): Task['status'] {
  if (status === 'OPEN' && assignee !== null) return 'ASSIGNED';
  if (status === 'ASSIGNED' && assignee === null) return 'OPEN';
  return status;
}
