import { timingSafeEqual, verify as verifyEd25519 } from 'node:crypto';
import type { SignedProfile } from './profile.ts';
import type { LiveKey } from './secrets.ts';
import { readSignatures, type Offered } from './signature-header.ts';
import { compileTemplate, hmacOf, signedBytes, type SignedParts } from './signed-string.ts';
import {
  headerOf,
  isStale,
  type FailedCheck,
  type SignedRequest,
  type Verdict,
  type Verifier,
} from './verdict.ts';

/** Signatures of the right version in one header; each costs a comparison with every secret. */
const SIGNATURES_MAX = 5;
const UNIX_SECONDS = /^[0-9]{10}$/;
/** Ids inside `{id}.{ts}.{body}` may hold no dot: it would let a part move into its neighbour. */
const ID_BETWEEN_DOTS = /^[A-Za-z0-9_-]{1,128}$/;
const ID = /^[A-Za-z0-9_.:-]{1,128}$/;

/** Verifies HMAC and ed25519 signatures over the raw bytes, in time that tells nothing. */
export function signatureVerifier(profile: SignedProfile, keys: readonly LiveKey[]): Verifier {
  const template = compileTemplate(profile.signedString);
  const idPattern = profile.signedString.includes('{id}.') ? ID_BETWEEN_DOTS : ID;
  const matches = matcher(profile, template);

  function verify(request: SignedRequest, nowMs: number): Verdict {
    const headers = readHeaders(profile, request);
    if ('check' in headers) return headers;
    if (headers.id !== null && !idPattern.test(headers.id)) return refuse('id-malformed');
    const { offered, ts } = headers;
    if (offered.signatures.length === 0) return refuse('signature-malformed');
    if (offered.signatures.length > SIGNATURES_MAX) return refuse('too-many-signatures');
    if (ts !== null && !UNIX_SECONDS.test(ts)) return refuse('timestamp-malformed');
    const live = keys.filter((key) => nowMs < key.endsAt);
    if (live.length === 0) return refuse('no-live-secret');
    const { method, url, body } = request;
    const parts = { id: headers.id ?? '', ts: ts ?? '', method, url, body };
    let secretId: string | null = null;
    for (const key of live) {
      if (matches(key, parts, offered.signatures)) secretId ??= key.id;
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

type Matcher = (key: LiveKey, parts: SignedParts, offered: readonly Buffer[]) => boolean;

/** Compares every offered signature and never stops at the first that fits. */
function matcher(profile: SignedProfile, template: ReturnType<typeof compileTemplate>): Matcher {
  if (profile.kind === 'ed25519') {
    return ({ key }, parts, offered) => {
      const signed = signedBytes(template, parts);
      return offered.map((bytes) => verifyEd25519(null, signed, key, bytes)).includes(true);
    };
  }
  const { algorithm } = profile;
  return ({ key }, parts, offered) => {
    const expected = hmacOf({ algorithm, key, template, parts });
    let found = false;
    for (const bytes of offered) {
      if (bytes.length === expected.length && timingSafeEqual(bytes, expected)) found = true;
    }
    return found;
  };
}

interface Headers {
  id: string | null;
  ts: string | null;
  offered: Offered;
}

function readHeaders(profile: SignedProfile, request: SignedRequest): Headers | Refusal {
  const signature = headerOf(request, profile.header);
  if (signature === undefined) return refuse('header-missing', profile.header);
  const id = profile.id === null ? null : headerOf(request, profile.id.header);
  if (id === undefined) return refuse('header-missing', profile.id?.header ?? null);
  const offered = readSignatures(profile, signature);
  const { timestamp } = profile;
  if (timestamp === null || timestamp.from === 'body') return { id, ts: null, offered };
  if (timestamp.from === 'header') {
    const ts = headerOf(request, timestamp.header);
    return ts === undefined ? refuse('header-missing', timestamp.header) : { id, ts, offered };
  }
  if (offered.timestamp === null) return refuse('timestamp-malformed');
  const echo = timestamp.echo === null ? undefined : headerOf(request, timestamp.echo);
  if (echo !== undefined && echo !== offered.timestamp) return refuse('timestamp-echo');
  return { id, ts: offered.timestamp, offered };
}

type Refusal = Extract<Verdict, { authentic: false }>;

function refuse(check: FailedCheck, header: string | null = null): Refusal {
  return { authentic: false, check, header };
}
