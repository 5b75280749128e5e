import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

interface LockFile {
  packages: Record<string, { version: string; optionalDependencies?: Record<string, string> }>;
}

const tools: {
  missingPlatformPackages(lock: LockFile): { name: string }[];
  completeLock(lock: LockFile): LockFile;
} = await import(new URL('../../tools/lib/lock-file.mjs', import.meta.url).href);

test('package-lock.json names the packages of every platform, so that npm ci accepts it', () => {
  const file = fileURLToPath(new URL('../../package-lock.json', import.meta.url));
  const lock = JSON.parse(readFileSync(file, 'utf8')) as LockFile;
  const missing = tools.missingPlatformPackages(lock).map(({ name }) => name);
  expect(missing, 'run `node tools/complete-lock.mjs`').toEqual([]);
});

test('a completed lock file has an entry for each platform and nothing else changed', () => {
  const lock = {
    packages: {
      '': { version: '1.0.0' },
      'node_modules/tool': {
        version: '2.0.0',
        optionalDependencies: {
          '@tool/linux-x64': '2.0.0',
          '@tool/linux-arm64-musl': '2.0.0',
          '@tool/darwin-arm64': '2.0.0',
        },
      },
      'node_modules/@tool/linux-x64': { version: '2.0.0' },
    },
  };
  const completed = tools.completeLock(lock);
  expect(completed.packages).toEqual({
    ...lock.packages,
    'node_modules/@tool/darwin-arm64': {
      ...{ version: '2.0.0', optional: true },
      ...{ os: ['darwin'], cpu: ['arm64'] },
    },
    'node_modules/@tool/linux-arm64-musl': {
      ...{ version: '2.0.0', optional: true },
      ...{ os: ['linux'], cpu: ['arm64'], libc: ['musl'] },
    },
  });
  expect(tools.missingPlatformPackages(completed)).toEqual([]);
});
