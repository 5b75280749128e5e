import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Progress } from '../../src/supervisor/progress.ts';
import { examineBinary, type Candidate } from '../../src/supervisor/provision/candidate.ts';
import { obtainTemporal } from '../../src/supervisor/provision/obtain.ts';
import { cachedBinary, type Source } from '../../src/supervisor/provision/sources.ts';

const GOOD = 'temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)';
const OLD = 'temporal version 1.0.0 (Server 1.24.0, UI 2.20.0)';

let folder: string;
let said: string[];
let made: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crossdock-provision-'));
  said = [];
  made = 0;
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('takes TEMPORAL_CLI first, then PATH, then the cache', async () => {
  const named = binary('named/my-temporal', GOOD);
  const onPath = binary('bin/temporal', GOOD);
  const cached = binary('cache/crossdock/temporal-cli-1.8.2/temporal', GOOD);
  const all = { TEMPORAL_CLI: named, PATH: `/nowhere:${dirname(onPath)}` };

  expect(await obtain(all)).toMatchObject({ source: 'TEMPORAL_CLI', path: named });
  expect(await obtain({ PATH: all.PATH })).toMatchObject({ source: 'PATH', path: onPath });
  expect(await obtain({})).toMatchObject({ source: 'cache', path: cached });
  expect(made).toBe(0);
});

test('says why a binary is passed over and goes on to the next', async () => {
  const onPath = binary('bin/temporal', OLD);
  const env = { TEMPORAL_CLI: join(folder, 'missing'), PATH: dirname(onPath) };
  const found = await obtain(env, [maker('build', GOOD)]);
  expect(found).toMatchObject({ source: 'build', version: GOOD });
  expect(said.join('\n')).toMatch(/TEMPORAL_CLI failed: .*missing does not run/);
  expect(said.join('\n')).toMatch(/PATH failed: .*too old.*1\.29 or later/);
});

test('fails with everything that was tried and how to fix each', async () => {
  const makers = [failing('download', 'no route'), failing('build', 'there is no Go on PATH')];
  const failure = await obtain({}, makers).catch((error: unknown) => String(error));
  expect(failure).toContain('download: no route\n    to fix: fix the download');
  expect(failure).toContain('build: there is no Go on PATH\n    to fix: fix the build');
  expect(failure).toContain('TEMPORAL_ADDRESS');
});

test('makes the binary once when several processes want it at the same time', async () => {
  const makers = [maker('build', GOOD)];
  const found = await Promise.all([obtain({}, makers), obtain({}, makers), obtain({}, makers)]);
  expect(made).toBe(1);
  expect(found.map(({ source }) => source).toSorted()).toEqual(['build', 'cache', 'cache']);
});

test('lets the next one try when the maker before it failed', async () => {
  await expect(obtain({}, [failing('build', 'no disk')])).rejects.toThrow('no disk');
  expect(await obtain({}, [maker('build', GOOD)])).toMatchObject({ source: 'build' });
});

function environment(env: Record<string, string>) {
  return { PATH: '', XDG_CACHE_HOME: join(folder, 'cache'), ...env };
}

function obtain(env: Record<string, string>, makers: Source[] = []) {
  const progress: Progress = {
    say: (line) => said.push(line),
    phase: () => ({ done: () => undefined }),
  };
  const { signal } = new AbortController();
  return obtainTemporal({
    env: environment(env),
    progress,
    signal,
    makers: ({ settings }) => [presentIn(cachedBinary(settings)), ...makers],
  });
}

function presentIn(path: string): Source {
  const run = async () => {
    const seen = await examineBinary(path);
    return seen.ok ? seen : undefined;
  };
  return { name: 'cache', fix: '', run };
}

function maker(name: Source['name'], version: string): Source {
  const run = async (): Promise<Candidate> => {
    made += 1;
    await sleep(300);
    return {
      ok: true,
      path: binary('cache/crossdock/temporal-cli-1.8.2/temporal', version),
      version,
    };
  };
  return { name, fix: '', run };
}

function failing(name: Source['name'], reason: string): Source {
  return { name, fix: `fix the ${name}`, run: async () => ({ ok: false, reason }) };
}

function binary(path: string, version: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho '${version}'\n`);
  chmodSync(file, 0o755);
  return file;
}
