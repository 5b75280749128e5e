import { AppError } from '../../errors.ts';
import type { Stores, Work } from '../work.ts';
import type { Writes } from '../writes.ts';
import type { AuditReport } from './report.ts';

export interface AuditSettings {
  /** Ledger rows, and picks, that are read before others get their turn. */
  chunkRows: number;
  /** Findings of one audit; the next audit goes on with what is left. */
  findingsMax: number;
  /** Audits that may wait while one runs. */
  queueMax: number;
}

export interface AuditDeps {
  stores: Stores;
  writes: Writes;
  settings: AuditSettings;
  now: () => number;
  /** Reads in one view of the database. */
  snapshot<T>(read: () => T): T;
}

export interface AuditRun {
  deps: AuditDeps;
  report: AuditReport;
  repair: boolean;
  requestId: string;
}

/** Runs one mend in a transaction of its own; false when the books refuse it. */
export async function mend<T>(
  { deps, requestId }: AuditRun,
  change: (work: Work) => T,
): Promise<{ done: T } | undefined> {
  let done: T | undefined;
  try {
    await deps.writes.run({
      ...{ scope: 'audit', key: undefined, requestHash: '', requestId },
      change(work) {
        done = change(work);
        return { status: 200, body: () => null };
      },
    });
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
  // The change has run, or `run` would have thrown.
  return { done: done as T };
}

/** A count is needed, or the disk refuses: the first is a finding, the second ends the audit. */
function isRefusal(error: unknown): boolean {
  if (error instanceof AppError) return error.code !== 'unavailable';
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_CONSTRAINT_CHECK';
}
