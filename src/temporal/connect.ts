import { Client, Connection, type ClientOptions, type ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { NativeConnection, NativeConnectionOptions } from '@temporalio/worker';
import type { Env } from '../config/env.ts';

/** The Temporal server and namespace that `TEMPORAL_ADDRESS` and its sister variables name. */
export interface TemporalTarget {
  address: string;
  namespace: string;
  connectionOptions: NativeConnectionOptions;
}

const DEFAULT_ADDRESS = '127.0.0.1:7233';

/** gRPC alone would wait up to two minutes before it looks for a server that has come back. */
const RECONNECT_FIRST_MS = 500;
const RECONNECT_MAX_MS = 3000;

/** Reads `TEMPORAL_*` and the profile file that the Temporal CLI and the other SDKs share. */
export function loadTemporalTarget(env: Env): TemporalTarget {
  const overrideEnvVars = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const config = loadClientConnectConfig({ overrideEnvVars });
  const address = config.connectionOptions.address ?? DEFAULT_ADDRESS;
  return {
    address,
    namespace: config.namespace ?? 'default',
    connectionOptions: { ...config.connectionOptions, address },
  };
}

/** A client that connects at its first call, so that its process starts while Temporal is down. */
export function openTemporalClient(
  target: TemporalTarget,
  options: Omit<ClientOptions, 'connection' | 'namespace'> = {},
): Client {
  const connection = openTemporalConnection(target);
  return new Client({ ...options, connection, namespace: target.namespace });
}

/** The same without a client's conveniences, for calls about the server itself. */
export function openTemporalConnection(
  target: TemporalTarget,
  options: Pick<ConnectionOptions, 'connectTimeout'> = {},
): Connection {
  return Connection.lazy({ ...clientOptions(target), ...options });
}

/** Connects a worker; rejects when the server cannot be reached. */
export async function connectTemporalWorker(target: TemporalTarget): Promise<NativeConnection> {
  // Only a worker pays for loading the native core.
  const { NativeConnection } = await import('@temporalio/worker');
  return NativeConnection.connect({
    ...target.connectionOptions,
    ...(isLoopback(target.address) ? { grpcCompression: { codec: 'none' } } : {}),
  });
}

/** Compression costs a processor and saves nothing where no network is crossed. */
function isLoopback(address: string): boolean {
  return /^(https?:\/\/)?(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(address);
}

function clientOptions({ address, connectionOptions }: TemporalTarget): ConnectionOptions {
  const { apiKey, metadata, tls } = connectionOptions;
  return {
    address,
    channelArgs: {
      'grpc.initial_reconnect_backoff_ms': RECONNECT_FIRST_MS,
      'grpc.max_reconnect_backoff_ms': RECONNECT_MAX_MS,
    },
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(tls === undefined ? {} : { tls }),
  };
}
