import { randomBytes } from 'node:crypto';
import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { requestId } from 'hono/request-id';
import type { BooksReader } from '../books/read.ts';
import type { ActionPageSettings } from '../config/action-page.ts';
import { AppError, messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Operations } from '../operations/operations.ts';
import { createAccess } from './access.ts';
import { clockOf } from './moments.ts';
import { failureOf, TOO_LARGE, type Outcome } from './notices.ts';
import { NoticePage } from './page.tsx';
import { addListRoute } from './list-route.tsx';
import { addQuestionRoutes } from './question-routes.tsx';
import { addSessionRoutes } from './session-routes.tsx';
import { PAGE_HEADERS } from './style.ts';
import type { PageDeps } from './deps.ts';

export interface ActionPageOptions {
  books: Pick<BooksReader, 'actions' | 'orders'>;
  operations: Pick<Operations, 'actions' | 'audit'>;
  apiKey: string;
  settings: ActionPageSettings;
  /** IANA name of the zone that the business works in. */
  timeZone: string;
  log: Logger;
  now?: () => number;
}

/** The pages under `/actions` on which people decide what no rule resolves. */
export function createActionPage(options: ActionPageOptions): Hono {
  const { settings, apiKey, log, now = Date.now } = options;
  const linkSecret = settings.links.secret;
  const access = createAccess({
    apiKey,
    linkSecret,
    // Sessions of one process are all that works without a secret that outlives it.
    pageSecret: linkSecret === '' ? randomBytes(32).toString('base64url') : linkSecret,
    sessionMs: settings.sessionMs,
    now,
  });
  const deps: PageDeps = {
    ...options,
    access,
    now,
    clock: clockOf(options.timeZone),
    secureCookies: settings.links.origin?.startsWith('https:') ?? false,
  };
  const app = new Hono();
  app.onError((error, c) => {
    if (!(error instanceof AppError)) {
      log.error({ err: error, requestId: c.get('requestId'), path: c.req.path }, 'page.failed');
    } else if (error.code === 'unavailable') {
      log.warn({ error: messageOf(error), path: c.req.path }, 'page.unavailable');
    }
    return tell(c, failureOf(error), error);
  });
  const pages = '/actions/*';
  app.use(pages, requestId());
  app.use(pages, async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(PAGE_HEADERS)) c.header(name, value);
  });
  app.use(pages, bodyLimit({ maxSize: settings.bodyBytesMax, onError: (c) => tell(c, TOO_LARGE) }));
  addSessionRoutes(app, deps);
  addListRoute(app, deps);
  addQuestionRoutes(app, deps);
  return app;
}

/** Answers with a page that only says what is the matter. */
function tell(
  c: Context,
  { status, notice }: Outcome,
  error?: Error,
): Response | Promise<Response> {
  if (error instanceof AppError && error.retryAfterMs !== undefined) {
    c.header('retry-after', String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))));
  }
  return c.html(<NoticePage notice={notice} signedIn={false} />, status);
}
