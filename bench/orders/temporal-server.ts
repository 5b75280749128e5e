import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { processEnv } from '../../src/config/env.ts';
import { findFreePort } from '../../src/supervisor/ports.ts';
import { spawnProgram } from '../../src/supervisor/spawn.ts';
import { waitForNamespace } from '../../src/supervisor/temporal-namespace.ts';
import { DEV_SERVER_NAMESPACE, devServerArguments } from '../../src/supervisor/temporal-server.ts';
import type { TemporalTarget } from '../../src/temporal/connect.ts';

export interface BenchTemporal {
  target: TemporalTarget;
  pid: number | undefined;
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 60_000;

/** The dev server with the settings that `npm start` gives it, on a database of its own. */
export async function startTemporal(cli: string, folder: string): Promise<BenchTemporal> {
  const port = await findFreePort();
  const uiPort = await findFreePort([port]);
  const address = `127.0.0.1:${port}`;
  const target = { address, namespace: DEV_SERVER_NAMESPACE, connectionOptions: { address } };
  const { signal } = new AbortController();
  const serving = () => waitForNamespace({ target, timeoutMs: READY_TIMEOUT_MS, signal });
  const databaseFile = join(folder, 'temporal.db');
  const args = devServerArguments({ databaseFile, port, uiPort, synchronous: 'NORMAL' });
  const log = createWriteStream(join(folder, 'temporal.log'));
  const server = spawnProgram(
    { name: 'temporal', command: cli, args, env: processEnv(), ready: serving },
    (_name, stream) => stream.pipe(log),
  );
  const killWithUs = (): boolean => server.kill('SIGKILL');
  process.once('exit', killWithUs);
  await serving();
  return {
    target,
    pid: server.pid,
    async stop() {
      process.off('exit', killWithUs);
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
    },
  };
}
