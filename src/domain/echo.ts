import type { OrderView } from '../contracts/operators.ts';
import type { OrderInput } from './inputs.ts';

/**
 * Whether an event only repeats to us what the order's books hold already, as the other systems do
 * with every command of ours. Waking the workflow for it would cost five history events for nothing.
 */
export function isEcho(view: OrderView, input: OrderInput): boolean {
  if (input.type === 'task_reported') {
    return view.task?.task_id === input.taskId && view.task.status === input.status;
  }
  if (input.type === 'pick_reported') {
    const first = input.sequence === 1 && input.status === 'CREATED';
    return first && view.picks.some((pick) => pick.pick_id === input.pickId);
  }
  return false;
}
