import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { AppError } from '../errors.ts';

/** A text that only a holder of the master key can read, and the key that it was sealed under. */
export interface Sealed {
  masterKeyId: string;
  /** Nonce, tag, ciphertext. */
  bytes: Buffer;
}

/**
 * AES-256-GCM under the first of several master keys; the others only open what was sealed before
 * they were replaced. `context` is bound into the seal: a row moved elsewhere does not open.
 */
export interface MasterKeys {
  /** Id of the key that seals. */
  readonly currentId: string;
  seal(text: string, context: string): Sealed;
  /** Throws `config` for what none of the keys opens. */
  open(sealed: Sealed, context: string): string;
}

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const ID_BYTES = 4;

export function createMasterKeys(values: readonly [string, ...string[]]): MasterKeys {
  const keys = new Map(values.map((value) => [idOf(value), derive(value, 'seal', KEY_BYTES)]));
  const currentId = idOf(values[0]);
  const current = derive(values[0], 'seal', KEY_BYTES);
  return {
    currentId,
    seal(text, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, current, nonce).setAAD(Buffer.from(context));
      const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      const bytes = Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]);
      return { masterKeyId: currentId, bytes };
    },
    open({ masterKeyId, bytes }, context) {
      const key = keys.get(masterKeyId);
      if (key === undefined) throw unknownKey(masterKeyId);
      try {
        return opened(key, bytes, context);
      } catch (error) {
        throw damaged(context, error);
      }
    },
  };
}

function opened(key: Buffer, bytes: Buffer, context: string): string {
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(context))
    .setAuthTag(tag);
  const ciphertext = bytes.subarray(NONCE_BYTES + TAG_BYTES);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
}

/** Derived, so that a master key may be any long text. */
function derive(value: string, purpose: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', value, '', `crossdock master key: ${purpose}`, length));
}

function idOf(value: string): string {
  return derive(value, 'id', ID_BYTES).toString('hex');
}

function unknownKey(masterKeyId: string): AppError {
  return new AppError(
    'config',
    `connections.db holds secrets sealed under the master key ${masterKeyId}, which CROSSDOCK_MASTER_KEY does not have. Add that key behind the present one, separated by a comma.`,
  );
}

function damaged(context: string, cause: unknown): AppError {
  return new AppError(
    'config',
    `A secret in connections.db cannot be opened (${context}): it was changed from outside. Restore connections.db from a backup.`,
    { cause },
  );
}
