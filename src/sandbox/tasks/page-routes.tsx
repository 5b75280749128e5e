import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { TaskPatch } from '../../contracts/tasks.ts';
import { parseInput } from '../../rehearsal/input.ts';
import { PAGE_HEADERS } from '../page.tsx';
import { patchTask } from './commands.ts';
import { TaskPage, TasksPage } from './page.tsx';
import { deleteTask, knownTask, type TasksDeps } from './routes.ts';
import { taskIdOf, taskView } from './view.ts';

/** Tasks that the overview shows. */
const PAGE_TASKS = 100;

const AssignSchema = z.object({ assignee: z.string().trim().min(1).max(128) });

/** The pages on which a person works; every button is a form. */
export function addPageRoutes(app: Hono, deps: TasksDeps): void {
  const { store } = deps;
  const change = async (c: Context, patch: TaskPatch) => {
    const task = knownTask(store, c);
    const answer = await deps.work(() => patchTask(deps, { before: knownTask(store, c), patch }));
    c.set('effect', answer.effect);
    deps.delivery.wake();
    return c.redirect(`/tasks/${taskIdOf(task.number)}/page`, 303);
  };

  app.get('/', (c) => {
    const tasks = store.latest(PAGE_TASKS).map(taskView);
    return c.html(<TasksPage tasks={tasks} now={deps.now()} />, 200, PAGE_HEADERS);
  });
  app.get('/tasks/:id/page', (c) =>
    c.html(<TaskPage task={taskView(knownTask(store, c))} now={deps.now()} />, 200, PAGE_HEADERS),
  );
  app.post('/tasks/:id/page/assign', async (c) => {
    const form = Object.fromEntries(new URLSearchParams(await c.req.text()));
    return change(c, parseInput(AssignSchema, form));
  });
  app.post('/tasks/:id/page/complete', (c) => change(c, { status: 'COMPLETED' }));
  app.post('/tasks/:id/page/delete', async (c) => {
    await deleteTask(deps, c);
    return c.redirect('/', 303);
  });
}
