import { afterEach, describe, expect, test } from 'vitest';
import { readFailure } from '../../src/connections/attempt.ts';
import type { ResolvedAuth } from '../../src/connections/auth/resolved.ts';
import type { HttpCall, HttpClient, HttpResult } from '../../src/connections/http.ts';
import {
  loginAuth,
  oauthAt,
  provenClient,
  startDoorkeeper,
  type Doorkeeper,
} from '../support/vendor-auth-stage.ts';
import { startStub } from '../support/vendor-stub.ts';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

function kept<T extends { close(): Promise<void> }>(one: T): T {
  open.push(one);
  return one;
}

async function door(...args: Parameters<typeof startDoorkeeper>): Promise<Doorkeeper> {
  const keeper = await startDoorkeeper(...args);
  kept(keeper.stub);
  return keeper;
}

function post(key: string): HttpCall {
  return { method: 'POST', path: '/effects', body: {}, idempotencyKey: key };
}

function send(http: HttpClient, key = 'k'): Promise<HttpResult> {
  return http.call(post(key), 2000);
}

describe('credentials that never change', () => {
  const FIXED: [ResolvedAuth, string, string | undefined][] = [
    [{ kind: 'none' }, 'authorization', undefined],
    [{ kind: 'header', header: 'X-Api-Key', value: 'k-1' }, 'x-api-key', 'k-1'],
    [{ kind: 'bearer', token: 't-1' }, 'authorization', 'Bearer t-1'],
    [{ kind: 'basic', user: 'ä', password: 'p:ö' }, 'authorization', 'Basic w6Q6cDrDtg=='],
  ];

  test.each(FIXED)('%o', async (auth, header, value) => {
    const stub = kept(await startStub(() => ({ status: 401, text: 'go' })));
    const http = kept(provenClient(stub.url, auth));
    expect(await send(http)).toMatchObject({ kind: 'answer', status: 401 });
    expect(stub.calls.map(({ headers }) => headers[header])).toEqual([value]);
  });

  test('are taken out of what the far side says of them', async () => {
    const stub = kept(
      await startStub(({ headers }) => ({ status: 401, text: `not ${headers['x-key']}!` })),
    );
    const auth = { kind: 'header', header: 'X-Key', value: 'very-secret' } as const;
    const http = kept(provenClient(stub.url, auth));
    expect(readFailure(await send(http))).toEqual({
      kind: 'refused',
      status: 401,
      error: 'HTTP 401: not [redacted]!',
    });
  });

  test('that no header can hold are never shown', async () => {
    const stub = kept(await startStub(() => ({ status: 200 })));
    const http = kept(provenClient(stub.url, { kind: 'bearer', token: 'very-secret\n' }));
    const result = await send(http);
    expect(result.kind).not.toBe('answer');
    expect(JSON.stringify(result)).not.toContain('very-secret');
  });
});

