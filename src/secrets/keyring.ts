import { randomBytes } from 'node:crypto';
import type { ConnectionSettings } from '../config/api.ts';
import type { SecretsSettings } from '../config/secrets.ts';
import { AppError } from '../errors.ts';
import { liveKeys } from '../verification/secrets.ts';
import { makeSecret } from './generate.ts';
import { createMasterKeys, type MasterKeys } from './master-key.ts';
import { rotateSecrets, type KeptSecret } from './rotate.ts';
import type { ConnectionStore } from './store.ts';

export interface RotationCall {
  connection: string;
  overlapMs?: number | undefined;
  force: boolean;
  /** One that the sender has made; a new one is made unless given. */
  value?: string | undefined;
}

export interface Rotation {
  secretId: string;
  /** For the sender; nothing shows it again. */
  shown: string;
  activeFrom: number;
  previousUntil: number;
}

/** The secrets of every connection: those of the settings, and what rotations made of them. */
export interface Keyring {
  /** All that is kept, retired ones included, oldest first. */
  of(connection: string): readonly KeptSecret[];
  /** Is on disk when it returns. */
  rotate(call: RotationCall): Rotation;
}

interface KeyringOptions {
  /** Those that there are now. */
  connections: () => readonly ConnectionSettings[];
  store: Pick<ConnectionStore, 'secrets' | 'replaceSecrets' | 'holdsSecrets'>;
  settings: SecretsSettings;
  now: () => number;
}

/** Throws `config` when kept secrets cannot be opened: without them retired ones would be live. */
export function createKeyring(options: KeyringOptions): Keyring {
  const { connections, store, settings, now } = options;
  const keys = masterKeysOf(settings);
  if (keys === null && store.holdsSecrets()) throw masterKeyMissing('config');
  const rotated = keys === null ? new Map<string, KeptSecret[]>() : store.secrets(keys);
  const find = (name: string) => connections().find((one) => one.name === name);
  const of = (name: string): readonly KeptSecret[] => {
    const found = find(name);
    return found === undefined ? [] : withSettings(rotated.get(name) ?? [], found);
  };
  return {
    of,
    rotate: ({ connection, overlapMs = settings.overlapMs, force, value }) => {
      const found = find(connection);
      if (found === undefined) throw new Error(`There is no connection ${connection}.`);
      if (keys === null) throw masterKeyMissing('conflict');
      const kept = of(connection);
      const active = kept.findLast(({ state }) => state === 'active');
      const made =
        value === undefined
          ? makeSecret(found.profile, (active ?? kept.at(-1))?.value)
          : usable(value, found, kept);
      const id = `sec_${randomBytes(6).toString('hex')}`;
      const activeFrom = now();
      const input = { kept, id, value: made.kept, now: activeFrom, overlapMs, force };
      const result = rotateSecrets(input);
      if (!result.rotated) throw overlapping(connection, result.overlapUntil);
      store.replaceSecrets(connection, result.kept, keys);
      rotated.set(connection, result.kept);
      const { previousUntil } = result;
      return { secretId: id, shown: made.shown, activeFrom, previousUntil };
    },
  };
}

function masterKeysOf({ masterKeys }: SecretsSettings): MasterKeys | null {
  const [first, ...older] = masterKeys;
  return first === undefined ? null : createMasterKeys([first, ...older]);
}

/** A secret of the settings that is kept already is in the state that it is kept in. */
function withSettings(kept: readonly KeptSecret[], { secrets }: ConnectionSettings): KeptSecret[] {
  const all = [...kept];
  for (const secret of secrets) {
    if (all.some(({ value }) => value === secret.value)) continue;
    const until = secret.state === 'retiring' ? secret.until : null;
    all.push({ ...secret, until, id: freeId(secret.id, all), createdAt: null });
  }
  return all;
}

/** Settings may give an id again with another secret; what was verified earlier keeps its id. */
function freeId(wanted: string, taken: readonly KeptSecret[]): string {
  let id = wanted;
  for (let n = 2; taken.some((one) => one.id === id); n += 1) id = `${wanted}.${n}`;
  return id;
}

function usable(value: string, { profile }: ConnectionSettings, kept: readonly KeptSecret[]) {
  const refused = (detail: string): AppError =>
    new AppError('validation', 'The secret cannot be used: nothing was changed.', {
      issues: [{ pointer: '/secret', detail }],
    });
  if (kept.some((one) => one.value === value)) {
    throw refused('is or was a secret of this connection; a retired one is never used again');
  }
  try {
    liveKeys(profile, [{ id: 'given', value, state: 'active', until: null }]);
  } catch (error) {
    if (error instanceof AppError) throw refused(error.message);
    throw error;
  }
  return { shown: value, kept: value };
}

function overlapping(connection: string, overlapUntil: number): AppError {
  const until = new Date(overlapUntil).toISOString();
  return new AppError(
    'conflict',
    `The former secret of ${connection} is accepted until ${until}: a second rotation now would take it from a sender that still signs with it. Nothing was changed. Wait, or send {"force": true} to end it at once.`,
    { problem: 'rotation-overlap', members: { previous_until: until } },
  );
}

function masterKeyMissing(code: 'config' | 'conflict'): AppError {
  return new AppError(
    code,
    code === 'config'
      ? 'connections.db holds rotated secrets and CROSSDOCK_MASTER_KEY is not set, so they cannot be opened. Set the key that they were sealed under.'
      : 'No secret can be rotated without a master key to keep it under. Nothing was changed. Set CROSSDOCK_MASTER_KEY to at least 32 random characters and start the api again.',
    { problem: 'master-key-missing' },
  );
}
