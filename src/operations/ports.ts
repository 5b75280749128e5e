import type { OrderAddress } from '../domain/ids.ts';
import type { OrderInput } from '../domain/inputs.ts';
import type { InboxStore } from '../inbox/store.ts';

/** The part of the inbox that operations use. */
export type EventStore = Pick<InboxStore, 'get' | 'reaccept'>;

/** The way to an order's workflow; throws AppError `unavailable` while Temporal is away. */
export interface OrderInputs {
  /** `late` when the order's workflow has ended. */
  deliver(batch: { order: OrderAddress; inputs: OrderInput[] }): Promise<'delivered' | 'late'>;
}

/** The connection of what a person at the operators' API asks of an order. */
export const OPERATOR = 'operator';
