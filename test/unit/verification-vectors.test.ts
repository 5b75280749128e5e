import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createVerifier } from '../../src/verification/verify.ts';
import { hexHmac, profileNamed, requestOf } from '../support/signed.ts';

const KEY = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const BODY = '{"test": 2432232314}';
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const AT_S = 1_614_265_330;
const GOOD = 'g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const OTHER = 'Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=';

function standard(secret = KEY, profile = 'standard-webhooks') {
  const verifier = createVerifier(profileNamed(profile), [
    { id: 's1', value: secret, state: 'active', until: null },
  ]);
  return (headers: Record<string, string>, body: Buffer | string = BODY, nowS = AT_S) =>
    verifier.verify(
      requestOf(body, { 'webhook-id': ID, 'webhook-timestamp': String(AT_S), ...headers }),
      nowS * 1000,
    );
}

function sign(secret: string, ...parts: string[]): string {
  return createHmac('sha256', Buffer.from(secret, 'base64'))
    .update(parts.join('.'))
    .digest('base64');
}

describe('the published vectors', () => {
  test('V1: standard-webhooks v1 verifies', () => {
    expect(standard()({ 'webhook-signature': `v1,${GOOD}` })).toEqual({
      authentic: true,
      secretId: 's1',
      stale: false,
    });
  });

  test('V2: the minified contact.created example verifies', () => {
    const body =
      '{"type":"contact.created","timestamp":"2022-11-03T20:26:10.344522Z","data":{"id":"1f81eb52-5198-4599-803e-771906343485"}}';
    const verdict = standard()(
      {
        'webhook-id': 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W',
        'webhook-timestamp': '1674087231',
        'webhook-signature': 'v1,ARw42xaAApl/nxRo+iPGYwSaMQaOwMo2eyH5JBRA+bQ=',
      },
      body,
      1_674_087_231,
    );
    expect(verdict.authentic).toBe(true);
  });

  test('V3: standard-webhooks v1a verifies with the public key', () => {
    const verify = standard(
      'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=',
      'standard-webhooks-v1a',
    );
    const signature =
      'hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==';
    expect(verify({ 'webhook-signature': `v1a,${signature}` }).authentic).toBe(true);
    expect(verify({ 'webhook-signature': `v1,${signature}` }).authentic).toBe(false);
    expect(verify({ 'webhook-signature': `v1a,${signature}` }, `${BODY} `).authentic).toBe(false);
  });

  test('V4: the GitHub example verifies', () => {
    const verifier = createVerifier(profileNamed('github'), [
      { id: 's1', value: "It's a Secret to Everybody", state: 'active', until: null },
    ]);
    const digest = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    const at = (value: string) =>
      verifier.verify(
        requestOf('Hello, World!', { 'x-hub-signature-256': value, 'x-github-delivery': 'd-1' }),
        0,
      ).authentic;
    expect(at(`sha256=${digest}`)).toBe(true);
    expect(at(digest)).toBe(false);
    expect(at(`sha1=${digest}`)).toBe(false);
  });
});

describe('V5: the list `t=..,v1=..`', () => {
  const secret = 'a-secret-of-stripe';
  const verifier = createVerifier(profileNamed('stripe'), [
    { id: 's1', value: secret, state: 'active', until: null },
  ]);
  const good = hexHmac(secret, `${AT_S}.${BODY}`);
  const bad = hexHmac('other', BODY);
  const verdictOf = (value: string, nowS = AT_S) =>
    verifier.verify(requestOf(BODY, { 'stripe-signature': value }), nowS * 1000);

  test.each([
    ['t first', `t=${AT_S},v1=${good}`, true],
    ['t not first', `v1=${good},t=${AT_S}`, true],
    ['several with one good', `t=${AT_S},v1=${bad},v1=${good}`, true],
    ['other versions beside it', `t=${AT_S},v0=${bad},v1=${good}`, true],
    ['several with none good', `t=${AT_S},v1=${bad},v1=${bad}`, false],
    ['the right digest under another version', `t=${AT_S},v2=${good}`, false],
    ['t given twice', `t=${AT_S},t=${AT_S},v1=${good}`, false],
    ['t missing', `v1=${good}`, false],
    [
      'the last digit changed',
      `t=${AT_S},v1=${good.slice(0, -1)}${good.endsWith('0') ? 1 : 0}`,
      false,
    ],
    ['six signatures', `t=${AT_S},${Array(6).fill(`v1=${good}`).join(',')}`, false],
    ['five signatures', `t=${AT_S},${Array(5).fill(`v1=${good}`).join(',')}`, true],
  ])('%s', (_name, value, authentic) => {
    expect(verdictOf(value).authentic).toBe(authentic);
  });

  test('an expired one is authentic and stale', () => {
    expect(verdictOf(`t=${AT_S},v1=${good}`, AT_S + 301)).toMatchObject({
      authentic: true,
      stale: true,
    });
  });
});

