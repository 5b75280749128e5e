import type { ConnectionSettings } from '../config/api.ts';
import { AppError } from '../errors.ts';
import type { Check } from '../verification/doctor/check.ts';
import { examineRequest } from '../verification/doctor/examine.ts';
import { profileNameOf } from '../verification/profiles.ts';
import { endOf, type Secret } from '../verification/secrets.ts';
import type { SignedRequest } from '../verification/verdict.ts';
import type { Connection, Connections, Paused } from './connections.ts';
import type { LastRefusal } from './tally.ts';

interface KeptSecret extends Secret {
  createdAt: number | null;
}

export interface RotationCall {
  connection: string;
  overlapMs?: number | undefined;
  force: boolean;
  value?: string | undefined;
}

interface Rotation {
  secretId: string;
  shown: string;
  activeFrom: number;
  previousUntil: number;
}

/** Where rotated secrets and pauses are kept. */
export interface DeskStores {
  keyring: {
    of(connection: string): readonly KeptSecret[];
    rotate(call: RotationCall): Rotation;
  };
  pauses: { set(connection: string, paused: Paused): void; remove(connection: string): void };
}

/** A secret as operators see it: never its value. */
export interface SecretView {
  id: string;
  state: Secret['state'] | 'retired';
  createdAt: number | null;
  until: number | null;
  /** Null when it verified nothing since the start of this process. */
  lastUsedAt: number | null;
}

export interface ConnectionView {
  name: string;
  kind: ConnectionSettings['kind'];
  profile: string;
  path: string;
  paused: Paused | null;
  secrets: SecretView[];
  /** Since the start of this process. */
  webhooks: {
    since: number;
    lastVerifiedAt: number | null;
    answers: ReadonlyMap<string, number>;
    lastRefusal: LastRefusal | null;
  };
}

/** What operators see and change of the connections that webhooks come in by. */
export interface ConnectionDesk {
  list(): ConnectionView[];
  find(name: string): ConnectionView | undefined;
  /** On disk, and in force for the next webhook, when it returns. */
  rotate(call: RotationCall): Rotation;
  pause(name: string, reason: string | null): void;
  resume(name: string): void;
  /** Keeps nothing of the request. */
  examine(name: string, request: SignedRequest): Check[];
}

interface DeskOptions extends DeskStores {
  /** Those that there are now. */
  settings: () => readonly ConnectionSettings[];
  connections: Connections;
  now: () => number;
}

export function createConnectionDesk(options: DeskOptions): ConnectionDesk {
  const { settings, connections, keyring, pauses, now } = options;
  const startedAt = now();
  const viewOf = (one: ConnectionSettings): ConnectionView[] => {
    const connection = connections.at(one.name);
    if (connection === undefined) return [];
    const secrets = keyring.of(one.name).map((secret) => secretView(secret, connection, now()));
    return [connectionView({ one, connection, secrets, startedAt })];
  };
  return {
    list: () => settings().flatMap(viewOf),
    find: (name) =>
      settings()
        .filter((one) => one.name === name)
        .flatMap(viewOf)[0],
    rotate(call) {
      const rotation = written(() => keyring.rotate(call));
      connections.useSecrets(call.connection, keyring.of(call.connection));
      return rotation;
    },
    pause(name, reason) {
      if (connections.at(name)?.paused != null) return;
      const paused = { since: now(), reason };
      written(() => pauses.set(name, paused));
      connections.setPaused(name, paused);
    },
    resume(name) {
      written(() => pauses.remove(name));
      connections.setPaused(name, null);
    },
    examine(name, request) {
      const found = settings().find((one) => one.name === name);
      if (found === undefined) return [];
      const others = settings()
        .filter((one) => one.name !== name)
        .map((one) => ({
          connection: one.name,
          profile: one.profile,
          secrets: keyring.of(one.name),
        }));
      const { profile } = found;
      return examineRequest({
        profile,
        secrets: keyring.of(name),
        others,
        request,
        nowMs: now(),
      });
    },
  };
}

interface ViewInput {
  one: ConnectionSettings;
  connection: Connection;
  secrets: SecretView[];
  startedAt: number;
}

function connectionView({ one, connection, secrets, startedAt }: ViewInput): ConnectionView {
  const { name, kind, profile } = one;
  const { tally, paused } = connection;
  const { lastVerifiedAt, answers, lastRefusal } = tally;
  return {
    name,
    kind,
    profile: profileNameOf(profile),
    path: `/webhooks/${name === 'crm' ? 'orders' : name}`,
    paused,
    secrets,
    webhooks: { since: startedAt, lastVerifiedAt, answers, lastRefusal },
  };
}

function secretView(secret: KeptSecret, { tally }: Connection, now: number): SecretView {
  const { id, state, until, createdAt } = secret;
  const ended = endOf(secret) <= now;
  return { id, state: ended ? 'retired' : state, createdAt, until, lastUsedAt: tally.usedAt(id) };
}

/** What the store cannot write was not done. */
function written<Result>(write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(
      'unavailable',
      'connections.db cannot be written now, so nothing was changed. Try again in a moment.',
      { problem: 'connections-unavailable', retryAfterMs: 5000, cause: error },
    );
  }
}
