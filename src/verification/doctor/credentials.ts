import type { CredentialProfile } from '../profile.ts';
import { endOf, type Secret } from '../secrets.ts';
import { headerOf } from '../verdict.ts';
import { createVerifier } from '../verify.ts';
import { failed, isoOf, passed, type Check, type Examination } from './check.ts';

const FORMS = {
  basic: { pattern: /^Basic ([A-Za-z0-9+/]+={0,2})$/i, form: 'Basic <base64 of user:password>' },
  bearer: { pattern: /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i, form: 'Bearer <token>' },
} as const;

/** HTTP Basic and bearer tokens, which sign nothing. */
export function checkCredentials(profile: CredentialProfile, examination: Examination): Check[] {
  const { pattern, form } = FORMS[profile.kind];
  const value = headerOf(examination.request, profile.header);
  if (value === undefined) {
    const detail = `Not there. Expected in ${profile.header}: ${form}.`;
    return [failed('credentials-format', detail), failed('credentials', 'Nothing to compare.')];
  }
  const [, text] = pattern.exec(value) ?? [];
  if (text === undefined) {
    const scheme = /^([A-Za-z0-9-]{1,20}) /.exec(value)?.[1];
    const found = scheme === undefined ? 'no scheme' : `the scheme ${scheme}`;
    const detail = `${profile.header} has ${found} and cannot be read. Expected: ${form}.`;
    return [failed('credentials-format', detail), failed('credentials', 'Nothing to compare.')];
  }
  const format = passed('credentials-format', `${profile.header} can be read: ${form}.`);
  const offered = profile.kind === 'basic' ? Buffer.from(text, 'base64').toString('utf8') : text;
  return [format, compared(profile, offered, examination)];
}

function compared(profile: CredentialProfile, offered: string, examination: Examination): Check {
  const { secrets, request, nowMs } = examination;
  const verdict = createVerifier(profile, secrets).verify(request, nowMs);
  if (verdict.authentic) return passed('credentials', `They are those of ${verdict.secretId}.`);
  return failed(
    'credentials',
    `They fit no live secret. ${causeOf(profile, offered, examination)} Nothing of the body is signed here.`,
  );
}

function causeOf(profile: CredentialProfile, offered: string, examination: Examination): string {
  const { secrets, others, nowMs } = examination;
  const retired = secrets.findLast((one) => endOf(one) <= nowMs && one.value === offered);
  if (retired !== undefined) {
    return `They are those of ${retired.id}, which is retired since ${isoOf(endOf(retired))}. Give the sender the active secret.`;
  }
  const live = secrets.filter((one) => nowMs < endOf(one));
  const trimmed = live.find((one) => one.value === offered.trim());
  if (trimmed !== undefined) {
    return `They are those of ${trimmed.id} after white space or a line end around them was taken off.`;
  }
  const other = others.find((one) =>
    one.secrets.some((secret) => nowMs < endOf(secret) && secret.value === offered),
  );
  if (other !== undefined) return `They are those of the connection ${other.connection}.`;
  return profile.kind === 'basic' ? userCause(live, offered) : 'The token is another one.';
}

function userCause(live: readonly Secret[], offered: string): string {
  const userOf = (value: string): string => value.slice(0, Math.max(0, value.indexOf(':')));
  return live.some((one) => userOf(one.value) === userOf(offered))
    ? 'The user is right, the password is another one.'
    : 'The user is another one.';
}
