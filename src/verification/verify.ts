import type { Profile } from './profile.ts';
import { liveKeys, type Secret } from './secrets.ts';
import { credentialVerifier } from './verify-credential.ts';
import { signatureVerifier } from './verify-signature.ts';
import type { Verifier } from './verdict.ts';

/** Prepares a connection's keys and template; throws `config` when a secret cannot be used. */
export function createVerifier(profile: Profile, secrets: readonly Secret[]): Verifier {
  const keys = liveKeys(profile, secrets);
  return profile.kind === 'hmac' || profile.kind === 'ed25519'
    ? signatureVerifier(profile, keys)
    : credentialVerifier(profile, keys);
}
