import type { TaskCreate, TaskPatch } from '../../contracts/tasks.ts';
import type { Delivery } from '../../delivery/delivery.ts';
import type { Answer } from '../idempotency.ts';
import { changeTask, statusFor } from './change.ts';
import { outgoingTaskEvent } from './outgoing.ts';
import type { StoredTask, TaskStore } from './store.ts';
import { taskView } from './view.ts';

interface CommandDeps {
  store: TaskStore;
  delivery: Delivery;
  now: () => number;
}

interface CreateInput {
  input: TaskCreate;
  key: string | undefined;
}

/** Makes a task, or answers the one that lives under the same key, whatever the body says. */
export function createTask(deps: CommandDeps, { input, key }: CreateInput): Answer {
  const { store, delivery, now } = deps;
  const known = key === undefined ? undefined : store.byKey(key);
  if (known) return { status: 200, body: taskView(known), effect: 'replayed' };
  const at = now();
  const assignee = input.assignee ?? null;
  const status = statusFor('OPEN', assignee);
  const fields = {
    external_ref: input.external_ref,
    task_type: input.task_type,
    priority: input.priority,
    title: input.title,
    instructions: input.instructions ?? null,
    due_date: input.due_date ?? null,
    metadata: input.metadata,
  };
  const task = store.insert(
    { ...fields, assignee, status, revision: 1, createdAt: at, updatedAt: at },
    key,
  );
  delivery.enqueue(outgoingTaskEvent(task, 'created'));
  if (status === 'ASSIGNED') delivery.enqueue(outgoingTaskEvent(task, 'assigned'));
  return { status: 201, body: taskView(task), effect: 'created' };
}

interface PatchInput {
  before: StoredTask;
  patch: TaskPatch;
}

/** Changes a task and tells it; a patch that changes nothing tells nothing. */
export function patchTask(deps: CommandDeps, { before, patch }: PatchInput): Answer {
  const { task, changed, events } = changeTask(before, patch);
  if (!changed) return { status: 200, body: taskView(before), effect: 'none' };
  const next = { ...task, revision: before.revision + 1, updatedAt: deps.now() };
  deps.store.update(next);
  for (const kind of events) deps.delivery.enqueue(outgoingTaskEvent(next, kind));
  return { status: 200, body: taskView(next), effect: 'created' };
}