describe('client credentials', () => {
  test('are traded once for a token that all calls carry', async () => {
    const keeper = await door();
    const http = kept(provenClient(keeper.stub.url, oauthAt(keeper.stub.url)));
    await Promise.all([send(http), send(http), send(http)]);
    expect(await send(http)).toMatchObject({ status: 200 });
    expect(keeper.logins).toHaveLength(1);
    expect(keeper.logins[0]).toMatchObject({
      method: 'POST',
      text: 'grant_type=client_credentials',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from('crossdock:hush-hush').toString('base64')}`,
      },
    });
  });

  test('are form-encoded in the header, and stand in the form where they are wanted there', async () => {
    const keeper = await door();
    const { url } = keeper.stub;
    const odd = { ...oauthAt('https://unused.example'), clientId: 'a b', clientSecret: 'x:ü%' };
    const own = { ...odd, tokenUrl: '/oauth/token' };
    await send(kept(provenClient(url, own)));
    await send(kept(provenClient(url, { ...own, credentials: 'form', scope: 'picks read' })));
    const [basic, form] = keeper.logins;
    const header = basic?.headers['authorization']?.slice('Basic '.length) ?? '';
    expect(Buffer.from(header, 'base64').toString()).toBe('a+b:x%3A%C3%BC%25');
    expect(form?.headers['authorization']).toBeUndefined();
    expect(Object.fromEntries(new URLSearchParams(form?.text))).toEqual({
      grant_type: 'client_credentials',
      scope: 'picks read',
      client_id: 'a b',
      client_secret: 'x:ü%',
    });
  });
});

describe('a two-step login', () => {
  test('sends its fields as JSON and shows the token as the vendor wants it', async () => {
    const keeper = await door((token) => ({ data: { jwt: token, ttl: '3600' } }));
    const http = kept(provenClient(keeper.stub.url, loginAuth()));
    expect(await send(http)).toMatchObject({ status: 200 });
    expect(keeper.logins[0]?.body).toEqual({ client_id: 'crossdock', client_secret: 'hush-hush' });
    expect(keeper.stub.calls.at(-1)?.headers['x-session']).toBe('Bearer token-1-secret');
  });
});

describe('a token that ends', () => {
  test('with 20 calls in flight is renewed once, and each effect is done once', async () => {
    const keeper = await door();
    const http = kept(provenClient(keeper.stub.url, oauthAt(keeper.stub.url)));
    await send(http, 'first');
    keeper.revoke();
    const keys = Array.from({ length: 20 }, (_, n) => `k-${n}`);
    const results = await Promise.all(keys.map((key) => send(http, key)));
    expect(results.map((result) => result.kind === 'answer' && result.status)).toEqual(
      keys.map(() => 200),
    );
    expect(keeper.given).toHaveLength(2);
    expect(keeper.effects.toSorted()).toEqual(['first', ...keys].toSorted());
  });

  test('is renewed early by one of 20 calls, and none of them is refused', async () => {
    const keeper = await door();
    let at = 0;
    const now = () => at;
    const http = kept(provenClient(keeper.stub.url, oauthAt(keeper.stub.url), { now }));
    await send(http);
    at = 3_539_000;
    await send(http);
    expect(keeper.given).toHaveLength(1);
    at = 3_540_000;
    await Promise.all(Array.from({ length: 20 }, () => send(http)));
    expect(keeper.given).toHaveLength(2);
    expect(keeper.effects).toHaveLength(22);
    expect(keeper.stub.calls).toHaveLength(24);
  });

  test('serves until its end when it cannot be renewed early', async () => {
    const keeper = await door();
    let at = 0;
    const http = kept(provenClient(keeper.stub.url, oauthAt(keeper.stub.url), { now: () => at }));
    await send(http);
    keeper.login({ status: 503 });
    at = 3_599_000;
    expect(await send(http)).toMatchObject({ status: 200 });
    at = 3_600_000;
    expect(await send(http)).toMatchObject({ kind: 'unreachable' });
  });

  test('lives as long as the file says when the answer does not say', async () => {
    const keeper = await door((token) => ({ access_token: token }));
    const { url } = keeper.stub;
    let at = 0;
    const lifetime = { expiresIn: null, seconds: 100, earlySeconds: 90 };
    const auth = { ...oauthAt(url), lifetime };
    const http = kept(provenClient(url, auth, { now: () => at }));
    await send(http);
    // Half of its life is the most that it is renewed early.
    at = 49_000;
    await send(http);
    expect(keeper.given).toHaveLength(1);
    at = 50_000;
    await send(http);
    expect(keeper.given).toHaveLength(2);
  });

  test('that stays refused is tried exactly once more', async () => {
    const keeper = await door();
    const { url } = keeper.stub;
    const http = kept(provenClient(url, oauthAt(url)));
    keeper.stub.disturb(({ path }) => (path === '/effects' ? { status: 401 } : undefined));
    expect(await send(http)).toMatchObject({ kind: 'answer', status: 401 });
    expect(keeper.stub.calls.filter(({ path }) => path === '/effects')).toHaveLength(2);
    expect(keeper.given).toHaveLength(2);
  });
});

describe('a login that fails', () => {
  test.each([500, 503, 429, 408])('with %i is worth another attempt', async (status) => {
    const keeper = await door();
    const http = kept(provenClient(keeper.stub.url, oauthAt(keeper.stub.url)));
    keeper.login({ status, text: 'hush-hush' });
    const result = await send(http);
    expect(result).toEqual({
      kind: 'unreachable',
      error: `The login of acme fails: HTTP ${status}`,
    });
    keeper.login(null);
    expect(await send(http)).toMatchObject({ status: 200 });
  });

  test('to answer is worth another attempt, whether or not it can be reached', async () => {
    const keeper = await door();
    const { url } = keeper.stub;
    keeper.login('hang');
    const silent = await send(kept(provenClient(url, oauthAt(url), { timeoutMs: 100 })));
    expect(silent).toMatchObject({ kind: 'unreachable' });
    const away = await send(kept(provenClient(url, oauthAt('http://127.0.0.1:1'))));
    expect(away).toMatchObject({ kind: 'unreachable' });
    expect(keeper.effects).toEqual([]);
  });

  test('by a refusal is final, and says so without a secret', async () => {
    const keeper = await door();
    const http = kept(provenClient(keeper.stub.url, oauthAt(keeper.stub.url)));
    keeper.login({ status: 400, body: { error: 'invalid_client', got: 'hush-hush' } });
    expect(readFailure(await send(http))).toEqual({
      kind: 'refused',
      status: 400,
      cause: 'credentials refused',
      error:
        'The credentials of connection acme are refused: its login answered HTTP 400 (invalid_client). Check them, then replay.',
    });
    expect(keeper.effects).toEqual([]);
  });

  test('to give a token is final', async () => {
    const keeper = await door(() => ({ token: 'elsewhere' }));
    const http = kept(provenClient(keeper.stub.url, oauthAt(keeper.stub.url)));
    const attempt = readFailure(await send(http));
    expect(attempt).toMatchObject({ kind: 'refused', status: 200 });
    expect(attempt).toHaveProperty(
      'error',
      expect.stringContaining('answers no token at access_token'),
    );
  });

  test('after a 401 is told in place of it', async () => {
    const keeper = await door();
    const http = kept(provenClient(keeper.stub.url, oauthAt(keeper.stub.url)));
    await send(http);
    keeper.revoke();
    keeper.login({ status: 401, body: { error: 'invalid_client' } });
    expect(await send(http)).toMatchObject({ kind: 'denied', status: 401 });
    keeper.login({ status: 502 });
    expect(await send(http)).toMatchObject({ kind: 'unreachable' });
    keeper.login(null);
    expect(await send(http)).toMatchObject({ kind: 'answer', status: 200 });
  });
});
