import type { HttpClient } from '../http.ts';
import { fixedHeaders, secretsOf, tokenHeaders } from './credentials.ts';
import { fetchToken, isBelow } from './fetch-token.ts';
import { redact } from './redact.ts';
import type { ResolvedAuth, TokenAuth } from './resolved.ts';
import { createTokenKeeper, type Fetched, type NoToken, type Token } from './token-keeper.ts';

/** Headers that prove who we are; `token` null when they never change. */
export interface Proof {
  headers: Readonly<Record<string, string>>;
  token: Token | null;
}

export interface Auth {
  prove(): Promise<Proof | NoToken>;
  /** What to try after a 401 to a call with this proof; null when there is nothing else. */
  proveAfter(refused: Proof): Promise<Proof | NoToken | null>;
  /** Takes our credentials, and the token that a call was made with, out of a text. */
  redact(text: string, token: string | undefined): string;
  close(): Promise<void>;
}

export interface AuthOptions {
  /** Name of the connection, for messages. */
  connection: string;
  auth: ResolvedAuth;
  /** The connection's own client, without authentication: a two-step login goes through it. */
  http: HttpClient;
  /** A client for another address: where an OAuth server lives. */
  connect(baseUrl: string): HttpClient;
  /** How long a login may take. */
  timeoutMs: number;
  now?: () => number;
}

export function createAuth(options: AuthOptions): Auth {
  const { auth } = options;
  return 'lifetime' in auth ? createTokenAuth(options, auth) : createFixedAuth(auth);
}

function createFixedAuth(auth: Exclude<ResolvedAuth, TokenAuth>): Auth {
  const proof: Proof = { headers: fixedHeaders(auth), token: null };
  const secrets = secretsOf(auth);
  return {
    prove: () => Promise.resolve(proof),
    proveAfter: () => Promise.resolve(null),
    redact: (text) => redact(text, secrets),
    close: () => Promise.resolve(),
  };
}

function createTokenAuth(options: AuthOptions, auth: TokenAuth): Auth {
  const { connection, timeoutMs, now = Date.now } = options;
  const own =
    auth.kind === 'oauth2' && !isBelow(auth.tokenUrl) ? options.connect(auth.tokenUrl) : null;
  const http = own ?? options.http;
  const keeper = createTokenKeeper({
    fetch: () => fetchToken({ connection, auth, http, timeoutMs, now }),
    now,
  });
  const proofOf = (fetched: Fetched): Proof | NoToken =>
    'failure' in fetched
      ? fetched.failure
      : { headers: tokenHeaders(auth, fetched.token.text), token: fetched.token };
  const secrets = secretsOf(auth);
  return {
    prove: async () => proofOf(await keeper.current()),
    async proveAfter({ token }) {
      return token === null ? null : proofOf(await keeper.after(token));
    },
    redact: (text, token) => redact(text, token === undefined ? secrets : [...secrets, token]),
    close: () => own?.close() ?? Promise.resolve(),
  };
}
