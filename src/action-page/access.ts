import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { isActionToken } from '../http/action-link.ts';

/** Who looks at a page, and what lets them. */
export interface Visitor {
  via: 'link' | 'api key';
  /** The token of the link, or the session of the browser. */
  credential: string;
}

export interface Access {
  /** `actionId` is null for the list, which no link opens. */
  visitorOf(asks: {
    actionId: string | null;
    token: string | undefined;
    session: string | undefined;
  }): Visitor | null;
  isApiKey(offered: string): boolean;
  /** What a browser keeps instead of the key: it opens these pages only, and for a time. */
  newSession(): string;
  /** Ties a form to the page and the visitor that it was made for. */
  formToken(page: string, visitor: Visitor): string;
  isFormToken(page: string, visitor: Visitor, offered: string): boolean;
}

interface AccessOptions {
  apiKey: string;
  /** Of the links; empty when there is none. */
  linkSecret: string;
  /** Of sessions and forms. */
  pageSecret: string;
  sessionMs: number;
  now: () => number;
}

export function createAccess(options: AccessOptions): Access {
  const { apiKey, linkSecret, pageSecret, sessionMs, now } = options;
  const keyDigest = digest(apiKey);
  const sign = (...parts: string[]): string =>
    createHmac('sha256', pageSecret).update(JSON.stringify(parts)).digest('base64url');
  const sessionOf = (endsAt: string): string =>
    `${endsAt}.${sign('session', endsAt, keyDigest.toString('base64url'))}`;
  const isSession = (offered: string): boolean => {
    const endsAt = /^\d{1,15}/.exec(offered)?.[0] ?? '0';
    return same(offered, sessionOf(endsAt)) && Number(endsAt) > now();
  };
  const formToken: Access['formToken'] = (page, { via, credential }) =>
    sign('form', page, via, credential);
  return {
    visitorOf({ actionId, token, session }) {
      if (actionId !== null && token !== undefined && isActionToken(linkSecret, actionId, token)) {
        return { via: 'link', credential: token };
      }
      if (session === undefined || !isSession(session)) return null;
      return { via: 'api key', credential: session };
    },
    isApiKey: (offered) => timingSafeEqual(digest(offered), keyDigest),
    newSession: () => sessionOf(String(now() + sessionMs)),
    formToken,
    isFormToken: (page, visitor, offered) => same(offered, formToken(page, visitor)),
  };
}

function same(offered: string, expected: string): boolean {
  return timingSafeEqual(digest(offered), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
