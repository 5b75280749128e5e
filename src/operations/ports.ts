import type { Answer } from '../domain/answers.ts';
import type { OrderAddress } from '../domain/ids.ts';
import type { ActionDecided, OrderCommanded, OrderInput } from '../domain/inputs.ts';
import type { InboxStore } from '../inbox/store.ts';

/** The part of the inbox that operations use. */
export type EventStore = Pick<InboxStore, 'get' | 'reaccept'>;

/** The way to an order's workflow; throws AppError `unavailable` while Temporal is away. */
export interface OrderInputs {
  /** `late` when the order's workflow has ended. */
  deliver(batch: { order: OrderAddress; inputs: OrderInput[] }): Promise<'delivered' | 'late'>;
}

/**
 * Asks an order's workflow and resolves to its answer, which stands in the books by then; `closed`
 * when the workflow has ended or never was. The same event id gets the same answer. Throws AppError
 * `unavailable` while Temporal or the worker is away.
 */
export type AskOrder = (
  order: OrderAddress,
  input: ActionDecided | OrderCommanded,
) => Promise<Answer | 'closed'>;

/** The connection of what a person at the operators' API asks of an order. */
export const OPERATOR = 'operator';
