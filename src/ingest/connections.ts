import { randomBytes } from 'node:crypto';
import type { ConnectionSettings, IngestSettings } from '../config/api.ts';
import type { EventOrigin } from '../normalise/definition.ts';
import type { Profile } from '../verification/profile.ts';
import { PROFILES } from '../verification/profiles.ts';
import type { Verifier } from '../verification/verdict.ts';
import type { Secret } from '../verification/secrets.ts';
import { createVerifier } from '../verification/verify.ts';
import { RateLimit } from './rate-limit.ts';
import { ConnectionTally } from './tally.ts';

/** Why and since when an operator lets nothing in. */
export interface Paused {
  /** Epoch ms. */
  since: number;
  reason: string | null;
}

/** One configured outside system as its webhooks reach us. */
export interface Connection {
  readonly name: string;
  readonly origin: EventOrigin;
  /** Some senders take nothing but 200 for an acknowledgement. */
  readonly ack: 200 | 202;
  /** Made anew when a secret is rotated. */
  verifier: Verifier;
  readonly rate: RateLimit;
  /** Null while its webhooks are taken. */
  paused: Paused | null;
  readonly tally: ConnectionTally;
}

export interface Connections {
  /** By the last part of the path: a name, or what it is an alias of. */
  at(path: string): Connection | undefined;
  /** From the next request on these secrets are accepted and no others. */
  useSecrets(name: string, secrets: readonly Secret[]): void;
  setPaused(name: string, paused: Paused | null): void;
  /** From the next request on these are the connections that there are. */
  use(settings: readonly ConnectionSettings[]): void;
  /** Verifies against a secret that nobody has, so that an unknown name costs the same time. */
  decoy: Verifier;
}

const ALIASES: ReadonlyMap<string, string> = new Map([['orders', 'crm']]);

/** What is kept of a connection beside its settings. */
export interface KeptConnections {
  secretsOf(name: string): readonly Secret[];
  pausedOf(name: string): Paused | null;
}

export function createConnections(
  settings: readonly ConnectionSettings[],
  { rateMax, rateWindowMs }: Pick<IngestSettings, 'rateMax' | 'rateWindowMs'>,
  kept?: KeptConnections,
): Connections {
  const connect = (one: ConnectionSettings): Connection => {
    const { name, kind, profile, secrets, ack = 202 } = one;
    const known = byName.get(name);
    return {
      name,
      origin: { connection: name, kind },
      ack,
      verifier: createVerifier(profile, kept?.secretsOf(name) ?? secrets),
      rate: known?.rate ?? new RateLimit({ max: rateMax, windowMs: rateWindowMs }),
      paused: known === undefined ? (kept?.pausedOf(name) ?? null) : known.paused,
      tally: known?.tally ?? new ConnectionTally(),
    };
  };
  let byName = new Map<string, Connection>();
  let profiles = new Map<string, Profile>();
  const use = (all: readonly ConnectionSettings[]): void => {
    byName = new Map(all.map((one) => [one.name, connect(one)]));
    profiles = new Map(all.map(({ name, profile }) => [name, profile]));
  };
  use(settings);
  return {
    use,
    at: (path) => byName.get(ALIASES.get(path) ?? path),
    useSecrets(name, secrets) {
      const connection = byName.get(name);
      const profile = profiles.get(name);
      if (connection === undefined || profile === undefined) return;
      connection.verifier = createVerifier(profile, secrets);
    },
    setPaused(name, paused) {
      const connection = byName.get(name);
      if (connection !== undefined) connection.paused = paused;
    },
    decoy: createDecoy(),
  };
}

function createDecoy(): Verifier {
  const profile = PROFILES.get('template');
  if (profile === undefined) throw new Error('The template profile is not shipped.');
  const value = randomBytes(32).toString('hex');
  return createVerifier(profile, [{ id: 'decoy', value, state: 'active', until: null }]);
}
