import type { KeyObject } from 'node:crypto';
import { createSecretKey } from 'node:crypto';
import { PROFILES } from '../profiles.ts';
import type { HmacProfile, SignedProfile } from '../profile.ts';
import { endOf, isPublicKey, liveKeys, type Secret } from '../secrets.ts';
import type { SignedParts } from '../signed-string.ts';
import { bodyVariants } from './body-variants.ts';
import type { Examination } from './check.ts';
import { keyVariants } from './key-variants.ts';
import { partsOf } from './parts.ts';

/** One way in which the signature may have been made. */
export interface Hypothesis {
  secret: Secret;
  /** Of another connection; null for our own. */
  connection: string | null;
  key: KeyObject;
  algorithm: HmacProfile['algorithm'];
  signedString: string;
  parts: SignedParts;
  /** How it differs from what is right. */
  differs: readonly Difference[];
}

export interface Difference {
  what: string;
  remedy: string;
}

const RETIRED_MAX = 10;
const OTHERS_MAX = 50;
const ALGORITHMS = ['sha256', 'sha512', 'sha1'] as const;

/** From the likely to the odd, so that the first that fits is the one to tell. */
export function* hypotheses(
  profile: SignedProfile,
  examination: Examination,
): Generator<Hypothesis> {
  const { request } = examination;
  const own = ownSecrets(examination).flatMap((secret) => right(profile, secret, examination));
  yield* own;
  yield* otherConnections(examination);
  const bodies = [...bodyVariants(request.body)];
  for (const one of own) {
    for (const { after, bytes } of bodies) {
      const remedy = 'Sign the very bytes that are sent, and send the very bytes that were signed.';
      yield changed(one, { what: after, remedy }, { parts: { ...one.parts, body: bytes } });
    }
  }
  for (const one of own) yield* otherKeys(profile, one);
  for (const one of own) yield* otherTemplates(profile, one);
  for (const one of own) yield* otherAlgorithms(profile, one);
  for (const one of own.flatMap((each) => [...otherKeys(profile, each)])) {
    for (const { after, bytes } of bodies) {
      const remedy = 'Sign the very bytes that are sent.';
      yield changed(one, { what: after, remedy }, { parts: { ...one.parts, body: bytes } });
    }
  }
}

function ownSecrets({ secrets, nowMs }: Examination): Secret[] {
  const live = secrets.filter((secret) => nowMs < endOf(secret));
  const retired = secrets.filter((secret) => nowMs >= endOf(secret));
  return [...live.toReversed(), ...retired.slice(-RETIRED_MAX).toReversed()];
}

function right(
  profile: SignedProfile,
  secret: Secret,
  { request }: Pick<Examination, 'request'>,
): Hypothesis[] {
  const [live] = liveKeys(profile, [secret]);
  if (live === undefined) return [];
  return [
    {
      secret,
      connection: null,
      key: live.key,
      algorithm: profile.kind === 'hmac' ? profile.algorithm : 'sha256',
      signedString: profile.signedString,
      parts: partsOf(profile, request),
      differs: [],
    },
  ];
}

function* otherConnections(examination: Examination): Generator<Hypothesis> {
  const { others, nowMs } = examination;
  for (const { connection, profile, secrets } of others.slice(0, OTHERS_MAX)) {
    if (profile.kind !== 'hmac' && profile.kind !== 'ed25519') continue;
    for (const secret of secrets.filter((one) => nowMs < endOf(one))) {
      for (const one of right(profile, secret, examination)) yield { ...one, connection };
    }
  }
}

function* otherKeys(profile: SignedProfile, one: Hypothesis): Generator<Hypothesis> {
  if (profile.kind !== 'hmac' || isPublicKey(profile, one.secret.value)) return;
  for (const { when, bytes } of keyVariants(profile, one.secret.value)) {
    const remedy = 'Correct how the sender reads the secret.';
    yield changed(one, { what: when, remedy }, { key: createSecretKey(bytes) });
  }
}

function* otherTemplates(profile: SignedProfile, one: Hypothesis): Generator<Hypothesis> {
  const shipped = [...PROFILES.values()].flatMap((each) =>
    'signedString' in each ? [each.signedString] : [],
  );
  for (const signedString of new Set([...shipped, '{id}.{body}', '{ts}{body}'])) {
    if (signedString === profile.signedString) continue;
    const what = `what was signed is ${signedString}`;
    const remedy = `This profile signs ${profile.signedString}.`;
    yield changed(one, { what, remedy }, { signedString });
  }
}

function* otherAlgorithms(profile: SignedProfile, one: Hypothesis): Generator<Hypothesis> {
  if (profile.kind !== 'hmac' || isPublicKey(profile, one.secret.value)) return;
  for (const algorithm of ALGORITHMS) {
    if (algorithm === profile.algorithm) continue;
    const what = `HMAC-${algorithm.toUpperCase()} was used`;
    const remedy = `This profile uses HMAC-${profile.algorithm.toUpperCase()}.`;
    yield changed(one, { what, remedy }, { algorithm });
  }
}

function changed(
  one: Hypothesis,
  difference: Difference,
  change: Partial<Pick<Hypothesis, 'key' | 'algorithm' | 'signedString' | 'parts'>>,
): Hypothesis {
  return { ...one, ...change, differs: [...one.differs, difference] };
}
