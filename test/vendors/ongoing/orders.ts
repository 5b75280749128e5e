import { STATUS, statusOf, type Order, type OrderLine } from './order.ts';
import type { Articles } from './articles.ts';

export interface OrderPut {
  goodsOwnerId: number;
  orderNumber: string;
  goodsOwnerOrderId: string | null;
  pickingPriority: number;
  orderLines: Pick<
    OrderLine,
    'rowNumber' | 'externalOrderLineCode' | 'articleNumber' | 'numberOfItems'
  >[];
}

export type Trigger = 'OrderCreated' | 'OrderPicked' | 'OrderStatusChanged';

/** Orders of the Ongoing stub, and what its floor does with them. */
export class Orders {
  readonly all: Order[] = [];
  readonly #articles: Articles;
  readonly #fire: (trigger: Trigger, order: Order) => void;
  #lines = 5000;

  constructor(articles: Articles, fire: (trigger: Trigger, order: Order) => void) {
    this.#articles = articles;
    this.#fire = fire;
  }

  /** Makes the order of this goods owner and number, or changes it; null when it is too late. */
  put({ orderLines, ...head }: OrderPut): Order | null {
    const known = this.all.find(
      ({ goodsOwnerId, orderNumber }) =>
        goodsOwnerId === head.goodsOwnerId && orderNumber === head.orderNumber,
    );
    const lines = orderLines.map((line) => {
      this.#lines += 1;
      return { id: this.#lines, ...line, allocated: 0, picked: 0, sent: 0, cancelled: 0 };
    });
    if (known !== undefined) {
      if (known.status !== STATUS.open) return null;
      Object.assign(known, head, { lines, changedAt: new Date().toISOString() });
      return known;
    }
    const order: Order = {
      orderId: 81_001 + this.all.length,
      ...head,
      ...{ lines, status: STATUS.open, closed: false },
      changedAt: new Date().toISOString(),
    };
    this.all.push(order);
    this.#fire('OrderCreated', order);
    return order;
  }

  byId(orderId: number): Order {
    const order = this.all.find((one) => one.orderId === orderId);
    if (order === undefined) throw new Error(`There is no order ${orderId} at Ongoing`);
    return order;
  }

  /** A person in the office has stock allocated to what is missing: no call of the API can. */
  allocate(orderId: number): void {
    const order = this.byId(orderId);
    if (order.status >= STATUS.picked) return;
    for (const line of order.lines) {
      const missing = line.numberOfItems - line.allocated - line.picked - line.cancelled;
      line.allocated += this.#articles.allocate(order.goodsOwnerId, line.articleNumber, missing);
    }
    this.#changed(order);
  }

  pick(orderId: number, rowNumber: string, units: number): void {
    const order = this.byId(orderId);
    const line = lineOf(order, rowNumber);
    if (line.allocated < units) {
      throw new Error(`Row ${rowNumber} of order ${orderId} has not ${units} units allocated`);
    }
    this.#articles.take(order.goodsOwnerId, line.articleNumber, units);
    line.allocated -= units;
    line.picked += units;
    this.#changed(order);
  }

  /** All picked units that are still in the house leave it. */
  send(orderId: number): void {
    const order = this.byId(orderId);
    for (const line of order.lines) line.sent = line.picked;
    this.#changed(order);
  }

  /** Nothing more is picked: what is missing is not delivered. */
  finish(orderId: number): void {
    const order = this.byId(orderId);
    order.closed = true;
    for (const line of order.lines) {
      this.#articles.release(order.goodsOwnerId, line.articleNumber, line.allocated);
      line.allocated = 0;
    }
    this.#changed(order);
  }

  /** A person takes what is not picked of a row out of the order: no call of the API can. */
  cancelRow(orderId: number, rowNumber: string): void {
    const order = this.byId(orderId);
    this.#letGo(order, lineOf(order, rowNumber));
    this.#changed(order);
  }

  /** False when picking has begun. */
  cancel(order: Order): boolean {
    if (order.status === STATUS.cancelled) return true;
    if (order.status >= STATUS.picking) return false;
    for (const line of order.lines) this.#letGo(order, line);
    this.#changed(order);
    return true;
  }

  #letGo(order: Order, line: OrderLine): void {
    this.#articles.release(order.goodsOwnerId, line.articleNumber, line.allocated);
    line.allocated = 0;
    line.cancelled = line.numberOfItems - line.picked;
  }

  #changed(order: Order): void {
    const before = order.status;
    order.status = statusOf(order);
    order.changedAt = new Date().toISOString();
    if (order.status !== before || order.status === STATUS.partlyPicked) {
      this.#fire('OrderStatusChanged', order);
    }
    const isPicked = order.status >= STATUS.picked && order.status < STATUS.cancelled;
    if (isPicked && before < STATUS.picked) this.#fire('OrderPicked', order);
  }
}

function lineOf(order: Order, rowNumber: string): OrderLine {
  const line = order.lines.find((one) => one.rowNumber === rowNumber);
  if (line === undefined) throw new Error(`Order ${order.orderId} has no row ${rowNumber}`);
  return line;
}
