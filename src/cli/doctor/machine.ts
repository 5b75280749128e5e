import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../../errors.ts';
import { failed, ok, skipped, type Check } from './check.ts';

const MIB = 1_048_576;
const FSYNC_ROUNDS = 25;
const FSYNC_BYTES = 4096;

/** `range` is `engines.node` of package.json, such as `>=20.19`. */
export function checkNode(version: string, range: string): Check {
  const wanted = /(\d+)\.(\d+)/.exec(range);
  const found = /(\d+)\.(\d+)/.exec(version);
  const [major, minor] = [Number(found?.[1]), Number(found?.[2])];
  const [majorMin, minorMin] = [Number(wanted?.[1] ?? 0), Number(wanted?.[2] ?? 0)];
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return ok('node', version);
  return failed(
    'node',
    `this is Node ${version}, ${range} is needed`,
    `Install Node ${majorMin}.${minorMin} or later: https://nodejs.org.`,
  );
}

/** `open` loads the native addon and asks it for its version. */
export async function checkSqlite(open: () => Promise<string>): Promise<Check> {
  try {
    return ok('sqlite', `better-sqlite3 loads, SQLite ${await open()}`);
  } catch (error) {
    return failed(
      'sqlite',
      `better-sqlite3 does not load: ${messageOf(error).split('\n')[0] ?? ''}`,
      'Install a C++ toolchain (python3, make, g++), then run `npm rebuild better-sqlite3`.',
    );
  }
}

export async function openSqlite(): Promise<string> {
  const { default: Database } = await import('better-sqlite3');
  const sqlite = new Database(':memory:');
  const version = String(sqlite.prepare('SELECT sqlite_version()').pluck().get());
  sqlite.close();
  return version;
}

export function checkDataDir(dataDir: string): Check {
  const folder = existingFolder(dataDir);
  try {
    const probe = mkdtempSync(join(folder, '.doctor-'));
    rmSync(probe, { recursive: true });
  } catch (error) {
    return failed(
      'data-dir',
      `${folder} cannot be written: ${messageOf(error)}`,
      `Make ${folder} a folder that you may write (chown, chmod), or name another with --data-dir DIR.`,
    );
  }
  return ok('data-dir', folder === dataDir ? dataDir : `${dataDir}, made at the first start`);
}

export function checkDisk(dataDir: string, freeMinBytes: number): Check {
  const { bavail, bsize } = statfsSync(existingFolder(dataDir));
  const free = bavail * bsize;
  const words = `${Math.floor(free / MIB)} MiB free`;
  if (free >= freeMinBytes) return ok('disk', words);
  return failed(
    'disk',
    `only ${words} at ${dataDir}, less than ${Math.ceil(freeMinBytes / MIB)} MiB`,
    'Free disk space, or move the data to a larger disk and name it with --data-dir DIR.',
  );
}

export interface FsyncCost {
  medianMs: number;
  worstMs: number;
}

export function checkFsync(measured: FsyncCost | undefined, maxMs: number): Check {
  if (measured === undefined) return skipped('fsync', 'the data directory cannot be written');
  const { medianMs, worstMs } = measured;
  const words = `${medianMs.toFixed(2)} ms in the middle, ${worstMs.toFixed(2)} ms at worst`;
  if (medianMs <= maxMs) return ok('fsync', words);
  return failed(
    'fsync',
    `one takes ${words}, over ${maxMs} ms: every webhook waits for one`,
    'Put the data directory on a local SSD, not on a network or overlay file system.',
  );
}

/** What it costs to bring a page to the disk that will hold the inbox. */
export function measureFsync(dataDir: string): FsyncCost | undefined {
  let probe: string | undefined;
  try {
    probe = mkdtempSync(join(existingFolder(dataDir), '.doctor-'));
    const file = openSync(join(probe, 'fsync'), 'w');
    const page = Buffer.alloc(FSYNC_BYTES);
    const costs = Array.from({ length: FSYNC_ROUNDS }, () => {
      const startedAt = performance.now();
      writeSync(file, page);
      fsyncSync(file);
      return performance.now() - startedAt;
    }).toSorted((a, b) => a - b);
    closeSync(file);
    return { medianMs: costs[Math.floor(FSYNC_ROUNDS / 2)] ?? 0, worstMs: costs.at(-1) ?? 0 };
  } catch {
    return undefined;
  } finally {
    if (probe !== undefined) rmSync(probe, { recursive: true, force: true });
  }
}

/** The folder itself, or the nearest one above that exists: there it will be made. */
function existingFolder(folder: string): string {
  let place = folder;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  return place;
}
