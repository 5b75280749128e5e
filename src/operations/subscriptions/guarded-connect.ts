import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressGuard, Destination } from './address-guard.ts';

/** The code of a connection that the guard did not let happen. */
export const BLOCKED = 'CROSSDOCK_BLOCKED_ADDRESS';

class BlockedAddressError extends Error {
  readonly code = BLOCKED;
}

/** A connector of undici that vets every address at every connection. */
export function createGuardedConnector(
  guard: AddressGuard,
  timeoutMs: number,
): buildConnector.connector {
  return (options, callback) => {
    const destination = destinationOf(options);
    const host = options.hostname.replace(/^\[|\]$/g, '');
    // Node does not look up what is an address already, so the hook below never sees it.
    const reason = isIP(host) === 0 ? null : guard.refusal(host, destination);
    if (reason !== null) {
      callback(new BlockedAddressError(reason), null);
      return;
    }
    const vetted = vettedLookup(guard, destination);
    const connect = buildConnector({ timeout: timeoutMs, lookup: vetted });
    connect(options, callback);
  };
}

function destinationOf({ protocol, port }: buildConnector.Options): Destination {
  const standard = protocol === 'https:' ? 443 : 80;
  return { protocol, port: port === '' ? standard : Number(port) };
}

/** Hands back only addresses that were vetted: what is connected to is what was judged. */
function vettedLookup(guard: AddressGuard, destination: Destination): LookupFunction {
  return (hostname, options: LookupOptions, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error !== null) {
        callback(error, '', 0);
        return;
      }
      const reason = found
        .map(({ address }) => guard.refusal(address, destination))
        .find((one) => one !== null);
      const [first] = found;
      if (reason !== undefined || first === undefined) {
        callback(new BlockedAddressError(reason ?? `${hostname} has no address`), '', 0);
      } else if (options.all === true) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };
}
