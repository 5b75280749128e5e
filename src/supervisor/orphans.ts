import { join } from 'node:path';
import { endProcesses, listProcesses, type ProcessEntry } from './processes.ts';

/** Argument that says on a process's command line which data directory it serves. */
export function childMarker(dataDir: string): string {
  return `--supervised-for=${dataDir}`;
}

export function temporalDatabase(dataDir: string): string {
  return join(dataDir, 'temporal.db');
}

/**
 * Processes that a dead supervisor of this data directory left behind. Only the holder of the
 * directory's lock may ask: whatever serves the directory is then nobody's.
 */
export function findOrphans(dataDir: string, all: ProcessEntry[]): ProcessEntry[] {
  const child = `\0${childMarker(dataDir)}\0`;
  const database = `\0--db-filename\0${temporalDatabase(dataDir)}\0`;
  return all.filter(
    ({ pid, command }) =>
      pid !== process.pid &&
      (command.includes(child) ||
        (command.includes('\0start-dev\0') && command.includes(database))),
  );
}

/** Ends what a dead supervisor of this data directory left behind, and says so. */
export async function endOrphans(
  dataDir: string,
  options: { graceMs: number; say: (line: string) => void },
): Promise<void> {
  const orphans = findOrphans(dataDir, listProcesses());
  if (orphans.length === 0) return;
  const pids = orphans.map(({ pid }) => pid);
  options.say(`ending what an earlier run left behind (pid ${pids.join(', ')})`);
  await endProcesses(pids, options.graceMs);
}
