import type { Hono, MiddlewareHandler } from 'hono';
import type { Sqlite } from '../db/open.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { createFaults } from './faults.ts';
import { rehearsalMiddleware } from './middleware.ts';
import { createRequestLog } from './request-log.ts';
import { rehearsalRoutes } from './routes.ts';
import { defaultRehearsalSettings, type RehearsalSettings } from './settings.ts';

export interface RehearsalOptions {
  sqlite: Sqlite;
  delivery: Delivery;
  settings?: RehearsalSettings;
  now?: () => number;
}

export interface Rehearsal {
  /** For every path, mounted right after the body limit: `app.use(rehearsal.middleware)`. */
  middleware: MiddlewareHandler;
  /** `app.route('/_sandbox', rehearsal.routes)`. */
  routes: Hono;
}

/** Lets anyone rehearse a bad day: a log of the calls received, faults, and webhook modes. */
export function createRehearsal(options: RehearsalOptions): Rehearsal {
  const settings = options.settings ?? defaultRehearsalSettings;
  const faults = createFaults(options.sqlite, settings.faultsMax);
  const requests = createRequestLog(options.sqlite, settings);
  const now = options.now ?? Date.now;
  return {
    middleware: rehearsalMiddleware({ faults, requests, hangMaxMs: settings.hangMaxMs, now }),
    routes: rehearsalRoutes({ faults, requests, delivery: options.delivery }),
  };
}
