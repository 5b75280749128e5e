import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import { TypedSearchAttributes, type SearchAttributePair } from '@temporalio/common';
import { AppError, messageOf } from '../errors.ts';
import { orderWorkflowId, TASK_QUEUE, type OrderAddress } from '../domain/ids.ts';
import type { OrderInput, OrderIntent } from '../domain/inputs.ts';
import type { OrderWorkflowInput } from '../domain/workflow-input.ts';
import { isServerFault } from './server-fault.ts';
import { orderInputsSignal } from '../../workflows/messages.ts';
import {
  connectionKey,
  crmOrderIdKey,
  needsActionKey,
  oldestDueKey,
  orderStageKey,
} from '../../workflows/search-attributes.ts';
import type { orderFulfillment } from '../../workflows/order-fulfillment.ts';
import { wakeAllocator } from './order-offers.ts';

/** All that one order is to be told at once, in order of arrival. */
export interface OrderBatch {
  order: OrderAddress;
  inputs: OrderInput[];
}

/** The only way from the inbox to a workflow. Throws AppError `unavailable` while Temporal is away. */
export interface OrderSignals {
  /** `late` when the order's workflow has ended. */
  deliver(batch: OrderBatch): Promise<'delivered' | 'late'>;
  stockRose(wms: string, skus: string[]): Promise<void>;
}

interface OrderSignalsOptions {
  client: Client;
  /** Deadline of one call. */
  timeoutMs: number;
  /** What a new order is started with. */
  startOf(order: OrderAddress): Omit<OrderWorkflowInput, 'order' | 'carried'>;
}

export function createOrderSignals(options: OrderSignalsOptions): OrderSignals {
  const { client, timeoutMs, startOf } = options;
  const call = <R>(run: () => Promise<R>): Promise<R> =>
    client.withDeadline(Date.now() + timeoutMs, run).catch((error: unknown) => {
      throw isAway(error) ? away(error) : error;
    });

  return {
    async deliver({ order, inputs }) {
      try {
        await call(() =>
          client.workflow.signalWithStart<typeof orderFulfillment, [OrderInput[]]>(
            'orderFulfillment',
            {
              workflowId: orderWorkflowId(order),
              taskQueue: TASK_QUEUE,
              args: [{ ...startOf(order), order }],
              signal: orderInputsSignal,
              signalArgs: [inputs],
              workflowIdReusePolicy: 'REJECT_DUPLICATE',
              workflowIdConflictPolicy: 'USE_EXISTING',
              staticSummary: summaryOf(order, inputs),
              typedSearchAttributes: new TypedSearchAttributes(attributesOf(order, inputs)),
            },
          ),
        );
        return 'delivered';
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return 'late';
        throw error;
      }
    },
    stockRose: (wms, skus) => call(() => wakeAllocator(client, wms, skus)),
  };
}

/** Only the first signal of an order starts its workflow; for later ones the server ignores these. */
function summaryOf(order: OrderAddress, inputs: readonly OrderInput[]): string {
  const intent = intentIn(inputs);
  if (intent === undefined) return `${order.orderId}: events that came before their order`;
  const { length } = intent.lines;
  return `${order.orderId}: ${length} ${length === 1 ? 'line' : 'lines'}, ${intent.priority}`;
}

function attributesOf(order: OrderAddress, inputs: readonly OrderInput[]): SearchAttributePair[] {
  const promisedAt = intentIn(inputs)?.promisedAt ?? null;
  return [
    { key: orderStageKey, value: 'RECEIVED' },
    { key: crmOrderIdKey, value: order.orderId },
    { key: connectionKey, value: order.connection },
    { key: needsActionKey, value: false },
    ...(promisedAt === null ? [] : [{ key: oldestDueKey, value: new Date(promisedAt) }]),
  ];
}

function intentIn(inputs: readonly OrderInput[]): OrderIntent | undefined {
  return inputs.find((input) => input.type === 'order_created' || input.type === 'order_updated');
}

/** A signal with start finds no workflow only where there is no namespace for it. */
function isAway(error: unknown): boolean {
  return error instanceof WorkflowNotFoundError || isServerFault(error);
}

function away(error: unknown): AppError {
  return new AppError('unavailable', `Temporal cannot be reached: ${messageOf(error)}`, {
    problem: 'temporal-away',
    retryAfterMs: 5000,
    cause: error,
  });
}
