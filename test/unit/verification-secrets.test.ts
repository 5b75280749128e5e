import { describe, expect, test } from 'vitest';
import { ProfileSchema } from '../../src/verification/profile.ts';
import type { Secret } from '../../src/verification/secrets.ts';
import { createVerifier } from '../../src/verification/verify.ts';
import { hexHmac, profileNamed, requestOf } from '../support/signed.ts';

const BODY = '{"event_id":"evt_1"}';
const NOW_MS = 1_700_000_000_000;

const TIMELINE: Secret[] = [
  { id: 'next', value: 'secret-next', state: 'next', until: null },
  { id: 'active', value: 'secret-active', state: 'active', until: null },
  { id: 'old', value: 'secret-old', state: 'retiring', until: NOW_MS },
];

function templateVerdict(secret: string, nowMs: number, secrets = TIMELINE) {
  return createVerifier(profileNamed('template'), secrets).verify(
    requestOf(BODY, { 'x-signature': hexHmac(secret, BODY), 'x-event-id': 'evt_1' }),
    nowMs,
  );
}

describe('several live secrets', () => {
  test.each(['next', 'active'])('the %s one verifies and is named', (id) => {
    expect(templateVerdict(`secret-${id}`, NOW_MS)).toMatchObject({ secretId: id });
  });

  test('a retiring one verifies until its end and not after', () => {
    expect(templateVerdict('secret-old', NOW_MS - 1)).toMatchObject({ secretId: 'old' });
    expect(templateVerdict('secret-old', NOW_MS).authentic).toBe(false);
  });

  test('without a live secret nothing verifies', () => {
    const [, , old] = TIMELINE;
    expect(templateVerdict('secret-old', NOW_MS + 1, old ? [old] : [])).toMatchObject({
      check: 'no-live-secret',
    });
    expect(templateVerdict('', NOW_MS, [])).toMatchObject({ check: 'no-live-secret' });
  });

  test('upper-case hex is the same signature', () => {
    const headers = {
      'x-signature': hexHmac('secret-active', BODY).toUpperCase(),
      'x-event-id': 'evt_1',
    };
    const verifier = createVerifier(profileNamed('template'), TIMELINE);
    expect(verifier.verify(requestOf(BODY, headers), NOW_MS).authentic).toBe(true);
  });
});

describe('credentials', () => {
  const basic = (value: string) => `Basic ${Buffer.from(value).toString('base64')}`;

  test.each([
    ['basic', basic('user:pass'), true],
    ['basic', basic('user:pas'), false],
    ['basic', basic('user:passx'), false],
    ['basic', 'Basic', false],
    ['basic', 'Basic !!!', false],
    ['basic', 'Bearer user:pass', false],
    ['bearer', 'Bearer user-pass', true],
    ['bearer', 'bearer user-pass', true],
    ['bearer', 'Bearer user-pass2', false],
    ['bearer', 'Bearer ', false],
    ['bearer', 'user-pass', false],
  ])('%s with %j: %s', (name, value, authentic) => {
    const secret = name === 'basic' ? 'user:pass' : 'user-pass';
    const verifier = createVerifier(profileNamed(name), [
      { id: 's1', value: secret, state: 'active', until: null },
    ]);
    const verdict = verifier.verify(requestOf(BODY, { authorization: value }), NOW_MS);
    expect(verdict.authentic).toBe(authentic);
  });

  test('a missing header is refused', () => {
    const verifier = createVerifier(profileNamed('bearer'), TIMELINE);
    expect(verifier.verify(requestOf(BODY, {}), NOW_MS)).toMatchObject({
      check: 'credentials-missing',
    });
  });
});

describe('a profile is data', () => {
  test('a vendor that signs method, url and time needs no code', () => {
    const profile = ProfileSchema.parse({
      kind: 'hmac',
      algorithm: 'sha512',
      key: 'utf8',
      header: 'x-vendor-sign',
      encoding: 'base64',
      grammar: { list: 'single', prefix: 'v3:' },
      signedString: '{method}|{url}|{body}|{ts}',
      id: null,
      timestamp: { from: 'header', header: 'x-vendor-time' },
      toleranceMs: 60_000,
    });
    expect(profile.kind).toBe('hmac');
  });

  test('a template that names an id no header supplies is refused', () => {
    const parsed = ProfileSchema.safeParse({
      kind: 'hmac',
      algorithm: 'sha256',
      key: 'utf8',
      header: 'x-signature',
      encoding: 'hex',
      grammar: { list: 'single' },
      signedString: '{id}.{body}',
      id: null,
      timestamp: null,
    });
    expect(parsed.success).toBe(false);
  });

  test('the separate timestamp of crossdock-v1 must equal the signed one', () => {
    const ts = '1700000000';
    const verifier = createVerifier(profileNamed('crossdock-v1'), TIMELINE);
    const signature = `t=${ts},v1=${hexHmac('secret-active', `evt_1.${ts}.`, BODY)}`;
    const verdictOf = (headers: Record<string, string>) =>
      verifier.verify(
        requestOf(BODY, { 'x-signature': signature, 'x-event-id': 'evt_1', ...headers }),
        NOW_MS,
      );
    expect(verdictOf({}).authentic).toBe(true);
    expect(verdictOf({ 'x-timestamp': ts }).authentic).toBe(true);
    expect(verdictOf({ 'x-timestamp': '1700000001' })).toMatchObject({ check: 'timestamp-echo' });
  });
});
