export { orderFulfillment } from './order-fulfillment.ts';
export { stockAllocation } from './stock-allocation.ts';
