import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { loadApiConfig, type ConnectionSettings } from '../../src/config/api.ts';
import { loadSecretsSettings } from '../../src/config/secrets.ts';
import { createKeyring, type Keyring } from '../../src/secrets/keyring.ts';
import { openConnectionStore } from '../../src/secrets/store.ts';
import { temporaryFolder } from '../support/books-shelf.ts';
import { ENV } from '../support/signed-webhooks-server.ts';

const MASTER = 'a master key of at least 32 characters';
const HOUR_MS = 3_600_000;

interface Opened {
  keyring: Keyring;
  close(): void;
}

interface OpenParts {
  folder: string;
  masterKey?: string;
  now?: number;
  env?: Record<string, string>;
}

function connectionsOf(env: Record<string, string> = {}): ConnectionSettings[] {
  return loadApiConfig({ ...ENV, ...env }).connections;
}

/** One start of the api, as far as its secrets go. */
function open({ folder, masterKey = MASTER, now = 1_800_000_000_000, env }: OpenParts): Opened {
  const store = openConnectionStore(join(folder, 'connections.db'));
  try {
    const keyring = createKeyring({
      connections: () => connectionsOf(env),
      store,
      settings: loadSecretsSettings(masterKey === '' ? {} : { CROSSDOCK_MASTER_KEY: masterKey }),
      now: () => now,
    });
    return { keyring, close: () => store.close() };
  } catch (error) {
    store.close();
    throw error;
  }
}

function statesOf(keyring: Keyring, connection = 'crm'): string[] {
  return keyring.of(connection).map(({ id, state }) => `${id.slice(0, 5)} ${state}`);
}

function rotateCrm(keyring: Keyring) {
  return keyring.rotate({ connection: 'crm', force: false, overlapMs: HOUR_MS });
}

test('a rotation outlives a restart, and the secret of the settings stays retired', () => {
  const folder = temporaryFolder();
  const first = open({ folder });
  const { shown, secretId } = rotateCrm(first.keyring);
  const before = first.keyring.of('crm');
  first.close();
  const second = open({ folder });
  expect(second.keyring.of('crm')).toEqual(before);
  expect(statesOf(second.keyring)).toEqual(['crm-1 retiring', `${secretId.slice(0, 5)} active`]);
  expect(before.find(({ id }) => id === secretId)?.value).toBe(shown);
  second.close();
});

test('neither the file nor its log holds a secret in plain', () => {
  const folder = temporaryFolder();
  const { keyring, close } = open({ folder });
  const { shown } = rotateCrm(keyring);
  const bytes = () =>
    readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'latin1'))
      .join('');
  expect(bytes()).toContain('crm-1');
  for (const secret of [shown, ENV.CROSSDOCK_WEBHOOK_SECRET_CRM, MASTER]) {
    expect(bytes()).not.toContain(secret);
  }
  close();
});

test('without its master key, or with another, the api does not start', () => {
  const folder = temporaryFolder();
  const first = open({ folder });
  rotateCrm(first.keyring);
  first.close();
  expect(() => open({ folder, masterKey: '' })).toThrow(/CROSSDOCK_MASTER_KEY is not set/);
  expect(() => open({ folder, masterKey: 'another master key of 32 characters' })).toThrow(
    /sealed under the master key/,
  );
});

test('without a master key the secrets of the settings work and none is rotated', () => {
  const { keyring, close } = open({ folder: temporaryFolder(), masterKey: '' });
  expect(statesOf(keyring)).toEqual(['crm-1 active']);
  expect(() => rotateCrm(keyring)).toThrow(/without a master key/);
  expect(statesOf(keyring)).toEqual(['crm-1 active']);
  close();
});

test('a new master key seals all that there is, and the old one can go', () => {
  const folder = temporaryFolder();
  const first = open({ folder });
  rotateCrm(first.keyring);
  const before = first.keyring.of('crm');
  first.close();
  const fresh = 'the new master key of 32 characters';
  open({ folder, masterKey: `${fresh}, ${MASTER}` }).close();
  const last = open({ folder, masterKey: fresh });
  expect(last.keyring.of('crm')).toEqual(before);
  last.close();
});

test('another value in the settings is live beside what was rotated, under an id of its own', () => {
  const folder = temporaryFolder();
  const first = open({ folder });
  rotateCrm(first.keyring);
  first.close();
  const env = { CROSSDOCK_WEBHOOK_SECRET_CRM: 'a-changed-setting' };
  const second = open({ folder, env });
  expect(statesOf(second.keyring)).toEqual([
    'crm-1 retiring',
    expect.stringMatching(/^sec_. active$/),
    'crm-1 active',
  ]);
  const ids = second.keyring.of('crm').map(({ id }) => id);
  expect(new Set(ids).size).toBe(3);
  second.close();
});

test('the secret that a rotation made may be put into the settings: it is one and the same', () => {
  const folder = temporaryFolder();
  const first = open({ folder });
  const { shown } = rotateCrm(first.keyring);
  first.close();
  const second = open({ folder, env: { CROSSDOCK_WEBHOOK_SECRET_CRM: shown } });
  expect(second.keyring.of('crm')).toHaveLength(2);
  second.close();
});

test('a row that is moved to another connection does not open', () => {
  const folder = temporaryFolder();
  const first = open({ folder });
  rotateCrm(first.keyring);
  first.close();
  const sqlite = new Database(join(folder, 'connections.db'));
  sqlite.prepare("UPDATE connection_secrets SET connection = 'wms'").run();
  sqlite.close();
  expect(() => open({ folder })).toThrow(/changed from outside/);
});

test.each([
  ['a former one', ENV.CROSSDOCK_WEBHOOK_SECRET_CRM, 'crm', /is or was a secret/],
  ['one that the profile cannot use', 'whsec_%%%%%%', 'crm-std', /must be base64/],
])('a given secret is refused when it is %s', (_what, value, connection, told) => {
  const { keyring, close } = open({ folder: temporaryFolder() });
  const call = { connection, force: false, value };
  const issues = (() => {
    try {
      keyring.rotate(call);
      return '';
    } catch (error) {
      return JSON.stringify((error as { issues: unknown }).issues);
    }
  })();
  expect(issues).toMatch(told);
  expect(issues).not.toContain(value);
  expect(keyring.of(connection)).toHaveLength(1);
  close();
});

test('a given secret becomes the active one', () => {
  const { keyring, close } = open({ folder: temporaryFolder() });
  const { shown } = keyring.rotate({
    connection: 'crm',
    force: false,
    value: 'made-by-the-sender',
  });
  expect(shown).toBe('made-by-the-sender');
  expect(keyring.of('crm').at(-1)).toMatchObject({ value: shown, state: 'active' });
  close();
});
