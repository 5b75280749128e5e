import type { OrderAddress } from './ids.ts';
import type { OrderPolicy } from './policy.ts';

/** What an order's workflow is started with; `carried` only when it continues as new. */
export interface OrderWorkflowInput<State = unknown> {
  order: OrderAddress;
  /** Connections that serve this order. */
  wms: string;
  tasks: string;
  /** Hash of the mapping bundle that holds for the order's whole life. */
  mappingBundle: string;
  policy: OrderPolicy;
  carried?: State;
}
