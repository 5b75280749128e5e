import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { sign, verify } from 'hono/jwt';
import { AppError } from '../../errors.ts';

export interface AuthSettings {
  token: string;
  client: { id: string; secret: string };
  tokenLifeMs: number;
}

const ISSUER = 'crossdock-wms';
const ALGORITHM = 'HS256';

/** Who may call: the holder of the bootstrap token, or of a token that `/auth/token` gave. */
export function createAuth(settings: AuthSettings, now: () => number) {
  // Tokens given out die with the bootstrap token, so that one rotation ends all access.
  const signingKey = createHmac('sha256', settings.token).update('wms access tokens').digest('hex');
  return {
    async issue(): Promise<{ access_token: string; token_type: 'Bearer'; expires_in: number }> {
      const iat = Math.floor(now() / 1000);
      const expiresInSeconds = Math.floor(settings.tokenLifeMs / 1000);
      const claims = { iss: ISSUER, sub: settings.client.id, iat, exp: iat + expiresInSeconds };
      return {
        access_token: await sign(claims, signingKey, ALGORITHM),
        token_type: 'Bearer',
        expires_in: expiresInSeconds,
      };
    },
    isClient: (id: string, secret: string): boolean => {
      const sameId = sameText(id, settings.client.id);
      return sameText(secret, settings.client.secret) && sameId;
    },
    requireToken: ((c, next) => {
      const [scheme, token] = (c.req.header('authorization') ?? '').split(' ');
      const given = scheme?.toLowerCase() === 'bearer' ? token : undefined;
      return authorise(given).then(async (allowed) => {
        if (!allowed) throw unauthorised();
        await next();
      });
    }) satisfies MiddlewareHandler,
  };

  async function authorise(given: string | undefined): Promise<boolean> {
    if (given === undefined) return false;
    if (sameText(given, settings.token)) return true;
    try {
      await verify(given, signingKey, { alg: ALGORITHM, iss: ISSUER });
      return true;
    } catch {
      return false;
    }
  }
}

export type Auth = ReturnType<typeof createAuth>;

export function unauthorised(): AppError {
  return new AppError(
    'signature',
    'The call carries no valid token, so nothing was done. Send Authorization: Bearer with the WMS token, or with a token of POST /auth/token that has not expired.',
    { problem: 'unauthorized' },
  );
}

/** Digests have one length, so that the comparison takes the same time for every input. */
function sameText(left: string, right: string): boolean {
  return timingSafeEqual(digestOf(left), digestOf(right));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
