import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { linkSettings } from '../../src/config/connections.ts';
import { loadWorkerConfig } from '../../src/config/worker.ts';
import { createConnections } from '../../src/connections/connections.ts';
import type { Route } from '../../src/domain/route.ts';
import { ORDER, requestPick } from '../support/limits-stage.ts';
import { shippedWiring } from '../support/shipped-wiring.ts';

const STORED = 'the only bundle';

/** The worker's connections with nothing set but the address of the warehouse. */
async function sendBy(route: Partial<Route>) {
  const connections = createConnections({
    config: loadWorkerConfig({}),
    wirings: {
      active: shippedWiring,
      get: (hash) => Promise.resolve(hash === STORED ? shippedWiring() : undefined),
    },
    settingsOf: (spec) => linkSettings(spec, {}),
    linkTo: (actionId) => actionId,
    log: pino({ level: 'silent' }),
  });
  onTestFinished(() => connections.close());
  const whole: Route = { wms: 'wms', tasks: 'tasks', mappingBundle: STORED, ...route };
  const command = requestPick('O-1');
  const { connector } = await connections.of(command, ORDER, whole);
  return connector.send(command, { order: ORDER, timeoutMs: 1000 });
}

it('a bundle that is not stored is never replaced by the newest: it says what to do', async () => {
  expect(await sendBy({ mappingBundle: 'gone' })).toMatchObject({
    kind: 'refused',
    status: 0,
    cause: 'MAP_BUNDLE',
    error: expect.stringContaining('Remap the order to a bundle of the history'),
  });
});

it('a connection that the order’s bundle does not have is named with the file to write', async () => {
  expect(await sendBy({ wms: 'depot-9' })).toMatchObject({
    cause: 'MAP_CONNECTION',
    error: expect.stringContaining('Add mappings/connections/depot-9.yaml'),
  });
});

it('a connection whose variables are not set says which', async () => {
  expect(await sendBy({})).toMatchObject({
    cause: 'wms off',
    error: expect.stringContaining('CROSSDOCK_WMS_TOKEN is not set'),
  });
});
