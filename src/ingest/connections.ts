import { randomBytes } from 'node:crypto';
import type { ConnectionSettings, IngestSettings } from '../config/api.ts';
import type { EventOrigin } from '../normalise/read-event.ts';
import { PROFILES } from '../verification/profiles.ts';
import type { Verifier } from '../verification/verdict.ts';
import { createVerifier } from '../verification/verify.ts';
import { RateLimit } from './rate-limit.ts';

/** One configured outside system as its webhooks reach us. */
export interface Connection {
  name: string;
  origin: EventOrigin;
  verifier: Verifier;
  rate: RateLimit;
}

export interface Connections {
  /** By the last part of the path: a name, or what it is an alias of. */
  at(path: string): Connection | undefined;
  /** Verifies against a secret that nobody has, so that an unknown name costs the same time. */
  decoy: Verifier;
}

const ALIASES: ReadonlyMap<string, string> = new Map([['orders', 'crm']]);

export function createConnections(
  settings: readonly ConnectionSettings[],
  { rateMax, rateWindowMs }: Pick<IngestSettings, 'rateMax' | 'rateWindowMs'>,
): Connections {
  const byName = new Map<string, Connection>(
    settings.map(({ name, kind, profile, secrets }) => [
      name,
      {
        name,
        origin: { connection: name, kind },
        verifier: createVerifier(profile, secrets),
        rate: new RateLimit({ max: rateMax, windowMs: rateWindowMs }),
      },
    ]),
  );
  return {
    at: (path) => byName.get(ALIASES.get(path) ?? path),
    decoy: createDecoy(),
  };
}

function createDecoy(): Verifier {
  const profile = PROFILES.get('template');
  if (profile === undefined) throw new Error('The template profile is not shipped.');
  const value = randomBytes(32).toString('hex');
  return createVerifier(profile, [{ id: 'decoy', value, state: 'active', until: null }]);
}
