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

const { reconcilePages } = proxyActivities<Pick<Activities, 'reconcilePages'>>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: 5 },
});

/** Activities in one run of the workflow, each some pages, so that its history stays small. */
const ACTIVITIES_MAX = 50;

/**
 * One run of reconciliation, page by page, a few pages to an activity. The report is the books';
 * here is only where it stands.
 */
export async function reconciliation(input: ReconciliationInput): Promise<void> {
  const { kind, mode, connection, orderId } = input;
  const runId = input.runId ?? `RC-${workflowInfo().firstExecutionRunId}`;
  let progress: RunProgress | null =
    input.carried ?? (await beginReconciliation({ runId, kind, mode, connection, orderId }));
  for (let count = 0; progress !== null && count < ACTIVITIES_MAX; count += 1) {
    setCurrentDetails(`${runId}: ${progress.phase}, page ${progress.page}`);
    progress = await nextPages(progress);
  }
  if (progress !== null) {
    await continueAsNew<typeof reconciliation>({ ...input, runId, carried: progress });
  }
}

/** A page that cannot be done ends the run, and its report says why. */
async function nextPages(progress: RunProgress): Promise<RunProgress | null> {
  try {
    return await reconcilePages(progress);
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    await failReconciliation({ runId: progress.runId, error: causeOf(error) });
    return null;
  }
}

function causeOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