describe('the negative set of the reference suites', () => {
  test.each(['', 'whsec_', 'whsec_%'])('the secret %j cannot be used', (value) => {
    expect(() => standard(value)).toThrow();
  });

  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('%s missing', (missing) => {
    const headers: Record<string, string> = {
      'webhook-id': ID,
      'webhook-timestamp': String(AT_S),
      'webhook-signature': `v1,${GOOD}`,
    };
    delete headers[missing];
    const verifier = createVerifier(profileNamed('standard-webhooks'), [
      { id: 's1', value: KEY, state: 'active', until: null },
    ]);
    expect(verifier.verify(requestOf(BODY, headers), AT_S * 1000)).toEqual({
      authentic: false,
      check: 'header-missing',
      header: missing,
    });
  });

  test.each(['hello', '1614265330abc', ' 1614265330', '1614265330.5', '16142653300', ''])(
    'the timestamp %j is refused even when it is signed',
    (ts) => {
      const verdict = standard()({
        'webhook-timestamp': ts,
        'webhook-signature': `v1,${sign(KEY.slice(6), ID, ts, BODY)}`,
      });
      expect(verdict).toMatchObject({ authentic: false, check: 'timestamp-malformed' });
    },
  );

  test.each([
    `v1,`,
    'v1,dawfeoifkpqwoekfpqoekf',
    `v1,${GOOD.slice(0, 8)}`,
    `v2,${GOOD}`,
    GOOD,
    '',
    `v1,${GOOD}=`,
    `v1, ${GOOD}`,
    `V1,${GOOD}`,
  ])('the signature %j is refused', (value) => {
    expect(standard()({ 'webhook-signature': value }).authentic).toBe(false);
  });

  test('a good one in the middle of a list passes', () => {
    const value = `v1,${OTHER} v2,${OTHER} v1,${GOOD} v1,${OTHER}`;
    expect(standard()({ 'webhook-signature': value }).authentic).toBe(true);
  });

  test('a header given twice is refused', () => {
    const value = `v1,${GOOD}, v1,${GOOD}`;
    expect(standard()({ 'webhook-signature': value }).authentic).toBe(false);
    const twice = standard()({ 'webhook-id': `${ID}, ${ID}`, 'webhook-signature': `v1,${GOOD}` });
    expect(twice).toMatchObject({ check: 'id-malformed' });
  });

  test.each([
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS='],
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBr', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBr=='],
  ])('the unpadded secret %s equals its padded form', (secret, padded) => {
    const signature = sign(padded, ID, String(AT_S), BODY);
    expect(standard(secret)({ 'webhook-signature': `v1,${signature}` }).authentic).toBe(true);
  });

  test('an empty body verifies', () => {
    const signature = sign(KEY.slice(6), ID, String(AT_S), '');
    expect(standard()({ 'webhook-signature': `v1,${signature}` }, '').authentic).toBe(true);
  });

  test('an id with a dot is refused where ids stand between dots', () => {
    const verdict = standard()({
      'webhook-id': 'msg.1',
      'webhook-signature': `v1,${sign(KEY.slice(6), 'msg.1', String(AT_S), BODY)}`,
    });
    expect(verdict).toMatchObject({ authentic: false, check: 'id-malformed' });
  });

  test('a flipped byte outside UTF-8 is refused', () => {
    const body = Buffer.from([0x7b, 0x80, 0xff, 0x7d]);
    const signature = createHmac('sha256', Buffer.from(KEY.slice(6), 'base64'))
      .update(`${ID}.${AT_S}.`)
      .update(body)
      .digest('base64');
    const verify = standard();
    expect(verify({ 'webhook-signature': `v1,${signature}` }, body).authentic).toBe(true);
    const flipped = Buffer.from([0x7b, 0x81, 0xff, 0x7d]);
    expect(verify({ 'webhook-signature': `v1,${signature}` }, flipped).authentic).toBe(false);
  });

  test.each([
    [-301, true],
    [-300, false],
    [0, false],
    [300, false],
    [301, true],
  ])('%i s of skew: stale %s', (skewS, stale) => {
    const verdict = standard()({ 'webhook-signature': `v1,${GOOD}` }, BODY, AT_S + skewS);
    expect(verdict).toEqual({ authentic: true, secretId: 's1', stale });
  });
});
