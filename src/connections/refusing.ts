import type { Connector } from './attempt.ts';

/** Stands in where nothing can be sent: every command of it becomes a dead letter that says why. */
export function createRefusing(cause: string, error: string): Connector {
  return {
    send: () => Promise.resolve({ kind: 'refused', status: 0, cause, error }),
    close: () => Promise.resolve(),
  };
}

/** Begins like the code of a mapping error, so that a remap sends the command again. */
export function bundleMissing(bundle: string): Connector {
  return createRefusing(
    'MAP_BUNDLE',
    `The mapping bundle ${bundle} that this order is pinned to is not stored here, so nothing was sent. Remap the order to a bundle of the history: POST /api/v1/orders/{id}/remap.`,
  );
}

export function connectionMissing(name: string, bundle: string): Connector {
  return createRefusing(
    'MAP_CONNECTION',
    `The mapping bundle ${bundle} of this order has no connection ${name}, so nothing was sent. Add mappings/connections/${name}.yaml (or, for a CRM of the template contract, its address to CROSSDOCK_CRM_URLS), then remap the order to the new bundle or replay.`,
  );
}

export function connectionOff(name: string, missing: readonly string[]): Connector {
  return createRefusing(
    `${name} off`,
    `The connection ${name} is off, so nothing was sent: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not set. Set it for the worker, start it again, and replay.`,
  );
}
