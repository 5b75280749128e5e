import {
  actOurselves,
  forPerson,
  type CompareContext,
  type Drift,
  type LocalOrder,
} from './drift.ts';
import type { ShownTask } from './compare-task.ts';
import { isEndedTask, taskVersion, type RemoteTask } from './remote.ts';

/** The task of a question to a person. */
export function isActionTask(task: RemoteTask): boolean {
  return (
    task.external_ref.type === 'order' &&
    task.task_type === 'human_action' &&
    typeof task.metadata['action_id'] === 'string'
  );
}

/** An open task of a question that is closed, unknown, or asked in another task: D4. */
export function compareActionTask(
  we: LocalOrder | undefined,
  { task, connection, home }: ShownTask,
  context: CompareContext,
): Drift[] {
  if (we === undefined || isEndedTask(task)) return [];
  const actionId = String(task.metadata['action_id']);
  const action = we.view.actions.find((one) => one.action_id === actionId);
  const isAsked = action !== undefined && action.closed_at === null;
  const ours = action?.task_id ?? null;
  if (isAsked && (ours === null || ours === task.task_id)) return [];
  const input = {
    class: 'D4' as const,
    we,
    subject: task.task_id,
    connection,
    weSay:
      action === undefined
        ? `no question ${actionId}`
        : `${actionId} ${action.status} in ${ours ?? 'no task'}`,
    theySay: `${task.task_id} ${task.status} asks ${actionId}`,
  };
  if (connection !== home) return [forPerson(input)];
  const { task_id: taskId } = task;
  const expected = taskVersion(task);
  const act = { kind: 'close_task', connection, taskId, expected, ours } as const;
  return [actOurselves(input, { act, changedAt: task.updated_at }, context)];
}
