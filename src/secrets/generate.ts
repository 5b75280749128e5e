import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Profile } from '../verification/profile.ts';
import { isPublicKey } from '../verification/secrets.ts';

/** A new secret: what the sender is told, and what we keep to verify it. */
export interface MadeSecret {
  shown: string;
  kept: string;
}

const SECRET_BYTES = 32;
const ED25519_BYTES = 32;
const USER_DEFAULT = 'crossdock';

/** Makes a secret of the kind that `previous` is, in the form that the profile's senders take. */
export function makeSecret(profile: Profile, previous: string | undefined): MadeSecret {
  if (isPublicKey(profile, previous ?? '')) return makeKeyPair();
  const bytes = randomBytes(SECRET_BYTES);
  if (profile.kind === 'hmac' && profile.key === 'whsec') {
    return same(`whsec_${bytes.toString('base64')}`);
  }
  if (profile.kind !== 'basic') return same(bytes.toString('hex'));
  const user = previous?.includes(':') === true ? previous.slice(0, previous.indexOf(':')) : null;
  return same(`${user ?? USER_DEFAULT}:${bytes.toString('hex')}`);
}

function same(value: string): MadeSecret {
  return { shown: value, kept: value };
}

/** The sender's half is `whsk_` and base64 of seed and public key, as Standard Webhooks has it. */
function makeKeyPair(): MadeSecret {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const lastOf = (der: Buffer): Buffer => der.subarray(der.length - ED25519_BYTES);
  const seed = lastOf(privateKey.export({ format: 'der', type: 'pkcs8' }));
  const open = lastOf(publicKey.export({ format: 'der', type: 'spki' }));
  return {
    shown: `whsk_${Buffer.concat([seed, open]).toString('base64')}`,
    kept: `whpk_${open.toString('base64')}`,
  };
}
