import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { orderWorkflowId, type OrderAddress } from '../domain/ids.ts';
import type { OrderInput } from '../domain/inputs.ts';
import { orderInputsSignal } from '../../workflows/messages.ts';

export interface TellOrderOptions {
  client: Client;
  /** The way of webhooks, which starts the workflow of an order that has none. */
  deliver(batch: { order: OrderAddress; inputs: OrderInput[] }): Promise<'delivered' | 'late'>;
  /** Deadline of one call. */
  timeoutMs: number;
}

/** Facts that a webhook would have started an order's workflow with. */
const STARTING = new Set<OrderInput['type']>(['order_created', 'event_unmapped', 'pick_reported']);

/** Tells an order what was found; a question alone never starts a workflow. */
export function createTellOrder({ client, deliver, timeoutMs }: TellOrderOptions) {
  return async (batch: {
    order: OrderAddress;
    inputs: OrderInput[];
  }): Promise<'delivered' | 'late'> => {
    if (batch.inputs.some((input) => STARTING.has(input.type))) return deliver(batch);
    try {
      await client.withDeadline(Date.now() + timeoutMs, () =>
        client.workflow
          .getHandle(orderWorkflowId(batch.order))
          .signal(orderInputsSignal, batch.inputs),
      );
      return 'delivered';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'late';
      throw error;
    }
  };
}
