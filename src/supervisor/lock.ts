import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';

export interface Lock {
  release(): void;
}

/**
 * Takes a lock between processes, or answers undefined when another holds it.
 *
 * The lock is SQLite's own on an empty file, so the operating system drops it when its holder
 * dies in whatever way: there is no stale lock to recognise.
 */
export function tryLock(file: string): Lock | undefined {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const sqlite = new Database(file, { timeout: 0 });
  try {
    sqlite.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    sqlite.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      return undefined;
    }
    throw error;
  }
  return { release: () => sqlite.close() };
}

interface LockWait {
  file: string;
  pollMs: number;
  /** Asked before each further attempt; false gives up. */
  keepWaiting: () => boolean;
}

/** Waits for a lock for as long as `keepWaiting` says. */
export async function waitForLock(wait: LockWait): Promise<Lock | undefined> {
  for (;;) {
    const lock = tryLock(wait.file);
    if (lock !== undefined || !wait.keepWaiting()) return lock;
    await sleep(wait.pollMs);
  }
}
