import { timingSafeEqual, verify as verifyEd25519 } from 'node:crypto';
import type { SignedProfile } from '../profile.ts';
import { endOf } from '../secrets.ts';
import { compileTemplate, hmacOf, signedBytes } from '../signed-string.ts';
import { candidatesIn, type Candidate } from './candidates.ts';
import { isoOf, type Examination } from './check.ts';
import { hypotheses, type Difference, type Hypothesis } from './hypotheses.ts';

/** Bytes that one examination may hash: it runs between the answers to webhooks. */
const HASHED_BYTES_MAX = 33_554_432;
/** A public key costs far more than a hash. */
const PUBLIC_KEY_BYTES = 262_144;

export type Guess =
  /** It is what a live secret gives, in its place: another check has refused the request. */
  { fits: true; secretId: string } | { fits: false; cause: string };

/** Why a signature does not fit, found by trying; says so too when nothing that was tried fits. */
export function guessCause(profile: SignedProfile, examination: Examination): Guess {
  const candidates = candidatesIn(examination.request.headers);
  if (candidates.length === 0) {
    const cause = 'No header holds anything that has the length of a signature.';
    return { fits: false, cause };
  }
  let tried = 0;
  let hashed = 0;
  for (const one of hypotheses(profile, examination)) {
    if (hashed >= HASHED_BYTES_MAX) break;
    tried += 1;
    hashed += one.parts.body.length + 64 + (one.key.type === 'public' ? PUBLIC_KEY_BYTES : 0);
    const candidate = fitting(one, candidates);
    if (candidate === undefined) continue;
    const cause = tellFit({ profile, one, candidate, nowMs: examination.nowMs });
    return cause === null ? { fits: true, secretId: one.secret.id } : { fits: false, cause };
  }
  const cause = `It fits none of ${tried} usual mistakes either (JSON written again, other line ends, the secret read in another way, another signed text, encoding or header, a retired secret, a secret of another connection): most likely the sender has another secret, or the body was changed on its way.`;
  return { fits: false, cause };
}

function fitting(one: Hypothesis, candidates: readonly Candidate[]): Candidate | undefined {
  const { key, algorithm, parts } = one;
  const template = compileTemplate(one.signedString);
  if (key.type === 'public') {
    const signed = signedBytes(template, parts);
    return candidates.find(
      ({ bytes }) => bytes.length === 64 && verifyEd25519(null, signed, key, bytes),
    );
  }
  const expected = hmacOf({ algorithm, key, template, parts });
  return candidates.find(
    ({ bytes }) => bytes.length === expected.length && timingSafeEqual(bytes, expected),
  );
}

interface Fit {
  profile: SignedProfile;
  one: Hypothesis;
  candidate: Candidate;
  nowMs: number;
}

/** Null when it fits as it should. */
function tellFit({ profile, one, candidate, nowMs }: Fit): string | null {
  const { secret, connection } = one;
  const differs = [...one.differs, ...inItsPlace(profile, candidate)];
  const whose = connection === null ? secret.id : `${secret.id} of the connection ${connection}`;
  const remedies = differs.map(({ remedy }) => remedy);
  const ended = endOf(secret) <= nowMs;
  if (ended) remedies.push('Give the sender the active secret.');
  if (connection !== null) {
    remedies.push(
      `Call /webhooks/${connection === 'crm' ? 'orders' : connection}, or sign with a secret of this connection.`,
    );
  }
  if (remedies.length === 0) return null;
  const retired = ended ? `, which is retired since ${isoOf(endOf(secret))}` : '';
  const after =
    differs.length === 0 ? '' : ` after this: ${differs.map(({ what }) => what).join('; ')}`;
  return `It matches the secret ${whose}${retired}${after}. ${[...new Set(remedies)].join(' ')}`;
}

function inItsPlace(profile: SignedProfile, candidate: Candidate): Difference[] {
  const { header, encoding, prefix } = candidate;
  const differs: Difference[] = [];
  if (header !== profile.header) {
    const what = `it was taken from the header ${header}`;
    differs.push({ what, remedy: `Send it in ${profile.header}.` });
  }
  if (encoding !== profile.encoding) {
    const what = `it was read as ${encoding}`;
    differs.push({ what, remedy: `Write it in ${profile.encoding}.` });
  }
  const { grammar } = profile;
  if (grammar.list === 'single' && prefix !== grammar.prefix) {
    const what = prefix === '' ? 'its prefix was left out' : `"${prefix}" was taken off before it`;
    const remedy =
      grammar.prefix === '' ? 'Send it without a prefix.' : `Write "${grammar.prefix}" before it.`;
    differs.push({ what, remedy });
  }
  return differs;
}
