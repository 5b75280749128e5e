import { createHash } from 'node:crypto';
import type { SignedProfile } from '../profile.ts';
import type { SignedParts } from '../signed-string.ts';
import { compileTemplate, signedBytes } from '../signed-string.ts';

const HEAD_BYTES = 72;
const TAIL_BYTES = 24;

/** Which bytes are signed: their template, beginning and end, length and hash. */
export function describeSigned(profile: SignedProfile, parts: SignedParts): string {
  const bytes = signedBytes(compileTemplate(profile.signedString), parts);
  const algorithm = profile.kind === 'hmac' ? `HMAC-${profile.algorithm.toUpperCase()}` : 'ed25519';
  return `${algorithm} over ${profile.signedString} = ${describeBytes(bytes)}`;
}

export function describeBytes(bytes: Buffer): string {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  return `${excerptOf(bytes)} (${bytes.length} bytes, SHA-256 ${hash}...)`;
}

/** As a JSON text, so that line ends and a byte order mark are seen. */
function excerptOf(bytes: Buffer): string {
  const shown = (part: Buffer): string =>
    JSON.stringify(part.toString('utf8')).replaceAll('\u{FEFF}', '\\ufeff');
  if (bytes.length <= HEAD_BYTES + TAIL_BYTES) return shown(bytes);
  const tail = bytes.subarray(bytes.length - TAIL_BYTES);
  return `${shown(bytes.subarray(0, HEAD_BYTES))} ... ${shown(tail)}`;
}
