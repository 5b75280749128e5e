import { TaskEventSchema, type TaskEvent } from '../contracts/tasks.ts';
import { DEFAULT_CRM, type OrderAddress } from '../domain/ids.ts';
import { defineEvent, type EventReader } from './definition.ts';
import { orderLane } from './lane.ts';

type TaskStatus = NonNullable<TaskEvent['status']>;

function orderOf(payload: TaskEvent): OrderAddress | null {
  return payload.external_ref.type === 'order'
    ? { connection: DEFAULT_CRM, orderId: payload.external_ref.id }
    : null;
}

/** `implied` is the status that the event's type says when the payload holds none. */
function taskEvent(implied: TaskStatus): EventReader {
  return defineEvent({
    payload: TaskEventSchema,
    confirms: true,
    lane: (payload) => {
      const order = orderOf(payload);
      return order === null ? null : orderLane(order);
    },
    normalise: (payload, fact) => {
      const order = orderOf(payload);
      if (order === null) return null;
      const { task_id: taskId, status = implied } = payload;
      return { to: 'order', order, input: { type: 'task_reported', ...fact, taskId, status } };
    },
  });
}

export const TASK_EVENTS: Record<string, EventReader> = {
  'TASK.CREATED': taskEvent('OPEN'),
  'TASK.ASSIGNED': taskEvent('ASSIGNED'),
  'TASK.COMPLETED': taskEvent('COMPLETED'),
};
