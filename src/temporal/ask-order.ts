import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Answer } from '../domain/answers.ts';
import { orderWorkflowId, type OrderAddress } from '../domain/ids.ts';
import type { ActionDecided, OrderCommanded } from '../domain/inputs.ts';
import { AppError, messageOf } from '../errors.ts';
import { isServerFault } from './server-fault.ts';
import { orderInputsSignal } from '../../workflows/messages.ts';

interface AskOrderOptions {
  client: Client;
  /** What the books hold as the answer to a request; undefined as long as there is none. */
  answerOf(eventId: string): Answer | undefined;
  /** From the question to its answer, which a worker has to give. */
  timeoutMs: number;
  /** Pause between looks into the books. */
  pollMs: number;
}

const RETRY_AFTER_MS = 5000;

/**
 * Asks an order's workflow and resolves to its answer, read from the books; `closed` when the
 * workflow has ended or never was. The question is a signal, durable before anything is done for
 * it, so it is taken also when nobody waits for the answer any more. A question that is asked again
 * under its event id is answered as the first time. Throws AppError `unavailable` while Temporal or
 * the worker is away.
 */
export function createAskOrder({ client, answerOf, timeoutMs, pollMs }: AskOrderOptions) {
  return async (
    order: OrderAddress,
    input: ActionDecided | OrderCommanded,
  ): Promise<Answer | 'closed'> => {
    const deadline = Date.now() + timeoutMs;
    const known = answerOf(input.eventId);
    if (known !== undefined) return known;
    try {
      await client.withDeadline(deadline, () =>
        client.workflow.getHandle(orderWorkflowId(order)).signal(orderInputsSignal, [input]),
      );
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return answerOf(input.eventId) ?? 'closed';
      throw isServerFault(error) ? away(error) : error;
    }
    while (Date.now() < deadline) {
      const answer = answerOf(input.eventId);
      if (answer !== undefined) return answer;
      await sleep(pollMs);
    }
    throw new AppError(
      'unavailable',
      'The order has the request and has not answered in time: its worker is away or busy. Nothing is lost, and it is done once: ask again with the same Idempotency-Key to hear the answer.',
      { problem: 'order-unanswered', retryAfterMs: RETRY_AFTER_MS },
    );
  };
}

function away(cause: unknown): AppError {
  return new AppError(
    'unavailable',
    `Temporal cannot be reached, so the order was not asked: ${messageOf(cause)}. Ask again with the same Idempotency-Key when /health/ready says that Temporal is ok.`,
    { problem: 'temporal-away', cause, retryAfterMs: RETRY_AFTER_MS },
  );
}
