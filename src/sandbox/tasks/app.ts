import type { Hono } from 'hono';
import { createBaseApp, type SandboxDeps } from '../base-app.ts';
import { createOnce } from '../idempotency.ts';
import { createWork } from '../work.ts';
import { addPageRoutes } from './page-routes.tsx';
import { addTaskRoutes, type TasksDeps } from './routes.ts';
import { createTaskStore } from './store.ts';

/** The reference task manager: the template pack's endpoints and the pages of the people. */
export function createTasksApp(base: SandboxDeps): Hono {
  const { sqlite, settings, now } = base;
  const deps: TasksDeps = {
    delivery: base.delivery,
    settings,
    now,
    store: createTaskStore(sqlite),
    work: createWork(sqlite, settings),
    once: createOnce(base),
  };
  const app = createBaseApp(base);
  addTaskRoutes(app, deps);
  addPageRoutes(app, deps);
  return app;
}
