import { timingSafeEqual, verify as verifyEd25519 } from 'node:crypto';
import type { SignedProfile } from './profile.ts';
import type { LiveKey } from './secrets.ts';
import type { OfferedSignature } from './signature-header.ts';
import { readSigned, refuse, type Refusal, type SignedHeaders } from './signed-headers.ts';
import {
  compileTemplate,
  hmacOf,
  signedBytes,
  type SignedParts,
  type SignedTemplate,
} from './signed-string.ts';
import { isStale, type SignedRequest, type Verdict, type Verifier } from './verdict.ts';

/** Signatures of one version in one header; each costs a comparison with every secret. */
export const SIGNATURES_MAX = 5;
export const UNIX_SECONDS = /^[0-9]{10}$/;
/** Ids inside `{id}.{ts}.{body}` may hold no dot: it would let a part move into its neighbour. */
const ID_BETWEEN_DOTS = /^[A-Za-z0-9_-]{1,128}$/;
const ID = /^[A-Za-z0-9_.:-]{1,128}$/;

export function idPatternOf(profile: SignedProfile): RegExp {
  return profile.signedString.includes('{id}.') ? ID_BETWEEN_DOTS : ID;
}

/** Verifies HMAC and ed25519 signatures over the raw bytes, in time that tells nothing. */
export function signatureVerifier(profile: SignedProfile, keys: readonly LiveKey[]): Verifier {
  const template = compileTemplate(profile.signedString);
  const idPattern = idPatternOf(profile);
  const matches = matcher(profile, template);

  function verify(request: SignedRequest, nowMs: number): Verdict {
    const signed = readSigned(profile, request);
    if ('check' in signed) return signed;
    const fault = faultOf(signed, idPattern);
    if (fault !== null) return fault;
    const live = keys.filter((key) => nowMs < key.endsAt);
    if (live.length === 0) return refuse('no-live-secret');
    const { id, ts, signatures } = signed;
    const { method, url, body } = request;
    const parts = { id: id ?? '', ts: ts ?? '', method, url, body };
    let secretId: string | null = null;
    for (const key of live) {
      if (matches(key, parts, signatures)) secretId ??= key.id;
    }
    if (secretId === null) return refuse('signature-mismatch');
    const stale = ts !== null && isStale(Number(ts) * 1000, nowMs, profile.toleranceMs);
    return { authentic: true, secretId, stale };
  }

  return {
    verify,
    idHeader: profile.id?.matchesBody === true ? profile.id.header : null,
    bodyToleranceMs: profile.timestamp?.from === 'body' ? profile.toleranceMs : null,
  };
}

function faultOf({ id, ts, signatures }: SignedHeaders, idPattern: RegExp): Refusal | null {
  if (id !== null && !idPattern.test(id)) return refuse('id-malformed');
  if (signatures.length === 0) return refuse('signature-malformed');
  if (isCrowded(signatures)) return refuse('too-many-signatures');
  if (ts !== null && !UNIX_SECONDS.test(ts)) return refuse('timestamp-malformed');
  return null;
}

function isCrowded(signatures: readonly OfferedSignature[]): boolean {
  const counts = new Map<string | null, number>();
  for (const { version } of signatures) counts.set(version, (counts.get(version) ?? 0) + 1);
  return [...counts.values()].some((count) => count > SIGNATURES_MAX);
}

type Matcher = (key: LiveKey, parts: SignedParts, offered: readonly OfferedSignature[]) => boolean;

/** Compares every offered signature of the key's version and never stops at the first that fits. */
function matcher(profile: SignedProfile, template: SignedTemplate): Matcher {
  const algorithm = profile.kind === 'hmac' ? profile.algorithm : null;
  return ({ key, version }, parts, offered) => {
    const mine = offered.filter((signature) => signature.version === version);
    if (algorithm === null || key.type === 'public') {
      const signed = signedBytes(template, parts);
      return mine.map(({ bytes }) => verifyEd25519(null, signed, key, bytes)).includes(true);
    }
    const expected = hmacOf({ algorithm, key, template, parts });
    let found = false;
    for (const { bytes } of mine) {
      if (bytes.length === expected.length && timingSafeEqual(bytes, expected)) found = true;
    }
    return found;
  };
}
