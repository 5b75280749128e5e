import type { Stock } from './stock.ts';

export interface Item {
  line_number: number;
  external_line_id: string | null;
  product_code: string;
  quantity: number;
  reserved: number;
  picked: number;
  missing: number;
  cancelled: number;
}

export interface Order {
  id: number;
  order_code: string;
  customer_order: string | null;
  status: string;
  priority: string;
  items: Item[];
  created_at: string;
  updated_at: string;
}

export type NewOrder = Pick<Order, 'order_code' | 'customer_order' | 'priority'> & {
  items: Pick<Item, 'line_number' | 'external_line_id' | 'product_code' | 'quantity'>[];
};

export type Change = 'order_created' | 'order_updated' | 'order_picked' | 'order_cancelled';

/** Orders of the LogisticsWMS stub, and what its floor does with them. */
export class Orders {
  readonly all: Order[] = [];
  readonly #stock: Stock;
  readonly #tell: (change: Change, order: Order) => void;

  constructor(stock: Stock, tell: (change: Change, order: Order) => void) {
    this.#stock = stock;
    this.#tell = tell;
  }

  /** Null when nothing of it is in stock. */
  create({ items, ...head }: NewOrder): Order | null {
    const reserved = items.map((item) => {
      const units = this.#stock.reserve(item.product_code, item.quantity);
      const missing = item.quantity - units;
      return { ...item, reserved: units, picked: 0, missing, cancelled: 0 };
    });
    if (reserved.every((item) => item.reserved === 0)) return null;
    const at = new Date().toISOString();
    const id = 10_001 + this.all.length;
    const stamps = { created_at: at, updated_at: at };
    const order: Order = { id, ...head, status: 'RESERVED', items: reserved, ...stamps };
    this.all.push(order);
    this.#tell('order_created', order);
    return order;
  }

  byId(id: number): Order {
    const order = this.all.find((one) => one.id === id);
    if (order === undefined) throw new Error(`There is no order ${id} at LogisticsWMS`);
    return order;
  }

  prioritise(id: number, priority: string): Order {
    const order = this.byId(id);
    order.priority = priority;
    return this.#changed(order, 'order_updated');
  }

  pick(id: number, lineNumber: number, units: number): void {
    const { order, item } = this.#itemOf(id, lineNumber, units);
    this.#stock.take(item.product_code, units);
    item.reserved -= units;
    item.picked += units;
    this.#changed(order, isThrough(order) ? 'order_picked' : 'order_updated');
  }

  /** Units that the picker does not find, and nobody looks for again. */
  short(id: number, lineNumber: number, units: number): void {
    const { order, item } = this.#itemOf(id, lineNumber, units);
    this.#stock.take(item.product_code, units);
    item.reserved -= units;
    item.missing += units;
    this.#changed(order, isThrough(order) ? 'order_picked' : 'order_updated');
  }

  /** A person at the warehouse lets go what is not picked, of one line or of all. */
  cancelByHand(id: number, lineNumber?: number): void {
    const order = this.byId(id);
    for (const item of order.items) {
      if (lineNumber !== undefined && item.line_number !== lineNumber) continue;
      this.#stock.release(item.product_code, item.reserved);
      item.cancelled += item.reserved;
      item.reserved = 0;
    }
    this.#changed(order, isThrough(order) ? 'order_cancelled' : 'order_updated');
  }

  dispatch(id: number): void {
    const order = this.byId(id);
    if (!isThrough(order)) throw new Error(`Order ${id} is not picked`);
    order.status = 'DISPATCHED';
    order.updated_at = new Date().toISOString();
    this.#tell('order_updated', order);
  }

  #itemOf(id: number, lineNumber: number, units: number): { order: Order; item: Item } {
    const order = this.byId(id);
    const item = order.items.find((one) => one.line_number === lineNumber);
    if (item === undefined || item.reserved < units) {
      throw new Error(`Line ${lineNumber} of order ${id} has not ${units} units reserved`);
    }
    return { order, item };
  }

  #changed(order: Order, change: Change): Order {
    order.status = statusOf(order);
    order.updated_at = new Date().toISOString();
    this.#tell(change, order);
    return order;
  }
}

function sum(order: Order, field: 'quantity' | 'reserved' | 'picked' | 'missing' | 'cancelled') {
  return order.items.reduce((units, item) => units + item[field], 0);
}

function isThrough(order: Order): boolean {
  return sum(order, 'reserved') === 0;
}

function statusOf(order: Order): string {
  const picked = sum(order, 'picked');
  if (!isThrough(order)) return picked > 0 ? 'PARTIALLY_PICKED' : order.status;
  if (picked === 0 && sum(order, 'cancelled') > 0) return 'CANCELLED';
  return sum(order, 'missing') > 0 ? 'CLOSED_SHORT' : 'PICKED';
}
