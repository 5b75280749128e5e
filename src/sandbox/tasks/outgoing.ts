import type { TaskEvent } from '../../contracts/tasks.ts';
import type { OutgoingEvent } from '../../delivery/delivery.ts';
import type { TaskEventKind } from './change.ts';
import type { StoredTask } from './store.ts';
import { taskIdOf } from './view.ts';

/** The webhook that tells one change of a task, with the seed's payload. */
export function outgoingTaskEvent(task: StoredTask, kind: TaskEventKind): OutgoingEvent {
  const taskId = taskIdOf(task.number);
  const eventId = `evt_task_${taskId}_${task.revision}_${kind}`;
  const eventType = `TASK.${kind.toUpperCase()}`;
  const payload: TaskEvent = {
    task_id: taskId,
    external_ref: task.external_ref,
    task_type: task.task_type,
    status: task.status,
    assignee: task.assignee,
    priority: task.priority,
    instructions: task.instructions,
    due_date: task.due_date,
  };
  const body = JSON.stringify({
    event_id: eventId,
    event_type: eventType,
    event_version: '1.0',
    timestamp: new Date(task.updatedAt).toISOString(),
    source: 'taskmgr.sandbox',
    payload,
  });
  return { eventId, eventType, body, at: task.updatedAt };
}
