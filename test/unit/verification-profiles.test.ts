import { createHmac, createPrivateKey, sign as signBytes } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { PROFILES, profileNameOf } from '../../src/verification/profiles.ts';
import { ProfileSchema } from '../../src/verification/profile.ts';
import type { Secret } from '../../src/verification/secrets.ts';
import { createVerifier } from '../../src/verification/verify.ts';
import { makeSecret } from '../../src/secrets/generate.ts';
import { profileNamed, requestOf } from '../support/signed.ts';

const NOW_MS = 1_700_000_000_000;
const TS = '1700000000';
const ID = 'evt_1';

/** Signs as the vendors document it, written apart from the engine. */
const hmac = (secret: string | Buffer, ...parts: (string | Buffer)[]) => {
  const made = createHmac('sha256', secret);
  for (const part of parts) made.update(part);
  return made;
};
const whsec = (secret: string) => Buffer.from(secret.slice('whsec_'.length), 'base64');
const PKCS8_SEED = Buffer.from('302e020100300506032b657004220420', 'hex');

function ed25519(secret: string, bytes: Buffer): string {
  const seed = Buffer.from(secret.slice('whsk_'.length), 'base64').subarray(0, 32);
  const der = Buffer.concat([PKCS8_SEED, seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return signBytes(null, bytes, key).toString('base64');
}

const signedBy = (body: Buffer) => Buffer.concat([Buffer.from(`${ID}.${TS}.`), body]);

const SIGN: Record<string, (secret: string, body: Buffer) => Record<string, string>> = {
  template: (secret, body) => ({
    'x-signature': hmac(secret, body).digest('hex'),
    'x-event-id': ID,
  }),
  'crossdock-v1': (secret, body) => ({
    'x-signature': `t=${TS},v1=${hmac(secret, signedBy(body)).digest('hex')}`,
    'x-event-id': ID,
  }),
  'standard-webhooks': (secret, body) => ({
    'webhook-id': ID,
    'webhook-timestamp': TS,
    'webhook-signature': `v1,${hmac(whsec(secret), signedBy(body)).digest('base64')}`,
  }),
  'standard-webhooks-v1a': (secret, body) => ({
    'webhook-id': ID,
    'webhook-timestamp': TS,
    'webhook-signature': `v1a,${ed25519(secret, signedBy(body))}`,
  }),
  smartwms: (secret, body) => ({ 'x-smartwms-signature': hmac(secret, body).digest('hex') }),
  github: (secret, body) => ({
    'x-hub-signature-256': `sha256=${hmac(secret, body).digest('hex')}`,
    'x-github-delivery': 'd-1',
  }),
  shopify: (secret, body) => ({
    'x-shopify-hmac-sha256': hmac(secret, body).digest('base64'),
    'x-shopify-webhook-id': 'w-1',
  }),
  stripe: (secret, body) => ({
    'stripe-signature': `t=${TS},v1=${hmac(secret, `${TS}.`, body).digest('hex')},v0=00`,
  }),
  basic: (secret) => ({ authorization: `Basic ${Buffer.from(secret).toString('base64')}` }),
  bearer: (secret) => ({ authorization: `Bearer ${secret}` }),
};

const NAMES = [...PROFILES.keys()];
const SIGNATURE_HEADERS = NAMES.map((name) => profileNamed(name).header);

const active = (id: string, value: string): Secret => ({ id, value, state: 'active', until: null });

function signerOf(name: string): NonNullable<(typeof SIGN)[string]> {
  const sign = SIGN[name];
  if (sign === undefined) throw new Error(`The tests sign nothing for ${name}.`);
  return sign;
}

test('the tests sign for every shipped profile, each known by its name', () => {
  expect(Object.keys(SIGN).toSorted()).toEqual(NAMES.toSorted());
  for (const name of NAMES) expect(profileNameOf(profileNamed(name))).toBe(name);
});

describe.each(NAMES)('profile %s', (name) => {
  const profile = profileNamed(name);
  const secretOf = () => makeSecret(profile, undefined);

  test('takes what its vendor signs with a secret that we made, under any of three', () => {
    const made = [secretOf(), secretOf(), secretOf()];
    const secrets = made.map(({ kept }, index) => active(`s${index}`, kept));
    const verifier = createVerifier(profile, secrets);
    for (const [index, { shown }] of made.entries()) {
      const body = Buffer.from('{"event_id":"evt_1","a":"é"}');
      const request = requestOf(body, signerOf(name)(shown, body));
      expect(verifier.verify(request, NOW_MS)).toEqual({
        authentic: true,
        secretId: `s${index}`,
        stale: false,
      });
    }
    const other = secretOf().shown;
    const body = Buffer.from('{}');
    const verdict = verifier.verify(requestOf(body, signerOf(name)(other, body)), NOW_MS);
    expect(verdict).toMatchObject({ authentic: false, check: 'signature-mismatch' });
  });

  test('refuses every altered byte of what is signed and of the signature', () => {
    const { shown, kept } = secretOf();
    const verifier = createVerifier(profile, [active('s', kept)]);
    const whole = profile.kind === 'hmac' || profile.kind === 'ed25519';
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (array, position, flip) => {
          const body = Buffer.from(array);
          const headers = signerOf(name)(shown, body);
          expect(verifier.verify(requestOf(body, headers), NOW_MS).authentic).toBe(true);
          if (whole) {
            const altered = Buffer.from(body);
            const at = position % altered.length;
            altered[at] = (altered[at] ?? 0) ^ flip;
            expect(verifier.verify(requestOf(altered, headers), NOW_MS).authentic).toBe(false);
          }
          const value = headers[profile.header] ?? '';
          const end = value.replace(/,v0=00$/, '').replace(/=+$/, '').length;
          // The last character of base64 may hold bits that decode to nothing, so not that one.
          const at = end - 2 - (position % 16);
          const other = value[at] === 'a' ? 'b' : 'a';
          const spoilt = `${value.slice(0, at)}${other}${value.slice(at + 1)}`;
          const again = { ...headers, [profile.header]: spoilt };
          expect(verifier.verify(requestOf(body, again), NOW_MS).authentic).toBe(false);
        },
      ),
      { numRuns: name.endsWith('v1a') ? 100 : 400 },
    );
  });

  test('refuses the signature in the header of any other profile', () => {
    const { shown, kept } = secretOf();
    const body = Buffer.from('{}');
    const headers = signerOf(name)(shown, body);
    for (const header of new Set(SIGNATURE_HEADERS)) {
      if (header === profile.header) continue;
      const { [profile.header]: value = '', ...rest } = headers;
      const request = requestOf(body, { ...rest, [header]: value });
      const verdict = createVerifier(profile, [active('s', kept)]).verify(request, NOW_MS);
      expect(verdict.authentic).toBe(false);
    }
  });
});

