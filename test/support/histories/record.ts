import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { processEnv } from '../../../src/config/env.ts';
import { findFreePort } from '../../../src/supervisor/ports.ts';
import { createProgress, type Progress } from '../../../src/supervisor/progress.ts';
import { obtainTemporal } from '../../../src/supervisor/provision/obtain.ts';
import { spawnProgram } from '../../../src/supervisor/spawn.ts';
import { waitForNamespace } from '../../../src/supervisor/temporal-namespace.ts';
import {
  DEV_SERVER_NAMESPACE,
  devServerArguments,
} from '../../../src/supervisor/temporal-server.ts';
import { cleanse } from './cleanse.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { createRecordingStage } from './stage.ts';

const TARGET = fileURLToPath(new URL('../../fixtures/histories/', import.meta.url));
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const READY_TIMEOUT_MS = 60_000;
/** Low enough that a long order continues as new within a few seconds. */
const EVENTS_BEFORE_CONTINUE = 60;
/** A pick's silence: long against the scenarios that report, short for the one that does not. */
const SILENCE_MS = 1500;

/** Plays every scenario on a server of its own and keeps what it leaves as test/fixtures/histories. */
export async function recordHistories(): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const progress = createProgress();
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-histories-'));
  const server = await startServer(folder, progress);
  try {
    const histories = await play(server.address, folder, progress);
    mkdirSync(TARGET, { recursive: true });
    for (const name of readdirSync(TARGET)) if (name.endsWith('.json')) rmSync(join(TARGET, name));
    for (const [name, text] of histories) writeFileSync(join(TARGET, `${name}.json`), text);
    progress.say(`${histories.size} histories are in test/fixtures/histories`);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function play(
  address: string,
  folder: string,
  progress: Progress,
): Promise<Map<string, string>> {
  const policy = { silenceFirstMs: SILENCE_MS };
  const stage = await createRecordingStage({
    address,
    namespace: DEV_SERVER_NAMESPACE,
    folder,
    policy,
  });
  const histories = new Map<string, string>();
  await stage.runUntil(async () => {
    for (const scenario of SCENARIOS) {
      progress.say(`recording ${scenario.name}`);
      await scenario.play(stage);
    }
  });
  for (const scenario of SCENARIOS) {
    for (const [name, text] of await fetchRuns(stage.client, scenario)) histories.set(name, text);
  }
  await stage.close();
  return histories;
}

async function fetchRuns(client: Client, scenario: Scenario): Promise<[string, string][]> {
  const { workflowId, runsMin } = scenario;
  const runs: string[] = [];
  for await (const { runId } of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
    runs.unshift(runId);
  }
  if (runs.length < runsMin) throw new Error(`${scenario.name} left ${runs.length} runs`);
  const secrets = [ROOT, tmpdir(), `@${hostname()}`, homedir()];
  return Promise.all(
    runs.map(async (runId, index): Promise<[string, string]> => {
      const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      const name = runs.length === 1 ? scenario.name : `${scenario.name}-run-${index + 1}`;
      return [name, cleanse(JSON.parse(historyToJSON(history)), secrets)];
    }),
  );
}

interface Server {
  address: string;
  stop(): Promise<void>;
}

async function startServer(folder: string, progress: Progress): Promise<Server> {
  const { signal } = new AbortController();
  const binary = await obtainTemporal({ env: processEnv(), progress, signal });
  const port = await findFreePort();
  const uiPort = await findFreePort([port]);
  const address = `127.0.0.1:${port}`;
  const target = { address, namespace: DEV_SERVER_NAMESPACE, connectionOptions: { address } };
  const ready = () => waitForNamespace({ target, timeoutMs: READY_TIMEOUT_MS, signal });
  const databaseFile = join(folder, 'temporal.db');
  const args = [
    ...devServerArguments({ databaseFile, port, uiPort, synchronous: 'NORMAL' }),
    '--dynamic-config-value',
    `limit.historyCount.suggestContinueAsNew=${EVENTS_BEFORE_CONTINUE}`,
  ];
  const spec = { name: 'temporal', command: binary.path, args, env: processEnv(), ready };
  const server = spawnProgram(spec, undefined);
  const killWithUs = () => server.kill('SIGKILL');
  process.once('exit', killWithUs);
  await ready();
  return {
    address,
    async stop() {
      process.off('exit', killWithUs);
      server.kill('SIGTERM');
      if (server.exitCode === null) await once(server, 'exit');
    },
  };
}
