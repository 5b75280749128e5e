import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { measureFsync } from './fsync.ts';
import type { Spread } from './statistics.ts';

/** Where a result was measured: no result means anything without it. */
export interface Machine {
  node: string;
  packages: Record<string, string>;
  temporal: string | null;
  cores: number;
  processor: string;
  memoryGb: number;
  kernel: string;
  /** Of one 4 KiB page in the folder that the databases of the run are in. */
  fsyncUs: Spread;
  /** Over the last minute: what else the machine was doing. */
  loadAverage: number;
}

const PACKAGES = ['hono', '@hono/node-server', 'better-sqlite3', '@temporalio/worker', 'zod'];
const PACKAGE_FILE = /"version":\s*"([^"]+)"/;

export function describeMachine(folder: string, temporal: string | null): Machine {
  return {
    node: process.versions.node,
    packages: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
    temporal,
    cores: cpus().length,
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    kernel: `${platform()} ${release()} ${arch()}`,
    fsyncUs: measureFsync(folder),
    loadAverage: loadavg()[0] ?? Number.NaN,
  };
}

/** Read beside the package's entry, because not every package exports its package.json. */
function versionOf(name: string): string {
  const { resolve } = createRequire(import.meta.url);
  const entry = resolve(name);
  const root = entry.slice(
    0,
    entry.lastIndexOf(`node_modules/${name}/`) + `node_modules/${name}/`.length,
  );
  return PACKAGE_FILE.exec(readFileSync(`${root}package.json`, 'utf8'))?.[1] ?? 'unknown';
}
