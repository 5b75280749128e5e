export { orderFulfillment } from './order-fulfillment.ts';
export { reconciliation } from './reconciliation.ts';
export { stockAllocation } from './stock-allocation.ts';
