import type { Hono } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import { formOf, isFromElsewhere, SESSION_COOKIE, type PageDeps } from './deps.ts';
import { BAD_KEY, SIGNED_OUT, STRANGE_FORM } from './notices.ts';
import { NoticePage } from './page.tsx';
import { SignInPage } from './sign-in-page.tsx';

const COOKIE = { path: '/actions', httpOnly: true, sameSite: 'Strict' } as const;

/** Lets a browser in by an API key, and out again. */
export function addSessionRoutes(app: Hono, deps: PageDeps): void {
  const { access, settings, secureCookies: secure } = deps;
  app.post('/actions/-/sign-in', async (c) => {
    if (isFromElsewhere(c)) {
      return c.html(<NoticePage notice={STRANGE_FORM.notice} signedIn={false} />, 403);
    }
    const form = await formOf(c);
    const actionId = form.get('action');
    if (!access.isApiKey(form.get('api_key')?.trim() ?? '')) {
      return c.html(<SignInPage actionId={actionId} notice={BAD_KEY} />, 401);
    }
    const maxAge = Math.floor(settings.sessionMs / 1000);
    setCookie(c, SESSION_COOKIE, access.newSession(), { ...COOKIE, secure, maxAge });
    const to = actionId === null ? '/actions' : `/actions/${encodeURIComponent(actionId)}`;
    return c.redirect(to, 303);
  });
  app.post('/actions/-/sign-out', (c) => {
    deleteCookie(c, SESSION_COOKIE, { ...COOKIE, secure });
    return c.html(<SignInPage actionId={null} notice={SIGNED_OUT} />);
  });
}
