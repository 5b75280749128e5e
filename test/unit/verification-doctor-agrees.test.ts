import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Secret } from '../../src/verification/secrets.ts';
import { bodyVariants } from '../../src/verification/doctor/body-variants.ts';
import { isStale } from '../../src/verification/verdict.ts';
import { createVerifier } from '../../src/verification/verify.ts';
import {
  NOW_MS,
  TS,
  LIVE,
  RETIRED,
  OTHER,
  SECRETS,
  BODY,
  PRETTY,
  examine,
  failing,
  detailOf,
  signed,
} from '../support/doctor-stage.ts';
import { hexHmac, profileNamed, requestOf } from '../support/signed.ts';

describe('credentials', () => {
  const secrets = (value: string): Secret[] => [
    { id: 'old', value: 'user:last-year', state: 'retiring', until: NOW_MS - 1 },
    { id: 'now', value, state: 'active', until: null },
  ];
  const basic = (value: string) => ({
    authorization: `Basic ${Buffer.from(value).toString('base64')}`,
  });

  test.each<[string, Record<string, string>, string[], RegExp]>([
    ['right', basic('user:pass'), [], /those of now/],
    ['no header', {}, ['headers', 'credentials-format', 'credentials'], /Nothing to compare/],
    [
      'another scheme',
      { authorization: 'Bearer x' },
      ['credentials-format', 'credentials'],
      /Nothing/,
    ],
    [
      'a wrong password',
      basic('user:other'),
      ['credentials'],
      /user is right, the password is another/,
    ],
    ['a wrong user', basic('who:pass'), ['credentials'], /The user is another one/],
    [
      'a retired password',
      basic('user:last-year'),
      ['credentials'],
      /those of old, which is retired/,
    ],
    ['a line end', basic('user:pass\n'), ['credentials'], /after white space or a line end/],
    ['another connection', basic(OTHER), ['credentials'], /those of the connection wms/],
  ])('%s', (_what, headers, wrong, told) => {
    const checks = examine({ profile: 'basic', headers, secrets: secrets('user:pass') });
    expect(failing(checks)).toEqual(wrong);
    expect(detailOf(checks, 'credentials')).toMatch(told);
  });
});

test('the doctor says yes exactly when the verifier does, whatever was done to a request', () => {
  const profiles = ['template', 'crossdock-v1', 'standard-webhooks', 'github', 'stripe'] as const;
  const headerName = fc.constantFrom(
    'x-signature',
    'x-event-id',
    'webhook-signature',
    'webhook-id',
    'webhook-timestamp',
    'x-hub-signature-256',
    'x-github-delivery',
    'stripe-signature',
  );
  const digest = fc.constantFrom(
    hexHmac(LIVE, BODY),
    hexHmac(RETIRED, BODY),
    hexHmac(LIVE, `evt_1.${TS}.${BODY}`),
    createHmac('sha256', LIVE).update(`evt_1.${TS}.${BODY}`).digest('base64'),
    hexHmac(LIVE, `${TS}.${BODY}`),
    '0'.repeat(64),
  );
  const value = fc.oneof(
    fc.constantFrom('evt_1', 'evt_2', 'a b', TS, String(Number(TS) - 301), ''),
    fc
      .tuple(fc.constantFrom('', 'sha256=', 'v1,', 'v2,', `t=${TS},v1=`, `v1=`), digest)
      .map(([prefix, text]) => prefix + text),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...profiles),
      fc.dictionary(headerName, value, { maxKeys: 4 }),
      fc.constantFrom(BODY, `${BODY} `, PRETTY, '', '[1'),
      fc.constantFrom(0, 299_000, 400_000),
      (name, headers, body, laterMs) => {
        const profile = profileNamed(name);
        const request = requestOf(body, headers);
        const nowMs = NOW_MS + laterMs;
        const verifier = createVerifier(profile, SECRETS);
        const verdict = verifier.verify(request, nowMs);
        const fields = fieldsOf(body);
        const sameId = verifier.idHeader === null || headers[verifier.idHeader] === fields.event_id;
        const fresh =
          verifier.bodyToleranceMs === null ||
          !isStale(Date.parse(fields.timestamp), nowMs, verifier.bodyToleranceMs);
        const right = verdict.authentic && !verdict.stale && sameId && fresh;
        const checks = examine({ profile: name, headers, body, nowMs });
        expect(checks.every(({ ok }) => ok)).toBe(right);
        const text = JSON.stringify(checks);
        for (const secret of [LIVE, RETIRED, OTHER]) expect(text).not.toContain(secret);
      },
    ),
    { numRuns: 700 },
  );
});

function fieldsOf(body: string): { event_id: string; timestamp: string } {
  try {
    return JSON.parse(body) as { event_id: string; timestamp: string };
  } catch {
    return { event_id: '', timestamp: '' };
  }
}

test('never shows what the right signature would be', () => {
  const checks = examine({ headers: signed('wrong', BODY) });
  const text = JSON.stringify(checks);
  for (const secret of [LIVE, RETIRED, OTHER]) {
    for (const encoding of ['hex', 'base64'] as const) {
      const right = createHmac('sha256', secret).update(BODY).digest(encoding);
      expect(text).not.toContain(right.slice(0, 12));
    }
  }
});

test.each([
  ['deeply nested', Buffer.from('['.repeat(100_000) + ']'.repeat(100_000))],
  ['not UTF-8', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
  ['a text', Buffer.from('"x"')],
  ['null', Buffer.from('null')],
  ['256 KiB', Buffer.from(JSON.stringify({ event_id: 'evt_1', a: 'x'.repeat(262_000) }))],
])('ends well for a body that is %s', (_what, body) => {
  const checks = examine({ body, headers: signed('wrong', body) });
  expect(failing(checks)).toContain('signature');
});

test('a body that nests deeper than any webhook is not written again in other ways', () => {
  const nested = (depth: number) => Buffer.from(`${'['.repeat(depth)} ${']'.repeat(depth)}`);
  const rewritten = (body: Buffer) =>
    [...bodyVariants(body)].filter(({ after }) => after.includes('JSON')).length;
  expect(rewritten(nested(200))).toBeGreaterThan(0);
  expect(rewritten(nested(300))).toBe(0);
});
