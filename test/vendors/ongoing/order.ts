export const STATUS = {
  open: 200,
  released: 300,
  picking: 320,
  partlyPicked: 350,
  picked: 400,
  sent: 450,
  cancelled: 1000,
} as const;

const TEXTS: Readonly<Record<number, string>> = {
  200: 'Open',
  300: 'Released',
  320: 'Picking',
  350: 'Partly picked',
  400: 'Picked',
  450: 'Sent',
  1000: 'Cancelled',
};

export interface OrderLine {
  id: number;
  rowNumber: string;
  externalOrderLineCode: string | null;
  articleNumber: string;
  numberOfItems: number;
  allocated: number;
  picked: number;
  sent: number;
  cancelled: number;
}

export interface Order {
  orderId: number;
  orderNumber: string;
  goodsOwnerId: number;
  goodsOwnerOrderId: string | null;
  pickingPriority: number;
  status: number;
  lines: OrderLine[];
  /** Nothing more is picked. */
  closed: boolean;
  changedAt: string;
}

export function statusOf({ lines, closed }: Order): number {
  const sum = (of: (line: OrderLine) => number): number =>
    lines.reduce((units, line) => units + of(line), 0);
  const wanted = sum((line) => line.numberOfItems - line.cancelled);
  const picked = sum((line) => line.picked);
  if (wanted === 0 || (closed && picked === 0)) return STATUS.cancelled;
  if (closed || picked === wanted) {
    return sum((line) => line.sent) === picked ? STATUS.sent : STATUS.picked;
  }
  if (picked > 0) return STATUS.partlyPicked;
  return sum((line) => line.allocated) > 0 ? STATUS.released : STATUS.open;
}

/** The order as the API shows it. */
export function shown(order: Order) {
  return {
    orderInfo: {
      orderId: order.orderId,
      orderNumber: order.orderNumber,
      goodsOwnerOrderId: order.goodsOwnerOrderId,
      pickingPriority: order.pickingPriority,
      orderStatus: { number: order.status, text: TEXTS[order.status] ?? '' },
    },
    goodsOwner: { id: order.goodsOwnerId, code: `OWNER-${order.goodsOwnerId}` },
    orderLines: order.lines.map((line) => ({
      id: line.id,
      rowNumber: line.rowNumber,
      externalOrderLineCode: line.externalOrderLineCode,
      article: { articleNumber: line.articleNumber },
      orderedNumberOfItems: line.numberOfItems,
      allocatedNumberOfItems: line.allocated,
      pickedNumberOfItems: line.picked,
      sentNumberOfItems: line.sent,
      cancelledNumberOfItems: line.cancelled,
    })),
  };
}
