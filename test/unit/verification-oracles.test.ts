import { sign as githubSign, verify as githubVerify } from '@octokit/webhooks-methods';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { createVerifier } from '../../src/verification/verify.ts';
import { hexHmac, profileNamed, requestOf } from '../support/signed.ts';

const NOW_MS = 1_700_000_000_000;
const NOW_S = String(NOW_MS / 1000);

const bytes = fc.uint8Array({ maxLength: 2000 }).map((array) => Buffer.from(array));
const text = fc.string({ unit: 'grapheme', maxLength: 500 });
const eventId = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);

function verifierOf(profile: string, secret: string) {
  return createVerifier(profileNamed(profile), [
    { id: 's1', value: secret, state: 'active', until: null },
  ]);
}

test('what the reference package of Standard Webhooks signs, we accept', () => {
  fc.assert(
    fc.property(text, eventId, fc.uint8Array({ minLength: 24, maxLength: 64 }), (body, id, key) => {
      const secret = `whsec_${Buffer.from(key).toString('base64')}`;
      const signature = new Webhook(secret).sign(id, new Date(NOW_MS), body);
      const verdict = verifierOf('standard-webhooks', secret).verify(
        requestOf(body, {
          'webhook-id': id,
          'webhook-timestamp': NOW_S,
          'webhook-signature': signature,
        }),
        NOW_MS,
      );
      expect(verdict).toEqual({ authentic: true, secretId: 's1', stale: false });
    }),
    { numRuns: 10_000 },
  );
});

test('what the reference package of GitHub signs, we accept, and it agrees on what is false', async () => {
  await fc.assert(
    fc.asyncProperty(
      text.filter((body) => body.length > 0),
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.boolean(),
      async (body, secret, spoil) => {
        const signature = await githubSign(secret, body);
        const sent = spoil ? `${body} ` : body;
        const verdict = verifierOf('github', secret).verify(
          requestOf(sent, { 'x-hub-signature-256': signature, 'x-github-delivery': 'd' }),
          NOW_MS,
        );
        expect(verdict.authentic).toBe(await githubVerify(secret, sent, signature));
        expect(verdict.authentic).toBe(!spoil);
      },
    ),
    { numRuns: 500 },
  );
});

test('every altered byte of a body or of a signature is refused', () => {
  const verifier = verifierOf('template', 'a-secret');
  fc.assert(
    fc.property(
      bytes.filter((body) => body.length > 0),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      fc.boolean(),
      (body, position, flip, inSignature) => {
        const signature = Buffer.from(hexHmac('a-secret', body), 'hex');
        const target = inSignature ? signature : Buffer.from(body);
        const index = position % target.length;
        const verdictOf = (sentBody: Buffer, sent: Buffer) =>
          verifier.verify(
            requestOf(sentBody, { 'x-signature': sent.toString('hex'), 'x-event-id': 'e' }),
            NOW_MS,
          ).authentic;
        expect(verdictOf(body, signature)).toBe(true);
        target[index] = (target[index] ?? 0) ^ flip;
        expect(inSignature ? verdictOf(body, target) : verdictOf(target, signature)).toBe(false);
      },
    ),
    { numRuns: 5000 },
  );
});

test('every altered id, time or body of crossdock-v1 is refused', () => {
  const verifier = verifierOf('crossdock-v1', 'a-secret');
  fc.assert(
    fc.property(
      bytes,
      eventId,
      eventId,
      fc.integer({ min: -300, max: 300 }),
      (body, id, other, skew) => {
        const ts = String(NOW_MS / 1000 + skew);
        const digest = hexHmac('a-secret', `${id}.${ts}.`, body);
        const verdictOf = (headerId: string, time: string, sent: Buffer) =>
          verifier.verify(
            requestOf(sent, { 'x-signature': `t=${time},v1=${digest}`, 'x-event-id': headerId }),
            NOW_MS,
          ).authentic;
        expect(verdictOf(id, ts, body)).toBe(true);
        expect(verdictOf(id, ts, Buffer.concat([body, Buffer.from([0])]))).toBe(false);
        expect(verdictOf(id, String(Number(ts) + 1), body)).toBe(false);
        if (other !== id) expect(verdictOf(other, ts, body)).toBe(false);
      },
    ),
    { numRuns: 2000 },
  );
});
