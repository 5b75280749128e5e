import { createAuth, type AuthOptions } from '../../src/connections/auth/create-auth.ts';
import type { ResolvedAuth } from '../../src/connections/auth/resolved.ts';
import { withAuth } from '../../src/connections/auth/with-auth.ts';
import type { HttpClient } from '../../src/connections/http.ts';
import { clientTo } from './vendor-spec.ts';
import { startStub, type Stub, type StubCall, type StubReply } from './vendor-stub.ts';

/** A system that lets in who has its token of today, and does each effect that is asked of it. */
export interface Doorkeeper {
  stub: Stub;
  /** Tokens that were given, in order. */
  given: string[];
  /** Effects, by idempotency key. */
  effects: string[];
  logins: StubCall[];
  /** The tokens given so far open nothing any more. */
  revoke(): void;
  /** How the next logins are answered, in place of a token. */
  login(reply: StubReply | 'hang' | null): void;
}

const LOGINS = ['/oauth/token', '/auth/token'];

export async function startDoorkeeper(
  answerOf: (token: string) => unknown = (token) => ({ access_token: token, expires_in: 3600 }),
): Promise<Doorkeeper> {
  const given: string[] = [];
  const effects: string[] = [];
  const logins: StubCall[] = [];
  let good: string | undefined;
  const stub = await startStub(async (call) => {
    if (LOGINS.includes(call.path)) {
      logins.push(call);
      // Long enough for every call to find the login under way.
      await new Promise((resolve) => setTimeout(resolve, 30));
      good = `token-${given.length + 1}-secret`;
      given.push(good);
      return { status: 200, body: answerOf(good) };
    }
    const shown = call.headers['authorization'] ?? call.headers['x-session'];
    if (shown !== `Bearer ${good}`) {
      return { status: 401, body: { error: `${shown} is no good` } };
    }
    effects.push(call.headers['idempotency-key'] ?? '');
    return { status: 200, body: { ok: true } };
  });
  return {
    ...{ stub, given, effects, logins },
    revoke: () => void (good = undefined),
    login: (reply) =>
      stub.disturb(
        reply === null ? null : ({ path }) => (LOGINS.includes(path) ? reply : undefined),
      ),
  };
}

export function provenClient(
  url: string,
  auth: ResolvedAuth,
  options: Partial<AuthOptions> = {},
): HttpClient {
  const http = clientTo(url);
  return withAuth(
    http,
    createAuth({ connection: 'acme', auth, http, connect: clientTo, timeoutMs: 500, ...options }),
  );
}

export function oauthAt(url: string): Extract<ResolvedAuth, { kind: 'oauth2' }> {
  return {
    kind: 'oauth2',
    tokenUrl: `${url}/oauth/token`,
    clientId: 'crossdock',
    clientSecret: 'hush-hush',
    scope: null,
    credentials: 'basic',
    lifetime: { expiresIn: 'expires_in', seconds: 3600, earlySeconds: 60 },
  };
}

export function loginAuth(): Extract<ResolvedAuth, { kind: 'login' }> {
  return {
    kind: 'login',
    path: '/auth/token',
    send: new Map([
      ['client_id', 'crossdock'],
      ['client_secret', 'hush-hush'],
    ]),
    token: 'data.jwt',
    header: 'X-Session',
    template: 'Bearer {token}',
    lifetime: { expiresIn: 'data.ttl', seconds: 3600, earlySeconds: 60 },
  };
}
