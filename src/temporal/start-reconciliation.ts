import { randomUUID } from 'node:crypto';
import { isGrpcServiceError, type Client } from '@temporalio/client';
import { TASK_QUEUE } from '../domain/ids.ts';
import { AppError, messageOf } from '../errors.ts';
import type { ReconciliationInput, reconciliation } from '../../workflows/reconciliation.ts';

type AskedRun = Pick<ReconciliationInput, 'kind' | 'mode' | 'connection' | 'orderId'>;

/** Starts runs that somebody asks for; throws AppError `unavailable` while Temporal is away. */
export function createStartRun(client: Client, timeoutMs: number) {
  return async (asked: AskedRun): Promise<string> => {
    const runId = `RC-${randomUUID()}`;
    try {
      await client.withDeadline(Date.now() + timeoutMs, () =>
        client.workflow.start<typeof reconciliation>('reconciliation', {
          workflowId: `reconciliation/${runId}`,
          taskQueue: TASK_QUEUE,
          args: [{ runId, ...asked }],
          staticSummary: `Reconciliation of ${asked.orderId ?? asked.connection ?? asked.kind}, ${asked.mode}`,
        }),
      );
    } catch (error) {
      throw isOfServer(error) ? away(error) : error;
    }
    return runId;
  };
}

function isOfServer(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause)) return true;
  }
  return false;
}

function away(error: unknown): AppError {
  return new AppError(
    'unavailable',
    `Temporal cannot be reached, so no run was started: ${messageOf(error)}. Try again when /health/ready says that Temporal is ok.`,
    { problem: 'temporal-away', retryAfterMs: 5000, cause: error },
  );
}
