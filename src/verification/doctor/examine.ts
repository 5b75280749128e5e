import type { SignedProfile } from '../profile.ts';
import { endOf, type Secret } from '../secrets.ts';
import type { Verdict } from '../verdict.ts';
import { createVerifier } from '../verify.ts';
import { failed, isoOf, passed, type Check, type Examination } from './check.ts';
import { checkCredentials } from './credentials.ts';
import { describeSigned } from './excerpt.ts';
import { guessCause } from './guess.ts';
import { checkFormat, checkHeaders, isSigned } from './headers.ts';
import { partsOf } from './parts.ts';
import { checkEventId, checkTimestamp } from './time-and-id.ts';

/**
 * Takes a request apart as ingest does, but to its end and with reasons. It keeps nothing, and
 * never says what the right signature would be.
 */
export function examineRequest(examination: Examination): Check[] {
  const { profile, secrets, request, nowMs } = examination;
  const verdict = createVerifier(profile, secrets).verify(request, nowMs);
  const headers = checkHeaders(profile, request);
  const live = checkSecrets(examination);
  if (!isSigned(profile)) return [headers, live, ...checkCredentials(profile, examination)];
  const others = [
    headers,
    checkFormat(profile, request),
    ...checkEventId(profile, request),
    ...checkTimestamp(profile, examination),
    live,
  ];
  const refusedElsewhere = others.some(({ ok }) => !ok);
  return [...others, checkSignature({ profile, examination, verdict, refusedElsewhere })];
}

function checkSecrets({ secrets, nowMs }: Examination): Check {
  const live = secrets.filter((secret) => nowMs < endOf(secret));
  const retired = secrets.length - live.length;
  const told = retired === 0 ? '' : ` ${retired} retired.`;
  if (live.length === 0) {
    return failed('secrets', `No live secret.${told} Rotate the secret of this connection.`);
  }
  return passed('secrets', `${live.length} live: ${live.map(tellSecret).join(', ')}.${told}`);
}

function tellSecret({ id, state, until }: Secret): string {
  return `${id} (${state === 'retiring' ? `retiring, until ${isoOf(until ?? 0)}` : state})`;
}

interface SignatureInput {
  profile: SignedProfile;
  examination: Examination;
  verdict: Verdict;
  refusedElsewhere: boolean;
}

/** Says no whenever the verifier does, unless another check has said why. */
function checkSignature(input: SignatureInput): Check {
  const { profile, examination, verdict, refusedElsewhere } = input;
  const signed = describeSigned(profile, partsOf(profile, examination.request));
  const told = (id: string): Check => {
    const secret = examination.secrets.find((one) => one.id === id);
    const which = secret === undefined ? id : tellSecret(secret);
    return passed('signature', `It is that of the secret ${which}: ${signed}.`);
  };
  if (verdict.authentic) return told(verdict.secretId);
  const guess = guessCause(profile, examination);
  if (!guess.fits) {
    return failed('signature', `No live secret gives it. Expected: ${signed}. ${guess.cause}`);
  }
  if (refusedElsewhere && verdict.check !== 'signature-mismatch') return told(guess.secretId);
  return failed(
    'signature',
    `It is that of the secret ${guess.secretId}, but it stands where this profile does not read it (${verdict.check}).`,
  );
}
