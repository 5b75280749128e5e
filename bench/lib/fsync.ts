import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { spreadOf, type Spread } from './statistics.ts';

const SYNCS = 200;
const PAGE_BYTES = 4096;

/** Microseconds that one appended page takes to be on disk, as a database log would write it. */
export function measureFsync(folder: string): Spread {
  const file = join(folder, 'fsync.probe');
  const fd = openSync(file, 'w');
  const page = Buffer.alloc(PAGE_BYTES, 1);
  const costs: number[] = [];
  for (let sync = 0; sync < SYNCS; sync += 1) {
    const startedAt = performance.now();
    writeSync(fd, page);
    fdatasyncSync(fd);
    costs.push((performance.now() - startedAt) * 1000);
  }
  closeSync(fd);
  rmSync(file);
  return spreadOf(costs);
}
