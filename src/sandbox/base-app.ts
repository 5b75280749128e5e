import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { requestId } from 'hono/request-id';
import type { Sqlite } from '../db/open.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { errorHandler, notFoundHandler } from '../http/errors.ts';
import { problem } from '../http/problem.ts';
import type { Logger } from '../logger.ts';
import type { Rehearsal } from '../rehearsal/rehearsal.ts';
import type { SandboxSettings } from './settings.ts';

export interface SandboxDeps {
  sqlite: Sqlite;
  delivery: Delivery;
  rehearsal: Rehearsal;
  log: Logger;
  settings: SandboxSettings;
  now: () => number;
}

/** What both sandboxes have before their own routes: limits, errors, health and the rehearsal. */
export function createBaseApp(deps: SandboxDeps): Hono {
  const { sqlite, delivery, rehearsal, settings } = deps;
  const app = new Hono();
  app.onError(errorHandler(deps.log));
  app.notFound(notFoundHandler);
  app.use(requestId());
  app.use(async (c, next) => {
    // There is no login here, so a page of another site must not be able to press these buttons.
    if (c.req.method !== 'GET' && c.req.header('sec-fetch-site') === 'cross-site') {
      return problem(c, {
        status: 403,
        problem: 'cross-site',
        title: 'Not from another site',
        detail: 'A page of another site sent this. Nothing was done; use the page of the sandbox.',
      });
    }
    return next();
  });
  app.use(
    bodyLimit({
      maxSize: settings.bodyBytesMax,
      onError: (c) =>
        problem(c, {
          status: 413,
          problem: 'too-large',
          title: 'The body is too large',
          detail: `A body may hold ${settings.bodyBytesMax} bytes. Nothing was done; send less.`,
        }),
    }),
  );
  app.use(rehearsal.middleware);
  app.route('/_sandbox', rehearsal.routes);
  app.get('/health/live', (c) => c.json({ status: 'ok' }));
  app.get('/health/ready', (c) => {
    sqlite.prepare('SELECT 1').get();
    const { pending, oldestAt } = delivery.backlog();
    const oldest = oldestAt === null ? null : new Date(oldestAt).toISOString();
    return c.json({ status: 'ok', webhooks: { pending, oldest_at: oldest } });
  });
  return app;
}
