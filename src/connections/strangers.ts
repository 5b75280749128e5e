import type { Connector } from './attempt.ts';

/** A CRM whose events we take and whose address nobody has told us: telling another would corrupt it. */
export function createStranger(name: string): Connector {
  const error = `No address of the CRM ${name} is configured, so it can neither be told nor asked. Add it to CROSSDOCK_CRM_URLS and replay.`;
  return {
    send: () => Promise.resolve({ kind: 'refused', status: 0, error }),
    close: () => Promise.resolve(),
  };
}
