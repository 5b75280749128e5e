import type { Hono } from 'hono';
import { sessionOf, type PageDeps } from './deps.ts';
import { ListPage } from './list-page.tsx';
import { SignInPage } from './sign-in-page.tsx';

export function addListRoute(app: Hono, { books, settings, access, now }: PageDeps): void {
  app.get('/actions', (c) => {
    const session = sessionOf(c);
    const visitor = access.visitorOf({ actionId: null, token: undefined, session });
    if (visitor === null) return c.html(<SignInPage actionId={null} notice={null} />, 401);
    const cursor = c.req.query('cursor');
    const { items, next } = books.actions.list({ cursor, limit: settings.rowsMax });
    return c.html(<ListPage actions={items} next={next} now={now()} />);
  });
}
