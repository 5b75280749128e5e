import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { processEnv } from '../../src/config/env.ts';
import { temporaryFolder } from '../support/books-shelf.ts';
import { eventually } from '../support/eventually.ts';

const LAUNCHER = fileURLToPath(new URL('../../tools/crossdock.mjs', import.meta.url));
/** The first use may have to build. */
const BUILD_TIMEOUT_MS = 180_000;

function launch(argv: string[], env: Record<string, string> = {}) {
  const { PATH = '', HOME = '' } = processEnv();
  const child = spawn(process.execPath, [LAUNCHER, ...argv], {
    cwd: '/',
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const end = once(child, 'close').then(([code]) => ({ code: code as number | null, ...output }));
  return { child, output, end };
}

beforeAll(async () => {
  await launch(['--help']).end;
}, BUILD_TIMEOUT_MS);

test('runs from any folder, results on stdout alone', async () => {
  const { code, stdout } = await launch(['--help', '--json']).end;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toHaveProperty('verbs');
});

test('hands the exit code on', async () => {
  expect((await launch(['statsu']).end).code).toBe(2);
  expect((await launch(['status', '--data-dir', temporaryFolder()]).end).code).toBe(3);
});

test('starts a process, which tells what its settings lack: 1', async () => {
  const { code, stdout, stderr } = await launch(['api'], { CROSSDOCK_DATA_DIR: temporaryFolder() })
    .end;
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain('CROSSDOCK_API_KEY');
  expect(stderr).not.toContain('    at ');
});

test('starts the api in the foreground, and SIGTERM ends it with 0', async () => {
  const secret = '0123456789abcdef';
  const { child, output, end } = launch(['api'], {
    CROSSDOCK_DATA_DIR: temporaryFolder(),
    CROSSDOCK_API_PORT: '0',
    CROSSDOCK_API_KEY: secret,
    CROSSDOCK_WEBHOOK_SECRET_CRM: secret,
    CROSSDOCK_WEBHOOK_SECRET_TASKS: secret,
    CROSSDOCK_WEBHOOK_SECRET_WMS: secret,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
  });
  await eventually(() => output.stderr.includes('api.ready'), 30_000);
  child.kill('SIGTERM');
  expect(await end).toMatchObject({ code: 0, stdout: '' });
});
