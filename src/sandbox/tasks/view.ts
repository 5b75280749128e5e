import type { Task } from '../../contracts/tasks.ts';
import type { StoredTask } from './store.ts';

/** The id of a task on the wire. */
export function taskIdOf(number: number): string {
  return `T-${number}`;
}

/** The number behind a task id; undefined when it cannot be one of ours. */
export function taskNumberOf(taskId: string): number | undefined {
  const digits = /^T-(\d{1,15})$/.exec(taskId)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** A task on the wire. */
export function taskView(task: StoredTask): Task {
  const { number, revision: _revision, createdAt, updatedAt, ...rest } = task;
  return {
    task_id: taskIdOf(number),
    ...rest,
    created_at: new Date(createdAt).toISOString(),
    updated_at: new Date(updatedAt).toISOString(),
  };
}
