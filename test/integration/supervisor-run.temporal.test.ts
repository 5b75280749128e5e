import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { processEnv } from '../../src/config/env.ts';
import { isAlive, listProcesses } from '../../src/supervisor/processes.ts';
import type { ReadyReport } from '../../src/supervisor/ready.ts';

const RUN = fileURLToPath(new URL('supervisor-fixtures/run.ts', import.meta.url));
const PROGRAMS = ['api', 'worker', 'wms', 'crm', 'tasks', 'temporal'] as const;

interface Running {
  process: ChildProcess;
  stdout: string[];
  stderr: () => string;
}

let dataDir: string;
let started: Running[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'crossdock-supervisor-'));
  started = [];
});

afterEach(async () => {
  for (const running of started) await end(running, 'SIGKILL');
  for (const { pid } of leftovers()) process.kill(pid, 'SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

test('prints one ready line, keeps it in run.json, and stops without leaving a process', async () => {
  const running = launch();
  const report = await readyLine(running);

  expect(report.ready).toBe(true);
  for (const name of PROGRAMS) expect(isAlive(report.pids[name] ?? 0)).toBe(true);
  expect(await environmentOf(report)).toMatchObject({
    CROSSDOCK_DATA_DIR: dataDir,
    CROSSDOCK_WEBHOOK_SECRET_CRM: report.secrets.webhooks.crm,
    TEMPORAL_ADDRESS: report.temporal.address,
  });
  expect(runFile()).toEqual(report);
  expect(statSync(join(dataDir, 'run.json')).mode & 0o777).toBe(0o600);

  expect(await end(running, 'SIGTERM')).toBe(0);
  expect(leftovers()).toEqual([]);
  expect(running.stdout).toHaveLength(1);
  expect(existsSync(join(dataDir, 'run.json'))).toBe(false);
  const order = running
    .stderr()
    .split('\n')
    .filter((line) => /^\w+ stop(s|ped)/.test(line));
  const serving = (name: string) => [`${name} stops`, `${name} stopped while Temporal serves`];
  expect(order.slice(0, 4)).toEqual([...serving('api'), ...serving('worker')]);
  const others = ['wms', 'crm', 'tasks'].flatMap(serving);
  expect(new Set(order.slice(4))).toEqual(new Set(others));
});

test('stops in the same order when Ctrl-C reaches every process of the terminal', async () => {
  const running = launch();
  await readyLine(running);
  process.kill(-(running.process.pid ?? 0), 'SIGINT');
  await once(running.process, 'exit');
  expect(running.process.exitCode).toBe(0);
  expect(running.stderr().match(/stopped while Temporal serves/g)).toHaveLength(5);
  expect(leftovers()).toEqual([]);
});

test('starts what was killed again, keeps run.json current, and says so', async () => {
  const running = launch();
  const before = await readyLine(running);
  for (const name of PROGRAMS) {
    const killed = before.pids[name] ?? 0;
    process.kill(killed, 'SIGKILL');
    await vi.waitFor(
      () => {
        const now = runFile();
        expect(now?.ready).toBe(true);
        expect(now?.pids[name]).not.toBe(killed);
        expect(isAlive(now?.pids[name] ?? 0)).toBe(true);
      },
      { timeout: 10_000 },
    );
    expect(running.stderr()).toContain(`${name} (pid ${killed}) ended: SIGKILL`);
  }
  expect(await end(running, 'SIGINT')).toBe(0);
  expect(leftovers()).toEqual([]);
});

test('carries on after its own kill -9 with the same ports and secrets', async () => {
  const first = launch();
  const before = await readyLine(first);
  await end(first, 'SIGKILL');

  const second = launch();
  const after = await readyLine(second);
  expect(after.urls).toEqual(before.urls);
  expect(after.secrets).toEqual(before.secrets);
  for (const name of PROGRAMS) expect(isAlive(before.pids[name] ?? 0)).toBe(false);
  expect(await end(second, 'SIGTERM')).toBe(0);
  expect(leftovers()).toEqual([]);
});

test('uses the server that TEMPORAL_ADDRESS names, and leaves it running', async () => {
  const { address } = inject('temporal');
  const running = launch({ TEMPORAL_ADDRESS: address });
  const report = await readyLine(running);
  expect(report.temporal).toEqual({ address, namespace: 'default' });
  expect(report.pids.temporal).toBeUndefined();
  expect(report.urls.temporal_ui).toBeUndefined();
  expect(await end(running, 'SIGTERM')).toBe(0);
  expect(running.stderr()).toContain('api stopped while Temporal serves');
  expect(leftovers()).toEqual([]);
});

test('says what to check when the server that TEMPORAL_ADDRESS names does not answer', async () => {
  const running = launch({
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    CROSSDOCK_TEMPORAL_READY_TIMEOUT_MS: '300',
  });
  await once(running.process, 'exit');
  expect(running.process.exitCode).toBe(1);
  expect(running.stderr()).toMatch(/127\.0\.0\.1:1 did not answer .* TEMPORAL_\* variables/);
});

test('refuses a data directory that another supervisor serves', async () => {
  const first = launch();
  await readyLine(first);
  const second = launch({ CROSSDOCK_LOCK_WAIT_MS: '200' });
  await once(second.process, 'exit');
  expect(second.process.exitCode).toBe(1);
  expect(second.stderr()).toContain(`runs on ${dataDir} already (pid ${first.process.pid})`);
  expect(runFile()?.ready).toBe(true);
});

test('gives up with the reason when a program cannot be started', async () => {
  const running = launch({ FIXTURE_FAILS: 'wms' });
  await once(running.process, 'exit');
  expect(running.process.exitCode).toBe(1);
  expect(running.stderr()).toContain('wms cannot start because it was told so');
  expect(running.stderr()).toMatch(/wms \(pid \d+\) ended: exit code 3, 3 times in a row/);
  expect(leftovers()).toEqual([]);
});

test('names every bad variable before it starts anything', async () => {
  const running = launch({ CROSSDOCK_STOP_DEADLINE_MS: 'soon', CROSSDOCK_API_PORT: '0' });
  await once(running.process, 'exit');
  expect(running.process.exitCode).toBe(1);
  expect(running.stderr()).toContain('CROSSDOCK_STOP_DEADLINE_MS');
  expect(running.stderr()).toContain('CROSSDOCK_API_PORT');
});

test('names a port of the environment that is taken, and the way out', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const running = launch({ CROSSDOCK_API_PORT: String(port) });
  await once(running.process, 'exit');
  server.close();
  expect(running.process.exitCode).toBe(1);
  expect(running.stderr()).toMatch(new RegExp(`Port ${port}, wanted for api.*--ports auto`));
});

test('stops while it is still starting', async () => {
  const running = launch();
  await vi.waitFor(() => expect(running.stderr()).toContain('starting every process'), {
    timeout: 10_000,
  });
  expect(await end(running, 'SIGTERM')).toBe(0);
  expect(leftovers()).toEqual([]);
});

function launch(env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, ['--import', 'tsx', RUN, dataDir], {
    env: { ...processEnv(), TEMPORAL_CLI: inject('temporal').cli, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, as a terminal gives it.
    detached: true,
  });
  const stdout: string[] = [];
  let stderr = '';
  createInterface({ input: child.stdout }).on('line', (line) => stdout.push(line));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const running = { process: child, stdout, stderr: () => stderr };
  started.push(running);
  return running;
}

async function readyLine({ stdout, stderr }: Running): Promise<ReadyReport> {
  await vi.waitFor(() => expect(stdout, stderr()).toHaveLength(1), { timeout: 30_000 });
  return JSON.parse(stdout[0] ?? '') as ReadyReport;
}

async function end(running: Running, signal: NodeJS.Signals): Promise<number | null> {
  const child = running.process;
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal);
    await once(child, 'exit');
  }
  return child.exitCode;
}

function runFile(): ReadyReport | undefined {
  const file = join(dataDir, 'run.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ReadyReport) : undefined;
}

async function environmentOf({ urls }: ReadyReport): Promise<unknown> {
  const answer = (await (await fetch(urls.api)).json()) as { env: unknown };
  return answer.env;
}

/** Whatever still names this data directory on its command line, the supervisor included. */
function leftovers() {
  return listProcesses().filter(({ command }) => command.includes(dataDir));
}
