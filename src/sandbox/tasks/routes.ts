import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { TaskCreateSchema, TaskPatchSchema, TaskStatusSchema } from '../../contracts/tasks.ts';
import { sequenceOf } from '../../delivery/cursor.ts';
import { AppError } from '../../errors.ts';
import { jsonBody, parseInput } from '../../rehearsal/input.ts';
import { listQuery } from '../cursor.ts';
import { idempotencyKey, reply, replyOnce, type ReplyDeps } from '../reply.ts';
import type { SandboxSettings } from '../settings.ts';
import { createTask, patchTask } from './commands.ts';
import type { StoredTask, TaskStore } from './store.ts';
import { taskNumberOf, taskView } from './view.ts';

export interface TasksDeps extends ReplyDeps {
  store: TaskStore;
  settings: SandboxSettings;
  now: () => number;
}

/** The template pack's endpoints of a task manager. */
export function addTaskRoutes(app: Hono, deps: TasksDeps): void {
  const { store } = deps;
  const ListSchema = listQuery(deps.settings).extend({
    external_ref: z.string().optional(),
    status: TaskStatusSchema.optional(),
  });

  app.post('/tasks', async (c) => {
    const request = parseInput(TaskCreateSchema, await jsonBody(c));
    const key = idempotencyKey(c);
    return reply(deps, { c, job: () => createTask(deps, { input: request, key }) });
  });
  app.patch('/tasks/:id', async (c) => {
    const request = parseInput(TaskPatchSchema, await jsonBody(c));
    // A stored answer about a task that is gone would be a lie.
    knownTask(store, c);
    const perform = () => patchTask(deps, { before: knownTask(store, c), patch: request });
    return replyOnce(deps, { c, request, perform });
  });
  app.get('/tasks', (c) => {
    const query = parseInput(ListSchema, c.req.query());
    const found = store.list({
      externalId: query.external_ref,
      status: query.status,
      afterNumber: sequenceOf(query.cursor) ?? 0,
      limit: query.limit + 1,
    });
    const page = found.slice(0, query.limit);
    const next = found.length > query.limit ? String(page.at(-1)?.number) : null;
    return c.json({ items: page.map(taskView), next });
  });
  app.get('/tasks/:id', (c) => c.json(taskView(knownTask(store, c))));
  app.delete('/tasks/:id', async (c) => {
    await deleteTask(deps, c);
    return c.body(null, 204);
  });
}

/** Removes the task of the path; nobody is told, as no event tells of it. */
export async function deleteTask({ work, store }: TasksDeps, c: Context): Promise<void> {
  await work(() => store.remove(knownTask(store, c).number));
  c.set('effect', 'created');
}

/** The task of the path, 404 when there is none. */
export function knownTask(store: TaskStore, c: Context): StoredTask {
  const taskId = c.req.param('id') ?? '';
  const number = taskNumberOf(taskId);
  const task = number === undefined ? undefined : store.find(number);
  if (task) return task;
  throw new AppError(
    'not-found',
    `The task manager has no task ${taskId}: it was never made, or it was deleted.`,
  );
}
