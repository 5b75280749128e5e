import { heartbeat } from '@temporalio/activity';
import type { RunDeps } from '../src/reconcile/run-deps.ts';
import {
  beginRun,
  failRun,
  runPage,
  type RunProgress,
  type RunRequest,
} from '../src/reconcile/run-page.ts';

/** A sign of life this often, so that a worker that died is noticed before the page is overdue. */
const BEAT_MS = 5000;

/** Reconciliation, page by page: only where a run stands goes back to its workflow. */
export function createReconcileActivities(deps: RunDeps | undefined) {
  const needed = (): RunDeps => {
    if (deps === undefined) throw new Error('This worker does not reconcile.');
    return deps;
  };
  return {
    beginReconciliation: (request: RunRequest): Promise<RunProgress> =>
      Promise.resolve(beginRun(needed(), request)),

    async reconcilePage(progress: RunProgress): Promise<RunProgress | null> {
      const beat = setInterval(() => heartbeat(progress.page), BEAT_MS);
      try {
        return await runPage(needed(), progress);
      } finally {
        clearInterval(beat);
      }
    },

    failReconciliation(input: { runId: string; error: string }): Promise<void> {
      failRun(needed(), input.runId, input.error);
      return Promise.resolve();
    },
  };
}
