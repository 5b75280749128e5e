import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { HmacProfile, Profile } from './profile.ts';

/**
 * One secret of a connection. `next` is told to the sender and not yet used by it, `retiring` is
 * accepted until `until`: all three verify, so that a rotation loses nothing.
 */
export const SecretSchema = z
  .object({
    id: z.string().min(1).max(64),
    value: z.string().min(1),
    state: z.enum(['next', 'active', 'retiring']).default('active'),
    /** Epoch ms; only a retiring secret has an end. */
    until: z.int().nullable().default(null),
  })
  .refine((secret) => secret.state !== 'retiring' || secret.until !== null, {
    message: 'a retiring secret needs `until`',
  });

export type Secret = z.infer<typeof SecretSchema>;

export interface LiveKey {
  id: string;
  key: KeyObject;
  /** The list entries that it can have signed; null where the header has one signature. */
  version: string | null;
  /** Epoch ms after which it verifies no more. */
  endsAt: number;
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** DER header of an ed25519 public key in SPKI form; the 32 raw bytes follow. */
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** Decodes a connection's secrets once; throws `config` for one that cannot be used. */
export function liveKeys(profile: Profile, secrets: readonly Secret[]): LiveKey[] {
  return secrets.map((secret) => ({
    id: secret.id,
    key: keyOf(profile, secret),
    version: versionOf(profile, secret),
    endsAt: endOf(secret),
  }));
}

/** Epoch ms from which on a secret verifies no more. */
export function endOf({ state, until }: Pick<Secret, 'state' | 'until'>): number {
  return state === 'retiring' ? (until ?? 0) : Number.POSITIVE_INFINITY;
}

/** Whether a secret is the public half of an ed25519 pair. */
export function isPublicKey(profile: Profile, value: string): boolean {
  if (profile.kind === 'ed25519') return true;
  return profile.kind === 'hmac' && profile.publicKeyVersion !== null && value.startsWith('whpk_');
}

function versionOf(profile: Profile, { value }: Secret): string | null {
  if (profile.kind !== 'hmac' && profile.kind !== 'ed25519') return null;
  if (profile.kind === 'hmac' && isPublicKey(profile, value)) return profile.publicKeyVersion;
  return profile.grammar.list === 'single' ? null : profile.grammar.version;
}

function keyOf(profile: Profile, secret: Secret): KeyObject {
  if (secret.value === '') throw unusable(secret, 'it is empty');
  if (isPublicKey(profile, secret.value)) return publicKeyOf(secret);
  if (profile.kind === 'hmac') return createSecretKey(hmacKey(profile, secret));
  return createSecretKey(Buffer.from(secret.value, 'utf8'));
}

function hmacKey(profile: HmacProfile, secret: Secret): Buffer {
  if (profile.key === 'utf8' || !secret.value.startsWith('whsec_')) {
    return Buffer.from(secret.value, 'utf8');
  }
  return base64After('whsec_', secret);
}

function publicKeyOf(secret: Secret): KeyObject {
  const raw = base64After('whpk_', secret);
  if (raw.length !== 32) throw unusable(secret, 'an ed25519 public key has 32 bytes');
  return createPublicKey({ key: Buffer.concat([ED25519_SPKI, raw]), format: 'der', type: 'spki' });
}

function base64After(prefix: string, secret: Secret): Buffer {
  const text = secret.value.startsWith(prefix) ? secret.value.slice(prefix.length) : secret.value;
  if (!BASE64.test(text)) throw unusable(secret, `it must be base64 after ${prefix}`);
  return Buffer.from(text, 'base64');
}

function unusable(secret: Secret, why: string): AppError {
  return new AppError('config', `The webhook secret ${secret.id} cannot be used: ${why}.`);
}
