import { activityInfo, heartbeat } from '@temporalio/activity';
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

/** Pages of one activity: each is written before the next begins, and where it stands beats. */
const PAGES_MAX = 20;

/** Reconciliation, page by page: only where a run stands goes back to its workflow. */
export function createReconcileActivities(deps: RunDeps | undefined) {
  const needed = (): RunDeps => {
    if (deps === undefined) throw new Error('This worker does not reconcile.');
    return deps;
  };
  return {
    beginReconciliation: (request: RunRequest): Promise<RunProgress> =>
      Promise.resolve(beginRun(needed(), request)),

    /** Null when the run is over. An attempt goes on where the last one stood. */
    async reconcilePages(from: RunProgress): Promise<RunProgress | null> {
      const stood = activityInfo().heartbeatDetails as RunProgress | undefined;
      let progress: RunProgress | null = stood ?? from;
      const beat = setInterval(() => heartbeat(progress), BEAT_MS);
      try {
        for (let page = 0; progress !== null && page < PAGES_MAX; page += 1) {
          heartbeat(progress);
          progress = await runPage(needed(), progress);
        }
        return progress;
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
