/** Units of a line are totals; `allocated` is what is still to be picked. */
export interface OrderLine {
  lineNumber: number;
  externalLineId: string | null;
  sku: string;
  ordered: number;
  allocated: number;
  picked: number;
  shipped: number;
  short: number;
  cancelled: number;
}

export interface Order {
  orderId: string;
  orderNumber: string;
  customerReference: string | null;
  priority: number;
  isStarted: boolean;
  isCancelled: boolean;
  lines: OrderLine[];
  createdAt: number;
  updatedAt: number;
}

export function sumOf(order: Order, units: (line: OrderLine) => number): number {
  return order.lines.reduce((sum, line) => sum + units(line), 0);
}

export function statusOf(order: Order): string {
  if (order.isCancelled) return 'cancelled';
  const allocated = sumOf(order, (line) => line.allocated);
  const picked = sumOf(order, (line) => line.picked);
  const shipped = sumOf(order, (line) => line.shipped);
  if (allocated > 0 && picked > 0) return 'partially_picked';
  if (allocated > 0) return order.isStarted ? 'picking' : 'allocated';
  if (picked === 0) return 'closed_short';
  if (shipped === 0) return 'picked';
  return shipped < picked ? 'partially_shipped' : 'shipped';
}

/** The order as the API shows it. */
export function orderView(order: Order) {
  const { orderId, orderNumber, customerReference, priority } = order;
  return {
    ...{ orderId, orderNumber, customerReference, priority },
    orderType: 'OUTBOUND',
    status: statusOf(order),
    lines: order.lines.map((line) => ({
      lineNumber: line.lineNumber,
      externalLineId: line.externalLineId,
      sku: line.sku,
      quantityOrdered: line.ordered,
      quantityAllocated: line.allocated,
      quantityPicked: line.picked,
      quantityShipped: line.shipped,
      quantityShort: line.short,
      quantityCancelled: line.cancelled,
    })),
    createdAt: new Date(order.createdAt).toISOString(),
    updatedAt: new Date(order.updatedAt).toISOString(),
  };
}

/** What webhooks say of an order. */
export function orderNews(order: Order) {
  const { orderId, orderNumber } = order;
  return { orderId, orderNumber, status: statusOf(order) };
}
