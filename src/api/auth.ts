import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { problem } from '../http/problem.ts';
import { ENVIRONMENT_KEY, setActor } from './actor.ts';

const BEARER = /^Bearer +(\S+) *$/i;

/** Lets only bearers of the API key pass. Digests are compared, so their length tells nothing. */
export function requireApiKey(apiKey: string): MiddlewareHandler {
  const expected = digest(apiKey);
  return async (c, next) => {
    const offered = BEARER.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    if (timingSafeEqual(digest(offered), expected)) {
      setActor(c, ENVIRONMENT_KEY);
      return next();
    }
    c.header('www-authenticate', 'Bearer realm="crossdock"');
    return problem(c, {
      status: 401,
      problem: 'unauthorized',
      title: 'Not authorised',
      detail:
        'The request carries no valid API key. Send "Authorization: Bearer <api key>"; the key is in run.json of the data directory.',
    });
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
