import { orderNews, sumOf, type Order, type OrderLine } from './order.ts';
import { createStock, type Stock } from './stock.ts';

export interface NewOrder {
  orderNumber: string;
  customerReference: string | null;
  priority: number;
  lines: { lineNumber: number; externalLineId: string | null; sku: string; quantity: number }[];
}

export type Refusal = 'INSUFFICIENT_STOCK' | 'DUPLICATE_ORDER_NUMBER' | 'ORDER_IN_PROGRESS';

/** Tells those who listen. */
export type Emit = (type: string, news: Record<string, unknown>) => void;

export interface LineWork {
  orderNumber: string;
  lineNumber: number;
  qty: number;
}

export interface Warehouse {
  stock: Stock;
  orders: readonly Order[];
  create(order: NewOrder): Order | Refusal;
  prioritise(order: Order, priority: number): void;
  cancel(order: Order): Refusal | null;
  /** A person cancels what is not picked of one line. */
  cancelLine(work: Omit<LineWork, 'qty'>): void;
  pick(work: LineWork): void;
  /** Units that are not in their bin: they are closed short, and gone. */
  short(work: LineWork): void;
  ship(orderNumber: string): void;
  receive(sku: string, qty: number, warehouse?: string): void;
}

const MAIN = 'MAIN';

export function createWarehouse(emit: Emit): Warehouse {
  const stock = createStock();
  const orders: Order[] = [];
  const touch = (order: Order): void => {
    order.updatedAt = Math.max(Date.now(), order.updatedAt + 1);
  };
  const named = (orderNumber: string): Order => {
    const order = orders.find((each) => each.orderNumber === orderNumber);
    if (order === undefined) throw new Error(`SmartWMS has no order ${orderNumber}`);
    return order;
  };
  const work = ({ orderNumber, lineNumber }: Omit<LineWork, 'qty'>) => {
    const order = named(orderNumber);
    const line = order.lines.find((each) => each.lineNumber === lineNumber);
    if (line === undefined) throw new Error(`${orderNumber} has no line ${lineNumber}`);
    order.isStarted = true;
    touch(order);
    return { order, line };
  };
  /** Every change of what can be promised is told. */
  const adjusted = (sku: string, reason: string, change: () => void): void => {
    const availableBefore = stock.available(sku);
    change();
    const availableAfter = stock.available(sku);
    emit('inventory.adjusted', { sku, availableBefore, availableAfter, reason });
  };
  const giveBack = (line: OrderLine): void => {
    const units = line.allocated;
    line.allocated = 0;
    line.cancelled += units;
    if (units > 0) adjusted(line.sku, 'cancellation', () => stock.release(line.sku, units));
  };
  return {
    stock,
    orders,
    create(wanted) {
      if (orders.some(({ orderNumber }) => orderNumber === wanted.orderNumber)) {
        return 'DUPLICATE_ORDER_NUMBER';
      }
      const lines = wanted.lines.map((line) => newLine(stock, line));
      if (lines.every(({ allocated }) => allocated === 0)) return 'INSUFFICIENT_STOCK';
      const { orderNumber, customerReference, priority } = wanted;
      const now = Date.now();
      const order: Order = {
        orderId: `ord_${orders.length + 789}`,
        ...{ orderNumber, customerReference, priority, lines },
        ...{ isStarted: false, isCancelled: false, createdAt: now, updatedAt: now },
      };
      orders.push(order);
      emit('order.created', orderNews(order));
      return order;
    },
    prioritise(order, priority) {
      order.priority = priority;
      touch(order);
      emit('order.updated', orderNews(order));
    },
    cancel(order) {
      if (sumOf(order, (line) => line.picked) > 0) return 'ORDER_IN_PROGRESS';
      if (order.isCancelled) return null;
      for (const line of order.lines) giveBack(line);
      order.isCancelled = true;
      touch(order);
      emit('order.cancelled', orderNews(order));
      return null;
    },
    cancelLine(asked) {
      const { order, line } = work(asked);
      giveBack(line);
      emit('order.updated', orderNews(order));
    },
    pick({ qty, ...where }) {
      const { line } = work(where);
      if (qty > line.allocated) throw new Error(`Only ${line.allocated} units are to be picked`);
      line.allocated -= qty;
      line.picked += qty;
    },
    short({ qty, ...where }) {
      const { line } = work(where);
      if (qty > line.allocated) throw new Error(`Only ${line.allocated} units are to be picked`);
      line.allocated -= qty;
      line.short += qty;
      stock.remove(line.sku, qty);
    },
    ship(orderNumber) {
      const order = named(orderNumber);
      for (const line of order.lines) {
        stock.remove(line.sku, line.picked - line.shipped);
        line.shipped = line.picked;
      }
      touch(order);
      const parcel = { carrier: 'UPS', trackingNumber: '1Z999AA10123456784' };
      const shipmentId = `shp_${order.orderId}`;
      emit('shipment.created', { shipmentId, ...orderNews(order), ...parcel });
      emit('order.shipped', { ...orderNews(order), ...parcel });
    },
    receive(sku, qty, warehouse = MAIN) {
      adjusted(sku, 'receiving', () => void stock.adjust({ sku, qty, warehouse }));
      emit('receiving.completed', { receiptId: `rcv_${sku}`, warehouse });
    },
  };
}

/** What cannot be allocated is closed short at once. */
function newLine(stock: Stock, asked: NewOrder['lines'][number]): OrderLine {
  const { lineNumber, externalLineId, sku, quantity } = asked;
  const allocated = stock.allocate(sku, quantity);
  const none = { picked: 0, shipped: 0, cancelled: 0 };
  const short = quantity - allocated;
  return { lineNumber, externalLineId, sku, ordered: quantity, allocated, short, ...none };
}
