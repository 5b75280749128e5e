import type { Fields, NodeReader } from '../mapping/yaml/fields.ts';
import type { YamlNode } from '../mapping/yaml/node.ts';
import { entriesOf, readSecret, readSetting, refuse, textOf } from './read-parts.ts';
import type { AuthSpec, Setting, TokenLifetime } from './spec.ts';

const KINDS = ['none', 'header', 'bearer', 'basic', 'oauth2', 'login'] as const;
const LIFETIME = ['expires_in', 'lifetime_s', 'early_s'];
const KEYS: Readonly<Record<AuthSpec['kind'], readonly string[]>> = {
  none: [],
  header: ['header', 'value'],
  bearer: ['token'],
  basic: ['user', 'password'],
  oauth2: ['token_url', 'client_id', 'client_secret', 'scope', 'credentials', ...LIFETIME],
  login: ['path', 'send', 'token', 'header', 'template', ...LIFETIME],
};

/** A token of which nobody says how long it lives is taken to live an hour. */
const LIFETIME_SECONDS = 3600;
const EARLY_SECONDS = 60;

/** How calls prove who we are; null means that a mistake was added. */
export function readAuth(node: YamlNode, reader: NodeReader): AuthSpec | null {
  const map = reader.map(node, 'auth');
  const kindNode = map?.entries.find(({ key }) => key === 'kind')?.value;
  if (map === null) return null;
  if (kindNode === undefined)
    return refuse(reader, node.place, `auth needs a kind: ${KINDS.join(', ')}.`);
  const kind = reader.oneOf(kindNode, KINDS, 'kind');
  if (kind === null) return null;
  const fields = reader.fields(node, ['kind', ...KEYS[kind]], `auth of kind ${kind}`);
  return fields === null ? null : readKind(kind, fields, reader);
}

function readKind(kind: AuthSpec['kind'], fields: Fields, reader: NodeReader): AuthSpec | null {
  const need = (key: string): YamlNode | null =>
    reader.required(fields, key, `auth of kind ${kind} needs ${key}:.`);
  const setting = (key: string): Setting | null =>
    given(need(key), (at) => readSetting(at, key, reader));
  const secret = (key: string): Setting | null =>
    given(need(key), (at) => readSecret(at, key, reader));
  const text = (key: string): string | null => given(need(key), (at) => reader.text(at, key));
  switch (kind) {
    case 'none':
      return { kind };
    case 'header':
      return whole({ kind, header: text('header'), value: secret('value') });
    case 'bearer':
      return whole({ kind, token: secret('token') });
    case 'basic':
      return whole({ kind, user: setting('user'), password: secret('password') });
    case 'oauth2': {
      const credentials = fields.get('credentials');
      const auth = whole({
        kind,
        tokenUrl: setting('token_url'),
        clientId: setting('client_id'),
        clientSecret: secret('client_secret'),
        credentials:
          credentials === undefined
            ? ('basic' as const)
            : reader.oneOf(credentials, ['basic', 'form'] as const, 'credentials'),
        lifetime: readLifetime(fields, reader, 'expires_in'),
      });
      return auth === null
        ? null
        : { ...auth, scope: textOf(fields.get('scope'), 'scope', reader) };
    }
    case 'login':
      return whole({
        kind,
        path: text('path'),
        send: readSend(need('send'), reader),
        token: text('token'),
        header: textOf(fields.get('header'), 'header', reader) ?? 'Authorization',
        template: textOf(fields.get('template'), 'template', reader) ?? 'Bearer {token}',
        lifetime: readLifetime(fields, reader, null),
      });
  }
}

function given<Value>(node: YamlNode | null, read: (node: YamlNode) => Value | null): Value | null {
  return node === null ? null : read(node);
}

type Whole<Parts> = { [Key in keyof Parts]: Exclude<Parts[Key], null> };

/** Null when any part is: its mistake was added. */
function whole<Parts extends Record<string, unknown>>(parts: Parts): Whole<Parts> | null {
  return Object.values(parts).includes(null) ? null : (parts as Whole<Parts>);
}

/** Which of the fields are secrets, the file knows: those that it takes from the environment. */
function readSend(node: YamlNode | null, reader: NodeReader): ReadonlyMap<string, Setting> | null {
  if (node === null) return null;
  const send = new Map<string, Setting>();
  for (const { key, value } of entriesOf(node, 'send', reader)) {
    const looksSecret = /secret|password|token|key/i.test(key);
    const read = looksSecret ? readSecret(value, key, reader) : readSetting(value, key, reader);
    if (read !== null) send.set(key, read);
  }
  return send;
}

function readLifetime(fields: Fields, reader: NodeReader, preset: string | null): TokenLifetime {
  const count = (key: string, standard: number): number => {
    const node = fields.get(key);
    return (node === undefined ? null : reader.count(node, key)) ?? standard;
  };
  return {
    expiresIn: textOf(fields.get('expires_in'), 'expires_in', reader) ?? preset,
    seconds: count('lifetime_s', LIFETIME_SECONDS),
    earlySeconds: count('early_s', EARLY_SECONDS),
  };
}
