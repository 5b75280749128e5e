import { expect, test } from 'vitest';
import { loadApiConfig } from '../../src/config/api.ts';
import { createConnections } from '../../src/ingest/connections.ts';

const ENV = {
  CROSSDOCK_API_KEY: '0123456789abcdef',
  CROSSDOCK_WEBHOOK_SECRET_CRM: 'secret-of-crm',
  CROSSDOCK_WEBHOOK_SECRET_TASKS: 'secret-of-tasks',
  CROSSDOCK_WEBHOOK_SECRET_WMS: 'secret-of-wms',
};

function connectionsOf(further: unknown) {
  return loadApiConfig({ ...ENV, CROSSDOCK_WEBHOOK_CONNECTIONS: JSON.stringify(further) })
    .connections;
}

test('without more there are the three default connections with the template profile', () => {
  const { connections } = loadApiConfig(ENV);
  expect(connections.map(({ name, kind, profile }) => [name, kind, profile.kind])).toEqual([
    ['crm', 'crm', 'hmac'],
    ['tasks', 'tasks', 'hmac'],
    ['wms', 'wms', 'hmac'],
  ]);
});

test('further connections are added, and one by a default name replaces it', () => {
  const secrets = [{ id: 's1', value: 'another-secret' }];
  const all = connectionsOf([
    { name: 'crm', kind: 'crm', profile: 'crossdock-v1', secrets },
    { name: 'wms-north', kind: 'wms', profile: 'smartwms', secrets },
  ]);
  expect(all.map((one) => one.name)).toEqual(['crm', 'tasks', 'wms', 'wms-north']);
  expect(all[0]?.secrets).toMatchObject([{ id: 's1', state: 'active' }]);
});

test('a profile of its own may stand in the data', () => {
  const [, , , vendor] = connectionsOf([
    {
      name: 'vendor',
      kind: 'wms',
      profile: {
        kind: 'hmac',
        algorithm: 'sha1',
        key: 'utf8',
        header: 'x-vendor',
        encoding: 'hex',
        grammar: { list: 'single' },
        signedString: '{body}',
        id: null,
        timestamp: null,
      },
      secrets: [{ id: 's1', value: 'another-secret' }],
    },
  ]);
  expect(vendor?.profile).toMatchObject({ header: 'x-vendor', toleranceMs: 300_000 });
});

test.each([
  ['no JSON', 'nonsense'],
  [
    'an unknown profile',
    [{ name: 'a', kind: 'crm', profile: 'nope', secrets: [{ id: '1', value: 'x' }] }],
  ],
  ['no secret at all', [{ name: 'a', kind: 'crm', profile: 'template', secrets: [] }]],
  [
    'a name with a slash',
    [{ name: 'a/b', kind: 'crm', profile: 'template', secrets: [{ id: '1', value: 'x' }] }],
  ],
  [
    'the name that is an alias',
    [{ name: 'orders', kind: 'crm', profile: 'template', secrets: [{ id: '1', value: 'x' }] }],
  ],
  [
    'a retiring secret without an end',
    [
      {
        name: 'a',
        kind: 'crm',
        profile: 'template',
        secrets: [{ id: '1', value: 'x', state: 'retiring' }],
      },
    ],
  ],
])('%s is refused at the start', (_name, further) => {
  const text = typeof further === 'string' ? further : JSON.stringify(further);
  expect(() => loadApiConfig({ ...ENV, CROSSDOCK_WEBHOOK_CONNECTIONS: text })).toThrow(
    /CROSSDOCK_WEBHOOK_CONNECTIONS/,
  );
});

test('a secret that its profile cannot use is refused at the start', () => {
  const settings = connectionsOf([
    {
      name: 'a',
      kind: 'crm',
      profile: 'standard-webhooks',
      secrets: [{ id: 'bad', value: 'whsec_%' }],
    },
  ]);
  expect(() => createConnections(settings, { rateMax: 1, rateWindowMs: 1000 })).toThrow(/bad/);
});

test('only waiting times of business are scaled', () => {
  const { dispatch, ingest } = loadApiConfig({ ...ENV, CROSSDOCK_TIME_SCALE: '0.1' });
  expect(dispatch).toMatchObject({ retryInitialMs: 50, retryMaxMs: 1000, callTimeoutMs: 5000 });
  expect(ingest.rateWindowMs).toBe(10_000);
});
