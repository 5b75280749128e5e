import { createHash, timingSafeEqual } from 'node:crypto';
import type { CredentialProfile } from './profile.ts';
import type { LiveKey } from './secrets.ts';
import { headerOf, type SignedRequest, type Verdict, type Verifier } from './verdict.ts';

const BASIC = /^Basic ([A-Za-z0-9+/]+={0,2})$/i;
const BEARER = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i;

/**
 * Verifies HTTP Basic (`user:password` is the secret) and bearer tokens. Nothing of the body is
 * signed, so the event id alone protects against a replay.
 */
export function credentialVerifier(profile: CredentialProfile, keys: readonly LiveKey[]): Verifier {
  const digests = keys.map((key) => ({ ...key, digest: sha256(key.key.export()) }));

  function verify(request: SignedRequest, nowMs: number): Verdict {
    const value = headerOf(request, profile.header);
    if (value === undefined)
      return { authentic: false, check: 'credentials-missing', header: null };
    const offered = sha256(credentialOf(profile.kind, value));
    let secretId: string | null = null;
    for (const key of digests) {
      if (nowMs < key.endsAt && timingSafeEqual(key.digest, offered)) secretId ??= key.id;
    }
    return secretId === null
      ? { authentic: false, check: 'signature-mismatch', header: null }
      : { authentic: true, secretId, stale: false };
  }

  return { verify, idHeader: null, bodyToleranceMs: null };
}

/** Empty when malformed: no secret is empty, so it matches none. */
function credentialOf(kind: CredentialProfile['kind'], value: string): Buffer {
  const text = (kind === 'basic' ? BASIC : BEARER).exec(value)?.[1] ?? '';
  return kind === 'basic' ? Buffer.from(text, 'base64') : Buffer.from(text, 'utf8');
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
