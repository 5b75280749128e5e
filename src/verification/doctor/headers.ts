import { PROFILES } from '../profiles.ts';
import type { Profile, SignedProfile } from '../profile.ts';
import { readSignatures } from '../signature-header.ts';
import { headerOf, type SignedRequest } from '../verdict.ts';
import { SIGNATURES_MAX } from '../verify-signature.ts';
import { failed, passed, type Check } from './check.ts';

const TELLING = /signature|hmac|hub|authorization|webhook|sign$/;

/** Whether every header that the profile reads is there. */
export function checkHeaders(profile: Profile, request: SignedRequest): Check {
  const wanted = wantedHeaders(profile);
  const missing = wanted.filter((name) => headerOf(request, name) === undefined);
  if (missing.length === 0) return passed('headers', `${wanted.join(', ')}: there.`);
  const present = Object.keys(request.headers).filter((name) => TELLING.test(name));
  const instead = present.length === 0 ? '' : ` There is ${present.join(', ')}.`;
  return failed(
    'headers',
    `Missing: ${missing.join(', ')}.${instead}${likelyProfile(profile, request)} Send every header that this connection's profile reads: ${wanted.join(', ')}.`,
  );
}

function wantedHeaders(profile: Profile): string[] {
  if (!isSigned(profile)) return [profile.header];
  const { header, id, timestamp } = profile;
  return [
    header,
    ...(id === null ? [] : [id.header]),
    ...(timestamp?.from === 'header' ? [timestamp.header] : []),
  ];
}

/** Another shipped profile whose headers are all there says that the connection is set up wrongly. */
function likelyProfile(profile: Profile, request: SignedRequest): string {
  const fits = [...PROFILES].filter(
    ([, other]) =>
      other.header !== profile.header &&
      wantedHeaders(other).every((name) => headerOf(request, name) !== undefined),
  );
  const names = fits.map(([name]) => name).join(' or ');
  return names === '' ? '' : ` These headers are those of the profile ${names}.`;
}

/** Whether the signature header can be read as the profile writes it. */
export function checkFormat(profile: SignedProfile, request: SignedRequest): Check {
  const value = headerOf(request, profile.header);
  const expected = formOf(profile);
  if (value === undefined) return failed('signature-format', `Not there. Expected: ${expected}.`);
  const { signatures } = readSignatures(profile, value);
  const most = Math.max(
    0,
    ...signatures.map((one) => signatures.filter((two) => two.version === one.version).length),
  );
  if (most > SIGNATURES_MAX) {
    return failed(
      'signature-format',
      `${profile.header} lists ${most} signatures of one version, at most ${SIGNATURES_MAX} are looked at.`,
    );
  }
  if (signatures.length > 0) {
    return passed('signature-format', `${profile.header} can be read: ${expected}.`);
  }
  return failed(
    'signature-format',
    `${profile.header} (${value.length} characters) cannot be read${reasonOf(profile, value)}. Expected: ${expected}.`,
  );
}

function reasonOf(profile: SignedProfile, value: string): string {
  if (value.trim() === '') return ': it is empty';
  if (value.includes(', ')) return ': it was given twice, or has a space behind a comma';
  const { grammar } = profile;
  if (grammar.list === 'single' && !value.startsWith(grammar.prefix)) {
    return `: it does not begin with "${grammar.prefix}"`;
  }
  const bare = value.replace(/^[a-z0-9]{1,8}[=,]/i, '');
  if (profile.encoding === 'hex' && /^[A-Za-z0-9+/]+={0,2}$/.test(bare)) {
    return ': it looks like base64';
  }
  return '';
}

function formOf(profile: SignedProfile): string {
  const { grammar, encoding } = profile;
  const one = `<${encoding}>`;
  if (grammar.list === 'single') return `${grammar.prefix}${one}`;
  const time = profile.timestamp?.from === 'element' ? `${profile.timestamp.key}=<seconds>,` : '';
  if (grammar.list === 'elements') return `${time}${grammar.version}=${one}`;
  return `${grammar.version},${one}`;
}

export function isSigned(profile: Profile): profile is SignedProfile {
  return profile.kind === 'hmac' || profile.kind === 'ed25519';
}
