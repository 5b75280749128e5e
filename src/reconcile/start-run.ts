import { randomUUID } from 'node:crypto';
import { isGrpcServiceError, type Client } from '@temporalio/client';
import { TASK_QUEUE } from '../domain/ids.ts';
import { AppError, messageOf } from '../errors.ts';
import type { reconciliation } from '../../workflows/reconciliation.ts';
import type { RunKind } from './phases.ts';

export interface AskedRun {
  kind: RunKind;
  mode: 'repair' | 'report';
  connection: string | null;
  orderId: string | null;
}

/** Starts a run that somebody asked for; throws AppError `unavailable` while Temporal is away. */
export type StartRun = (asked: AskedRun) => Promise<string>;

export function createStartRun(client: Client, timeoutMs: number): StartRun {
  return async (asked) => {
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
