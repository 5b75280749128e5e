import { ProfileSchema, type Profile } from './profile.ts';

const STANDARD_WEBHOOKS = {
  header: 'webhook-signature',
  encoding: 'base64',
  signedString: '{id}.{ts}.{body}',
  id: { header: 'webhook-id', matchesBody: true },
  timestamp: { from: 'header', header: 'webhook-timestamp' },
};

const DATA = {
  /** Seed 4: hex HMAC of the raw body, the body's id in a header, the body's own timestamp. */
  template: {
    kind: 'hmac',
    algorithm: 'sha256',
    key: 'utf8',
    header: 'x-signature',
    encoding: 'hex',
    grammar: { list: 'single' },
    signedString: '{body}',
    id: { header: 'x-event-id', matchesBody: true },
    timestamp: { from: 'body', field: 'timestamp' },
  },
  'crossdock-v1': {
    kind: 'hmac',
    algorithm: 'sha256',
    key: 'utf8',
    header: 'x-signature',
    encoding: 'hex',
    grammar: { list: 'elements', version: 'v1' },
    signedString: '{id}.{ts}.{body}',
    id: { header: 'x-event-id', matchesBody: true },
    timestamp: { from: 'element', key: 't', echo: 'x-timestamp' },
  },
  'standard-webhooks': {
    kind: 'hmac',
    algorithm: 'sha256',
    key: 'whsec',
    publicKeyVersion: 'v1a',
    grammar: { list: 'versions', version: 'v1' },
    ...STANDARD_WEBHOOKS,
  },
  'standard-webhooks-v1a': {
    kind: 'ed25519',
    grammar: { list: 'versions', version: 'v1a' },
    ...STANDARD_WEBHOOKS,
  },
  smartwms: {
    kind: 'hmac',
    algorithm: 'sha256',
    key: 'utf8',
    header: 'x-smartwms-signature',
    encoding: 'hex',
    grammar: { list: 'single' },
    signedString: '{body}',
    id: null,
    timestamp: null,
  },
  github: {
    kind: 'hmac',
    algorithm: 'sha256',
    key: 'utf8',
    header: 'x-hub-signature-256',
    encoding: 'hex',
    grammar: { list: 'single', prefix: 'sha256=' },
    signedString: '{body}',
    id: { header: 'x-github-delivery', matchesBody: false },
    timestamp: null,
  },
  shopify: {
    kind: 'hmac',
    algorithm: 'sha256',
    key: 'utf8',
    header: 'x-shopify-hmac-sha256',
    encoding: 'base64',
    grammar: { list: 'single' },
    signedString: '{body}',
    id: { header: 'x-shopify-webhook-id', matchesBody: false },
    timestamp: null,
  },
  stripe: {
    kind: 'hmac',
    algorithm: 'sha256',
    key: 'utf8',
    header: 'stripe-signature',
    encoding: 'hex',
    grammar: { list: 'elements', version: 'v1' },
    signedString: '{ts}.{body}',
    id: null,
    timestamp: { from: 'element', key: 't' },
  },
  basic: { kind: 'basic' },
  bearer: { kind: 'bearer' },
} as const;

/** The shipped profiles by name. */
export const PROFILES: ReadonlyMap<string, Profile> = new Map(
  Object.entries(DATA).map(([name, data]) => [name, ProfileSchema.parse(data)]),
);

/** The name of a shipped profile; `custom` for one that stands in the settings. */
export function profileNameOf(profile: Profile): string {
  return [...PROFILES].find(([, shipped]) => shipped === profile)?.[0] ?? 'custom';
}
