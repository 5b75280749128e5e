import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { TestProject } from 'vitest/node';
import { processEnv } from '../../src/config/env.ts';
import { findFreePort } from '../../src/supervisor/ports.ts';
import { createProgress } from '../../src/supervisor/progress.ts';
import { obtainTemporal } from '../../src/supervisor/provision/obtain.ts';
import { spawnProgram } from '../../src/supervisor/spawn.ts';
import { waitForNamespace } from '../../src/supervisor/temporal-namespace.ts';
import { DEV_SERVER_NAMESPACE, devServerArguments } from '../../src/supervisor/temporal-server.ts';

/** What a test that needs Temporal asks for by `inject('temporal')`. */
export interface TemporalForTests {
  address: string;
  namespace: string;
  /** Path of the CLI, for tests that run a server of their own. */
  cli: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    temporal: TemporalForTests;
    /** Path of the workflow bundle of this run; workflow tier only. */
    workflowBundlePath: string;
  }
}

interface Shared {
  temporal: TemporalForTests;
  folder: string;
  stop: () => Promise<void>;
}

const READY_TIMEOUT_MS = 60_000;

declare global {
  /** Each project loads this file anew, so what the run shares hangs on the process. */
  var crossdockTemporal: { shared: Promise<Shared>; users: number } | undefined;
}

/** Starts one dev server for the whole run; a missing Temporal fails the run with its remedy. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const holding = (globalThis.crossdockTemporal ??= { shared: startShared(), users: 0 });
  holding.users += 1;
  const shared = await holding.shared;
  project.provide('temporal', shared.temporal);
  if (project.name === 'workflow') {
    project.provide('workflowBundlePath', await bundleInto(shared.folder));
  }
  return async () => {
    holding.users -= 1;
    if (holding.users > 0) return;
    globalThis.crossdockTemporal = undefined;
    await shared.stop();
  };
}

async function startShared(): Promise<Shared> {
  const progress = createProgress();
  const { signal } = new AbortController();
  const binary = await obtainTemporal({ env: processEnv(), progress, signal });
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-test-'));
  const port = await findFreePort();
  const address = `127.0.0.1:${port}`;
  const temporal = { address, namespace: DEV_SERVER_NAMESPACE, cli: binary.path };
  const databaseFile = join(folder, 'temporal.db');
  const uiPort = await findFreePort([port]);
  const target = { ...temporal, connectionOptions: { address } };
  const untilServing = () => waitForNamespace({ target, timeoutMs: READY_TIMEOUT_MS, signal });
  const server = spawnProgram(
    {
      name: 'temporal',
      command: binary.path,
      args: devServerArguments({ databaseFile, port, uiPort, synchronous: 'NORMAL' }),
      env: processEnv(),
      ready: untilServing,
    },
    undefined,
  );
  const killWithUs = () => server.kill('SIGKILL');
  process.once('exit', killWithUs);
  await untilServing();
  const stop = async () => {
    process.off('exit', killWithUs);
    server.kill('SIGTERM');
    if (server.exitCode === null) await once(server, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
  return { temporal, folder, stop };
}

async function bundleInto(folder: string): Promise<string> {
  const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
  const { code } = await bundleWorkflowCode({ workflowsPath });
  const path = join(folder, 'workflow-bundle.js');
  writeFileSync(path, code);
  return path;
}
