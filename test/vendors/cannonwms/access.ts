import type { Context, MiddlewareHandler } from 'hono';

export interface ApiKey {
  key: string;
  scope: 'read' | 'read-write';
  isRevoked: boolean;
}

export interface RateLimit {
  perSecond: number;
  burst: number;
}

/** A bearer key per integration, each with its scope and its own rate. */
export function keyAccess(keys: readonly ApiKey[], rate: RateLimit): MiddlewareHandler {
  const buckets = new Map<string, { tokens: number; at: number }>();
  const waitMsOf = (key: string): number => {
    const now = Date.now();
    const { tokens, at } = buckets.get(key) ?? { tokens: rate.burst, at: now };
    const filled = Math.min(rate.burst, tokens + ((now - at) / 1000) * rate.perSecond);
    buckets.set(key, { tokens: filled >= 1 ? filled - 1 : filled, at: now });
    return filled >= 1 ? 0 : ((1 - filled) / rate.perSecond) * 1000;
  };
  return async (c, next) => {
    const offered = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1];
    const known = keys.find(({ key, isRevoked }) => key === offered && !isRevoked);
    if (known === undefined) return refuse(c, 401, 'invalid_key');
    if (known.scope === 'read' && c.req.method !== 'GET') {
      return refuse(c, 403, 'insufficient_scope');
    }
    const waitMs = waitMsOf(known.key);
    if (waitMs === 0) return next();
    c.header('Retry-After', String(Math.ceil(waitMs / 1000)));
    return refuse(c, 429, 'rate_limited');
  };
}

function refuse(c: Context, status: 401 | 403 | 429, code: string): Response {
  return c.json({ error: { code, message: `Refused: ${code.replaceAll('_', ' ')}` } }, status);
}
