import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { processEnv } from '../../src/config/env.ts';

const PROGRAM = fileURLToPath(new URL('supervisor-fixtures/program.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let child: ChildProcess | undefined;

afterEach(() => child?.kill('SIGKILL'));

test('a supervised program says that it is ready, with its port', async () => {
  child = supervised();
  const [message] = (await once(child, 'message')) as [unknown];
  expect(message).toEqual({ type: 'ready', port: 0 });
});

test('a supervised program ignores Ctrl-C and drains on SIGTERM', async () => {
  child = supervised();
  await once(child, 'message');
  child.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(child.exitCode).toBeNull();
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a supervised program ends when its supervisor is gone', async () => {
  child = supervised();
  await once(child, 'message');
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a program that cannot drain ends by force at its deadline, and says so', async () => {
  child = supervised({ FIXTURE_HANGS: '1', CROSSDOCK_STOP_DEADLINE_MS: '100' });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  await once(child, 'message');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(stderr).toContain('did not drain within 100 ms (CROSSDOCK_STOP_DEADLINE_MS)');
});

test('a program that runs alone stops on Ctrl-C', async () => {
  child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, 'alone'], {
    env: { ...processEnv(), FIXTURE_SAYS_READY: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (child.stderr !== null) await once(child.stderr, 'data');
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('npm start refuses what it does not know, and explains itself without being installed', async () => {
  expect(await start('--bogus')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/Unknown option '--bogus'/),
  });
  expect(await start('--ports', 'many')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--ports takes only/),
  });
  expect(await start('--help')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/--no-demo/),
  });
});

function supervised(env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', PROGRAM, 'supervised'], {
    env: { ...processEnv(), ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

async function start(...args: string[]) {
  const run = spawn(process.execPath, ['tools/start.mjs', ...args], { cwd: ROOT });
  let stdout = '';
  let stderr = '';
  run.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  run.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const [code] = (await once(run, 'close')) as [number];
  return { code, stdout, stderr };
}
