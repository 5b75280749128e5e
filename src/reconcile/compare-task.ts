import {
  askOrder,
  forPerson,
  handOn,
  type CompareContext,
  type Drift,
  type DriftInput,
  type LocalOrder,
} from './drift.ts';
import type { RemoteTask } from './remote.ts';

/** The task of an order's own; tasks for decisions belong to those who decide. */
export function isOrderTask(task: RemoteTask): boolean {
  return task.external_ref.type === 'order' && task.task_type === 'fulfillment_pick';
}

/** The order's task as the task manager shows it: D4, D5, D13, D14, D20. */
export function compareTask(
  we: LocalOrder | undefined,
  task: RemoteTask,
  context: CompareContext,
): Drift[] {
  const ours = we?.view.task;
  if (we === undefined || ours == null) return [];
  const ended = isEnded(task);
  const input = {
    we,
    subject: `${task.task_id} ${task.status}`,
    connection: context.names.tasks,
    weSay: `${ours.task_id} ${ours.status}`,
    theySay: `${task.task_id} ${task.status}`,
  };
  if (ours.task_id !== task.task_id) {
    return ended ? [] : [askOrder({ ...input, class: 'D4' }, context)];
  }
  if (we.closedAt !== null) return ended ? [] : [forPerson({ ...input, class: 'D20' })];
  if (ended && unitsToPick(we) > 0) return [closedEarly(input, { ours, task, context })];
  return [
    ...(ours.status === task.status
      ? []
      : [handOn({ ...input, class: 'D5' }, [reportOf(task, context)])]),
    ...(ended ? [] : editedFields(we, { input, task, context })),
  ];
}

interface ClosedTask {
  ours: { task_id: string; status: string };
  task: RemoteTask;
  context: CompareContext;
}

/** A person closed the task of an order that goes on: the order is told, and never closes by it. */
function closedEarly(input: Omit<DriftInput, 'class'>, { ours, task, context }: ClosedTask): Drift {
  return ours.status === task.status
    ? forPerson({ ...input, class: 'D13' })
    : handOn({ ...input, class: 'D13' }, [reportOf(task, context)]);
}

function reportOf(task: RemoteTask, context: CompareContext) {
  return {
    type: 'task_reported' as const,
    connection: context.names.tasks,
    eventId: `recon:${context.names.tasks}:${task.task_id}:${Date.parse(task.updated_at)}`,
    receivedAt: context.now,
    taskId: task.task_id,
    status: task.status,
  };
}

interface EditedFields {
  input: Omit<DriftInput, 'class'>;
  task: RemoteTask;
  context: CompareContext;
}

/** Fields that are the order's alone; who is assigned is the task manager's. */
function editedFields(we: LocalOrder, { input, task, context }: EditedFields): Drift[] {
  const due = we.promisedAt;
  const pickIds = we.view.picks.flatMap((pick) => pick.pick_id ?? []);
  const shown = task.metadata['pick_ids'];
  const shownIds = Array.isArray(shown) ? shown.map(String) : [];
  const fields = [
    { name: 'priority', ours: we.view.priority, theirs: task.priority },
    { name: 'due_date', ours: text(due), theirs: text(parsed(task.due_date)) },
    {
      name: 'pick_ids',
      ours: pickIds.join(' '),
      theirs: shownIds.join(' '),
    },
  ].filter(({ ours, theirs }) => ours !== theirs);
  if (fields.length === 0) return [];
  const say = (side: 'ours' | 'theirs'): string =>
    fields.map((field) => `${field.name} ${field[side] || 'none'}`).join(', ');
  const drift: DriftInput = {
    ...input,
    class: 'D14',
    subject: `${task.task_id} ${fields.map((field) => field.name).join(' ')}`,
    weSay: `${task.task_id}: ${say('ours')}`,
    theySay: `${task.task_id}: ${say('theirs')}`,
  };
  return [we.view.stage === 'NEEDS_ACTION' ? forPerson(drift) : askOrder(drift, context)];
}

function parsed(date: string | null): number | null {
  return date === null ? null : Date.parse(date);
}

function text(at: number | null): string {
  return at === null ? '' : new Date(at).toISOString();
}

function isEnded({ status }: RemoteTask): boolean {
  return status === 'COMPLETED' || status === 'CANCELLED';
}

/** Units that somebody has still to pick. */
export function unitsToPick({ view }: LocalOrder): number {
  return view.lines.reduce(
    (sum, line) => sum + line.open + line.requested + line.allocated + line.backordered,
    0,
  );
}
