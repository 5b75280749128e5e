import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { BooksReader } from '../books/read.ts';
import type { ActionPageSettings } from '../config/action-page.ts';
import type { Operations } from '../operations/operations.ts';
import type { Access } from './access.ts';

/** What every page stands on. */
export interface PageDeps {
  books: Pick<BooksReader, 'actions' | 'orders'>;
  operations: Pick<Operations, 'actions' | 'audit'>;
  settings: ActionPageSettings;
  access: Access;
  secureCookies: boolean;
  /** Writes an instant for a person. */
  clock: (instant: string, now: number) => string;
  now: () => number;
}

export const SESSION_COOKIE = 'crossdock_actions';

export function sessionOf(c: Context): string | undefined {
  return getCookie(c, SESSION_COOKIE);
}

/** A browser says so when another site's page sends a form of ours. */
export function isFromElsewhere(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

export async function formOf(c: Context): Promise<URLSearchParams> {
  return new URLSearchParams(await c.req.text());
}
