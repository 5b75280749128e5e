import { openDatabase, type Sqlite } from '../db/open.ts';
import type { MasterKeys, Sealed } from './master-key.ts';
import { createPauses, type Pauses } from './pauses.ts';
import type { KeptSecret } from './rotate.ts';
import * as schema from './schema.ts';

/** `connections.db`: what operators change of a connection, which only the api writes. */
export interface ConnectionStore {
  /** The secrets of each connection that was ever rotated, oldest first. */
  secrets(keys: MasterKeys): Map<string, KeptSecret[]>;
  /** Replaces all that is kept of a connection's secrets. */
  replaceSecrets(connection: string, kept: readonly KeptSecret[], keys: MasterKeys): void;
  holdsSecrets(): boolean;
  pauses: Pauses;
  close(): void;
}

interface Row {
  connection: string;
  secretId: string;
  state: KeptSecret['state'];
  until: number | null;
  createdAt: number | null;
  masterKeyId: string;
  sealed: Buffer;
}

export function openConnectionStore(file: string): ConnectionStore {
  const { sqlite } = openDatabase(schema, {
    file,
    migrations: 'src/secrets/migrations',
    synchronous: 'FULL',
  });
  const any = sqlite.prepare<[], { one: 1 }>('SELECT 1 AS one FROM connection_secrets LIMIT 1');
  return {
    secrets: secretsReader(sqlite),
    replaceSecrets: secretsWriter(sqlite),
    holdsSecrets: () => any.get() !== undefined,
    pauses: createPauses(sqlite),
    close: () => void sqlite.close(),
  };
}

/** Seals again what an earlier master key sealed, so that it can be taken out of the settings. */
function secretsReader(sqlite: Sqlite): ConnectionStore['secrets'] {
  const all = sqlite.prepare<[], Row>(`SELECT connection, secret_id AS secretId, state, until,
    created_at AS createdAt, master_key_id AS masterKeyId, sealed
    FROM connection_secrets ORDER BY rowid`);
  const reseal = sqlite.prepare(`UPDATE connection_secrets
    SET master_key_id = @masterKeyId, sealed = @bytes
    WHERE connection = @connection AND secret_id = @secretId`);
  const read = sqlite.transaction((keys: MasterKeys) => {
    const byConnection = new Map<string, KeptSecret[]>();
    for (const row of all.all()) {
      const { connection, secretId, state, until, createdAt, masterKeyId, sealed } = row;
      const context = contextOf(connection, secretId);
      const value = keys.open({ masterKeyId, bytes: sealed }, context);
      if (masterKeyId !== keys.currentId) {
        const fresh: Sealed = keys.seal(value, context);
        reseal.run({ ...fresh, connection, secretId });
      }
      const kept = byConnection.get(connection) ?? [];
      kept.push({ id: secretId, value, state, until, createdAt });
      byConnection.set(connection, kept);
    }
    return byConnection;
  });
  return (keys) => read.immediate(keys);
}

function secretsWriter(sqlite: Sqlite): ConnectionStore['replaceSecrets'] {
  const remove = sqlite.prepare('DELETE FROM connection_secrets WHERE connection = ?');
  const insert = sqlite.prepare(`INSERT INTO connection_secrets
    (connection, secret_id, state, until, created_at, master_key_id, sealed)
    VALUES (@connection, @secretId, @state, @until, @createdAt, @masterKeyId, @bytes)`);
  const replace = sqlite.transaction(
    (connection: string, kept: readonly KeptSecret[], keys: MasterKeys) => {
      remove.run(connection);
      for (const { id: secretId, value, state, until, createdAt } of kept) {
        const sealed = keys.seal(value, contextOf(connection, secretId));
        insert.run({ connection, secretId, state, until, createdAt, ...sealed });
      }
    },
  );
  return (connection, kept, keys) => replace.immediate(connection, kept, keys);
}

function contextOf(connection: string, secretId: string): string {
  return `webhook secret ${secretId} of connection ${connection}`;
}
