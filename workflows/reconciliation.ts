import {
  ActivityFailure,
  continueAsNew,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';

type Begin = Activities['beginReconciliation'];
type RunRequest = Parameters<Begin>[0];
type RunProgress = Awaited<ReturnType<Begin>>;

export interface ReconciliationInput extends Omit<RunRequest, 'runId'> {
  /** Null: the run is named after the workflow that a schedule started. */
  runId: string | null;
  carried?: RunProgress;
}

const { beginReconciliation, failReconciliation } = proxyActivities<
  Pick<Activities, 'beginReconciliation' | 'failReconciliation'>
>({
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: 10 },
});

const { reconcilePage } = proxyActivities<Pick<Activities, 'reconcilePage'>>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: 5 },
});

/** Pages in one run of the workflow, so that its history stays small. */
const PAGES_MAX = 50;

/**
 * One run of reconciliation: a page after the other, each an activity of its own. The report is
 * the books'; here is only where it stands.
 */
export async function reconciliation(input: ReconciliationInput): Promise<void> {
  const { kind, mode, connection, orderId } = input;
  const runId = input.runId ?? `RC-${workflowInfo().firstExecutionRunId}`;
  let progress: RunProgress | null =
    input.carried ?? (await beginReconciliation({ runId, kind, mode, connection, orderId }));
  for (let page = 0; progress !== null && page < PAGES_MAX; page += 1) {
    setCurrentDetails(`${runId}: ${progress.phase}, page ${progress.page}`);
    progress = await nextPage(progress);
  }
  if (progress !== null) {
    await continueAsNew<typeof reconciliation>({ ...input, runId, carried: progress });
  }
}

/** A page that cannot be done ends the run, and its report says why. */
async function nextPage(progress: RunProgress): Promise<RunProgress | null> {
  try {
    return await reconcilePage(progress);
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    await failReconciliation({ runId: progress.runId, error: causeOf(error) });
    return null;
  }
}

function causeOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
