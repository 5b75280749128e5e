import type { OrderAddress } from '../domain/ids.ts';
import type { OrderInput } from '../domain/inputs.ts';
import type { InboxHealth } from '../inbox/gauge.ts';
import type { InboxStore } from '../inbox/store.ts';

/** The part of the inbox that the operators' API uses. */
export type Inbox = Pick<InboxStore, 'get' | 'list' | 'listQuarantine' | 'reaccept'>;

/** The way to an order's workflow; throws AppError `unavailable` while Temporal is away. */
export interface OrderInputs {
  /** `late` when the order's workflow has ended. */
  deliver(batch: { order: OrderAddress; inputs: OrderInput[] }): Promise<'delivered' | 'late'>;
}

/** What `/health/ready` and `/metrics` read: in memory, so that asking costs nothing. */
export interface Readings {
  inbox: { readonly writable: boolean; read(): InboxHealth };
  /** Since when Temporal cannot be reached, epoch ms; null while it can. */
  temporal: { awaySince(): number | null };
  /** Events that may wait; beyond it senders are told 503. */
  backlogMax: number;
}
