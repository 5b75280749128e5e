import type { Client } from '@temporalio/client';
import { createOrderSignals } from '../../src/temporal/order-signals.ts';
import { BARE_TASK_QUEUE, nextSignal } from './bare-messages.ts';
import type { bareOrder } from './bare-workflow.ts';
import type { Side } from './drive.ts';
import { normalOrder, ORDER_TEMPLATE, type NormalOrder } from './normal-order.ts';

const CALL_TIMEOUT_MS = 20_000;

/** Crossdock's orders, told through the dispatcher's own calls. */
export function ourSide(client: Client): Side {
  const signals = createOrderSignals({
    client,
    timeoutMs: CALL_TIMEOUT_MS,
    startOf: () => ORDER_TEMPLATE,
  });
  const orders = new Map<string, NormalOrder>();
  return {
    async signal(orderId, number) {
      const order = orders.get(orderId) ?? normalOrder(orderId, Date.now());
      orders.set(orderId, order);
      await signals.deliver({ order: order.order, inputs: order.signals[number] ?? [] });
    },
  };
}

/** The same calls without content. */
export function bareSide(client: Client): Side {
  return {
    async signal(orderId) {
      await client.workflow.signalWithStart<typeof bareOrder, []>('bareOrder', {
        workflowId: bareWorkflowId(orderId),
        taskQueue: BARE_TASK_QUEUE,
        args: [orderId],
        signal: nextSignal,
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'USE_EXISTING',
      });
    },
  };
}

export function bareWorkflowId(orderId: string): string {
  return `bare/${orderId}`;
}
