import type { MiddlewareHandler } from 'hono';

/**
 * An empty body is no body, whatever type its client puts on it: a replay needs none, and many
 * clients send `Content-Type` all the same.
 */
export const emptyBodyIsNone: MiddlewareHandler = async (c, next) => {
  if ((await c.req.text()) === '') c.req.raw.headers.delete('content-type');
  await next();
};
