import { valueAt } from '../../wiring/condition.ts';
import type { TokenLifetime } from '../../wiring/spec.ts';
import type { HttpCall, HttpClient, HttpResult } from '../http.ts';
import { basic, secretsOf } from './credentials.ts';
import type { TokenAuth } from './resolved.ts';
import type { Fetched, NoToken } from './token-keeper.ts';

export interface FetchTokenOptions {
  connection: string;
  auth: TokenAuth;
  /** Where the token is asked for. */
  http: HttpClient;
  timeoutMs: number;
  now: () => number;
}

/** Trades the credentials for a token. Says what failed, and nothing of what was sent or answered. */
export async function fetchToken(options: FetchTokenOptions): Promise<Fetched> {
  const { auth, http, timeoutMs, now } = options;
  const askedAt = now();
  const result = await http.call(callOf(auth), timeoutMs);
  const failure = failureOf(options, result);
  if (failure !== null) return { failure };
  const body = result.kind === 'answer' ? result.body : undefined;
  const path = auth.kind === 'oauth2' ? 'access_token' : auth.token;
  const text = valueAt(body, path.split('.'));
  if (typeof text !== 'string' || !HEADER_TEXT.test(text)) {
    const status = result.kind === 'answer' ? result.status : 0;
    return { failure: denied(options, status, `its login answers no token at ${path}`) };
  }
  return { token: { text, ...timesOf(auth.lifetime, body, askedAt) } };
}

/** What may stand in a header (RFC 9110). */
const HEADER_TEXT = /^[\u0021-\u007e][\u0020-\u007e]*$/;

/** Statuses that speak of the moment, not of the credentials. */
const PASSING = new Set([408, 425, 429]);

function callOf(auth: TokenAuth): HttpCall {
  if (auth.kind === 'login') {
    return { method: 'POST', path: auth.path, body: Object.fromEntries(auth.send) };
  }
  const { tokenUrl, clientId, clientSecret, credentials, scope } = auth;
  const inForm = credentials === 'form';
  return {
    method: 'POST',
    path: isBelow(tokenUrl) ? tokenUrl : '',
    form: {
      grant_type: 'client_credentials',
      ...(scope === null ? {} : { scope }),
      ...(inForm ? { client_id: clientId, client_secret: clientSecret } : {}),
    },
    ...(inForm
      ? {}
      : { headers: { authorization: basic(formText(clientId), formText(clientSecret)) } }),
  };
}

/** A token address that begins with a slash is the connection's own. */
export function isBelow(tokenUrl: string): boolean {
  return tokenUrl.startsWith('/');
}

/** RFC 6749, 2.3.1: both are form-encoded before they go into the header. */
function formText(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

function failureOf(options: FetchTokenOptions, result: HttpResult): NoToken | null {
  const { connection } = options;
  if (result.kind === 'denied') return result;
  if (result.kind !== 'answer') {
    return { kind: 'unreachable', error: `The login of ${connection} fails: ${result.error}` };
  }
  const { status } = result;
  if (status >= 200 && status < 300) return null;
  if (status >= 500 || PASSING.has(status)) {
    return { kind: 'unreachable', error: `The login of ${connection} fails: HTTP ${status}` };
  }
  return denied(
    options,
    status,
    `its login answered HTTP ${status}${codeIn(options, result.body)}`,
  );
}

/** The error code of RFC 6749, 5.2: one of a few words, and no secret. */
function codeIn({ auth }: FetchTokenOptions, body: unknown): string {
  const code = valueAt(body, ['error']);
  const isCode = typeof code === 'string' && /^[a-z_]{1,40}$/.test(code);
  return isCode && !secretsOf(auth).includes(code) ? ` (${code})` : '';
}

function denied({ connection }: FetchTokenOptions, status: number, why: string): NoToken {
  const error = `The credentials of connection ${connection} are refused: ${why}. Check them, then replay.`;
  return { kind: 'denied', status, error };
}

/** A vendor that gives tokens of a minute is not asked for another at every call. */
const EARLY_PART_MAX = 0.5;

function timesOf(
  { expiresIn, seconds, earlySeconds }: TokenLifetime,
  body: unknown,
  askedAt: number,
): { renewAt: number; endsAt: number } {
  const said = expiresIn === null ? Number.NaN : Number(valueAt(body, expiresIn.split('.')));
  const lifeMs = 1000 * (said > 0 ? said : seconds);
  const endsAt = askedAt + lifeMs;
  return { endsAt, renewAt: endsAt - Math.min(earlySeconds * 1000, lifeMs * EARLY_PART_MAX) };
}
