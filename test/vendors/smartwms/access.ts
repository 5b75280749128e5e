import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';

export interface Credentials {
  tenant: string;
  apiKey: string;
  clientId: string;
  clientSecret: string;
}

const TOKEN_SECONDS = 3600;

/** An API key, or a JWT of one hour; the tenant is named either way. */
export function createAccess(credentials: Credentials) {
  const signingKey = randomBytes(32);
  const signatureOf = (text: string): Buffer =>
    createHmac('sha256', signingKey).update(text).digest();
  const isLive = (token: string): boolean => {
    const [header = '', payload = '', signature = ''] = token.split('.');
    const offered = Buffer.from(signature, 'base64url');
    const expected = signatureOf(`${header}.${payload}`);
    if (offered.length !== expected.length || !timingSafeEqual(offered, expected)) return false;
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp: number };
    return Date.now() < exp * 1000;
  };
  const middleware: MiddlewareHandler = async (c, next) => {
    const bearer = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1];
    const isKnown = c.req.header('x-api-key') === credentials.apiKey;
    const isTenant = c.req.header('x-tenant-id') === credentials.tenant;
    if (isTenant && (isKnown || (bearer !== undefined && isLive(bearer)))) return next();
    return c.json({ error: { code: 'UNAUTHORIZED', message: 'Unknown key or tenant' } }, 401);
  };
  return {
    middleware,
    /** A token for these credentials; null when they are wrong. */
    token(given: { clientId?: unknown; clientSecret?: unknown }) {
      const { clientId, clientSecret } = credentials;
      if (given.clientId !== clientId || given.clientSecret !== clientSecret) return null;
      const encode = (value: unknown): string =>
        Buffer.from(JSON.stringify(value)).toString('base64url');
      const exp = Math.floor(Date.now() / 1000) + TOKEN_SECONDS;
      const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ sub: clientId, exp })}`;
      const accessToken = `${text}.${signatureOf(text).toString('base64url')}`;
      return { accessToken, expiresIn: TOKEN_SECONDS };
    },
  };
}
