import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { readJson, writeJsonPrivately } from './files.ts';
import { waitForLock, type Lock } from './lock.ts';

const HolderSchema = z.object({ pid: z.int(), stopping: z.boolean() });

interface InstanceLockOptions {
  dataDir: string;
  /** How long a holder that does not seem to stop is waited for. */
  waitMs: number;
  /** How long a holder that is stopping is waited for. */
  stopWaitMs: number;
  say: (line: string) => void;
}

export interface InstanceLock extends Lock {
  /** Lets the next supervisor wait instead of refusing. */
  markStopping(): void;
}

const POLL_MS = 100;

/** Makes this process the only supervisor of its data directory, or refuses. */
export async function lockInstance(options: InstanceLockOptions): Promise<InstanceLock> {
  const { dataDir, waitMs, stopWaitMs, say } = options;
  const holderFile = join(dataDir, 'supervisor.json');
  const startedAt = Date.now();
  let told = false;
  const keepWaiting = () => {
    const stopping = readJson(holderFile, HolderSchema)?.stopping === true;
    if (stopping && !told) say('the supervisor before this one is stopping, waiting for it');
    told ||= stopping;
    return Date.now() - startedAt < (stopping ? stopWaitMs : waitMs);
  };
  const lock = await waitForLock({
    file: join(dataDir, 'supervisor.lock'),
    pollMs: POLL_MS,
    keepWaiting,
  });
  if (lock === undefined) throw alreadyRunning(dataDir, readJson(holderFile, HolderSchema)?.pid);
  const hold = (stopping: boolean) =>
    writeJsonPrivately(holderFile, { pid: process.pid, stopping });
  hold(false);
  return {
    markStopping: () => hold(true),
    release: () => {
      rmSync(holderFile, { force: true });
      lock.release();
    },
  };
}

function alreadyRunning(dataDir: string, pid: number | undefined): AppError {
  return new AppError(
    'conflict',
    `Crossdock runs on ${dataDir} already (pid ${pid ?? 'unknown'}); its addresses are in ${join(dataDir, 'run.json')}. Stop that one, or give this one its own directory with \`--data-dir DIR --ports auto\`.`,
  );
}
