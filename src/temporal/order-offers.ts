import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { allocatorWorkflowId, TASK_QUEUE } from '../domain/ids.ts';
import type { StockOffered } from '../domain/inputs.ts';
import { orderInputsSignal, stockRoseSignal } from '../../workflows/messages.ts';
import type { stockAllocation } from '../../workflows/stock-allocation.ts';

/** Hands held units to an order; `gone` when its workflow has ended. */
export async function offerToOrder(
  client: Client,
  workflowId: string,
  input: StockOffered,
): Promise<'sent' | 'gone'> {
  try {
    await client.workflow.getHandle(workflowId).signal(orderInputsSignal, [input]);
    return 'sent';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'gone';
    throw error;
  }
}

/** Starts the warehouse's allocator, or wakes the one that runs. */
export async function wakeAllocator(client: Client, wms: string, skus: string[]): Promise<void> {
  await client.workflow.signalWithStart<typeof stockAllocation, [string[]]>('stockAllocation', {
    workflowId: allocatorWorkflowId(wms),
    taskQueue: TASK_QUEUE,
    args: [{ wms }],
    signal: stockRoseSignal,
    signalArgs: [skus],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `Shares stock of ${wms} among the waiting backorders`,
  });
}
