import {
  actOurselves,
  askOrder,
  forPerson,
  handOn,
  type CompareContext,
  type Drift,
  type DriftInput,
  type LocalOrder,
} from './drift.ts';
import { isEndedTask, taskVersion, type RemoteTask } from './remote.ts';

/** The task of an order's own. */
export function isOrderTask(task: RemoteTask): boolean {
  return task.external_ref.type === 'order' && task.task_type === 'fulfillment_pick';
}

/** A task, and where it is shown. */
export interface ShownTask {
  task: RemoteTask;
  connection: string;
  /** The task manager of its order. */
  home: string;
}

/** The order's task as the task manager shows it: D4, D5, D13, D14, D20. */
export function compareTask(
  we: LocalOrder | undefined,
  { task, connection, home }: ShownTask,
  context: CompareContext,
): Drift[] {
  const ours = we?.view.task;
  if (we === undefined || ours == null) return [];
  const ended = isEndedTask(task);
  const input = {
    we,
    subject: `${task.task_id} ${task.status}`,
    connection,
    weSay: `${ours.task_id} ${ours.status}`,
    theySay: `${task.task_id} ${task.status}`,
  };
  if (ours.task_id !== task.task_id) {
    return ended ? [] : [other({ ...input, class: 'D4' }, { ours, task, home, context })];
  }
  if (we.closedAt !== null) return ended ? [] : [forPerson({ ...input, class: 'D20' })];
  if (ended && unitsToPick(we) > 0) return [closedEarly(input, { ours, task, context })];
  return [
    ...(ours.status === task.status
      ? []
      : [handOn({ ...input, class: 'D5' }, [reportOf(input, task, context)])]),
    ...(ended ? [] : editedFields(we, { input, task, context })),
  ];
}

/** What stands with another task manager than the order's is for a person. */
function other(input: DriftInput, { home, ...two }: TwoTasks & { home: string }): Drift {
  return input.connection === home ? second(input, two) : forPerson(input);
}

/** Nobody has taken it: it is closed. Somebody has: which of the two goes on is theirs to say. */
function second(input: DriftInput, { ours, task, context }: TwoTasks): Drift {
  if (task.status === 'ASSIGNED' || task.assignee !== null) return forPerson(input);
  const act = {
    kind: 'close_task',
    connection: input.connection,
    taskId: task.task_id,
    expected: taskVersion(task),
    ours: ours.task_id,
  } as const;
  return actOurselves(input, { act, changedAt: task.updated_at }, context);
}

interface TwoTasks {
  ours: { task_id: string; status: string };
  task: RemoteTask;
  context: CompareContext;
}

/** A person closed the task of an order that goes on: the order is told, and never closes by it. */
function closedEarly(input: Omit<DriftInput, 'class'>, { ours, task, context }: TwoTasks): Drift {
  return ours.status === task.status
    ? forPerson({ ...input, class: 'D13' })
    : handOn({ ...input, class: 'D13' }, [reportOf(input, task, context)]);
}

function reportOf(
  { connection }: Pick<DriftInput, 'connection'>,
  task: RemoteTask,
  context: CompareContext,
) {
  return {
    type: 'task_reported' as const,
    connection,
    eventId: `recon:${connection}:${task.task_id}:${Date.parse(task.updated_at)}`,
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
  return [isAsked(we, 'task_edited') ? forPerson(drift) : askOrder(drift, context)];
}

/** Whether a person is being asked about it already. */
function isAsked({ view }: LocalOrder, reason: string): boolean {
  return view.actions.some((action) => action.reason === reason && action.closed_at === null);
}

function parsed(date: string | null): number | null {
  return date === null ? null : Date.parse(date);
}

function text(at: number | null): string {
  return at === null ? '' : new Date(at).toISOString();
}

/** Units that somebody has still to pick. */
export function unitsToPick({ view }: LocalOrder): number {
  return view.lines.reduce(
    (sum, line) => sum + line.open + line.requested + line.allocated + line.backordered,
    0,
  );
}