describe('standard-webhooks with keys of both kinds', () => {
  const profile = profileNamed('standard-webhooks');
  const pair = makeSecret(profileNamed('standard-webhooks-v1a'), undefined);
  const shared = makeSecret(profile, undefined);
  const verifier = createVerifier(profile, [active('hmac', shared.kept), active('ed', pair.kept)]);
  const body = Buffer.from('{"a":1}');
  const v1 = signerOf('standard-webhooks')(shared.shown, body);
  const v1a = signerOf('standard-webhooks-v1a')(pair.shown, body);
  const verdictOf = (value: string) =>
    verifier.verify(requestOf(body, { ...v1, 'webhook-signature': value }), NOW_MS);

  test('each verifies under its own version, also side by side', () => {
    const one = v1['webhook-signature'] ?? '';
    const two = v1a['webhook-signature'] ?? '';
    expect(verdictOf(one)).toMatchObject({ secretId: 'hmac' });
    expect(verdictOf(two)).toMatchObject({ secretId: 'ed' });
    expect(verdictOf(`v1,AAAA ${two}`)).toMatchObject({ secretId: 'ed' });
    expect(verdictOf(`v1a,AAAA ${one}`)).toMatchObject({ secretId: 'hmac' });
  });

  test('neither verifies under the version of the other', () => {
    const swapped = (value: string) =>
      value.replace(/^v1a?,/, (v) => (v === 'v1,' ? 'v1a,' : 'v1,'));
    expect(verdictOf(swapped(v1['webhook-signature'] ?? '')).authentic).toBe(false);
    expect(verdictOf(swapped(v1a['webhook-signature'] ?? '')).authentic).toBe(false);
  });

  test('a public key is never used as the key of an HMAC', () => {
    const key = Buffer.from(pair.kept.slice('whpk_'.length), 'base64');
    const forged = hmac(key, signedBy(body)).digest('base64');
    expect(verdictOf(`v1,${forged}`).authentic).toBe(false);
    expect(verdictOf(`v1a,${forged}`).authentic).toBe(false);
    const text = hmac(pair.kept, signedBy(body)).digest('base64');
    expect(verdictOf(`v1,${text}`).authentic).toBe(false);
  });

  test('the private half that we make is one that the reference vector format holds', () => {
    const halves = Buffer.from(pair.shown.slice('whsk_'.length), 'base64');
    expect(halves).toHaveLength(64);
    expect(`whpk_${halves.subarray(32).toString('base64')}`).toBe(pair.kept);
  });

  test('the secret that we make is one that the reference package takes', () => {
    const signature = new Webhook(shared.shown).sign(ID, new Date(NOW_MS), body.toString());
    expect(verdictOf(signature)).toMatchObject({ secretId: 'hmac' });
  });
});

describe('a made secret', () => {
  test('of basic keeps the user, and never keeps the password', () => {
    const made = makeSecret(profileNamed('basic'), 'ware:house:old');
    expect(made.shown).toMatch(/^ware:[0-9a-f]{64}$/);
    expect(makeSecret(profileNamed('basic'), undefined).shown).toMatch(/^crossdock:[0-9a-f]{64}$/);
  });

  test('is another one each time', () => {
    const made = Array.from({ length: 50 }, () => makeSecret(profileNamed('template'), 'x').kept);
    expect(new Set(made).size).toBe(50);
  });

  test('is a key pair where the former secret was a public key', () => {
    const former = makeSecret(profileNamed('standard-webhooks-v1a'), undefined).kept;
    expect(makeSecret(profileNamed('standard-webhooks'), former).shown).toMatch(/^whsk_/);
  });
});

test('a profile that takes public keys must list versions', () => {
  const { grammar: _list, ...rest } = profileNamed('standard-webhooks') as { grammar: unknown };
  const parsed = ProfileSchema.safeParse({ ...rest, grammar: { list: 'single' } });
  expect(parsed.success).toBe(false);
});
