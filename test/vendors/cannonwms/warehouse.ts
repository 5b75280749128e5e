import { openUnits, type Order, type OrderLine } from './order.ts';
import { createStock, type Stock } from './stock.ts';

export interface NewOrder {
  external: { reference: string | null; order: string | null };
  service: { level: string };
  fulfilment: { start_tour: boolean };
  lines: { external_line: string | null; item: { sku: string }; units: number }[];
}

/** Tells those who listen. */
export type Emit = (event: string, news: Record<string, unknown>) => void;

export interface LineWork {
  reference: string;
  line: number;
  qty: number;
}

export interface Warehouse {
  stock: Stock;
  orders: readonly Order[];
  /** Null when nothing of it can be reserved. */
  create(order: NewOrder): Order | null;
  change(order: Order, level: string): void;
  startTour(order: Order): void;
  /** Voids what is not picked of these lines, or of all; answers how many units. */
  cancel(order: Order, externalLines: readonly string[] | null): number;
  pick(work: LineWork): void;
  /** Not in the bin, and looked for elsewhere until the tour is finished. */
  miss(work: LineWork): void;
  /** Missing units turn up in another bin. */
  find(work: LineWork): void;
  /** What is not picked by now is short. */
  finishTour(reference: string): void;
  ship(reference: string): void;
  deliver(reference: string): void;
  receive(sku: string, qty: number): void;
}

export function createWarehouse(emit: Emit): Warehouse {
  const stock = createStock();
  const orders: Order[] = [];
  const named = (reference: string): Order => {
    const order = orders.find((each) => each.reference === reference);
    if (order === undefined) throw new Error(`CannonWMS has no order of ${reference}`);
    return touched(order);
  };
  const lineOf = ({ reference, line }: LineWork): OrderLine => {
    const found = named(reference).lines.find((each) => each.line === line);
    if (found === undefined) throw new Error(`${reference} has no line ${line}`);
    return found;
  };
  const tell = (event: string, order: Order, more: Record<string, unknown> = {}): void => {
    const { id, number, reference } = order;
    emit(event, { subject: { order: { id, number, reference }, ...more } });
  };
  const adjust = (
    sku: string,
    change: Parameters<Stock['change']>[1],
    reason = 'release',
  ): void => {
    const available = stock.change(sku, change);
    if (available === 0) return;
    emit('inventory.adjusted', { subject: { item: { sku } }, change: { available, reason } });
  };
  const finish = (order: Order): void => {
    for (const line of order.lines) {
      if (line.reserved > 0) adjust(line.sku, { reserved: -line.reserved });
      line.short += line.reserved + line.missing;
      line.reserved = 0;
      line.missing = 0;
    }
    order.tour = 'finished';
    tell('pick.completed', order, { tour: { id: `tour_${order.id}` } });
  };
  return {
    stock,
    orders,
    create(wanted) {
      const lines = wanted.lines.map((line, index) => newLine(stock, line, index + 1));
      if (lines.every(({ reserved }) => reserved === 0)) return null;
      const now = Date.now();
      const order: Order = {
        ...{ id: `ord_${orders.length + 1}`, number: `SO-${10_001 + orders.length}` },
        ...{ reference: wanted.external.reference, externalOrder: wanted.external.order },
        ...{ level: wanted.service.level, lines, isDelivered: false },
        tour: wanted.fulfilment.start_tour ? 'under way' : 'none',
        ...{ createdAt: now, changedAt: now },
      };
      orders.push(order);
      tell('order.created', order);
      return order;
    },
    change: (order, level) => void (touched(order).level = level),
    startTour: (order) => void (touched(order).tour = 'under way'),
    cancel(order, externalLines) {
      let units = 0;
      for (const line of order.lines) {
        if (externalLines !== null && !externalLines.includes(line.externalLine ?? '')) continue;
        units += line.reserved + line.missing;
        line.voided += line.reserved + line.missing;
        if (line.reserved > 0) adjust(line.sku, { reserved: -line.reserved });
        line.reserved = 0;
        line.missing = 0;
      }
      if (units > 0 && openUnits(touched(order)) === 0) finish(order);
      return units;
    },
    pick(work) {
      const line = lineOf(work);
      adjust(line.sku, { reserved: -work.qty, staged: work.qty });
      line.reserved -= work.qty;
      line.picked += work.qty;
    },
    miss(work) {
      const line = lineOf(work);
      adjust(line.sku, { reserved: -work.qty, onHand: -work.qty });
      line.reserved -= work.qty;
      line.missing += work.qty;
    },
    find(work) {
      const line = lineOf(work);
      adjust(line.sku, { onHand: work.qty, staged: work.qty });
      line.missing -= work.qty;
      line.picked += work.qty;
    },
    finishTour: (reference) => finish(named(reference)),
    ship(reference) {
      const order = named(reference);
      for (const line of order.lines) {
        const units = line.picked - line.shipped;
        adjust(line.sku, { staged: -units, onHand: -units });
        line.shipped = line.picked;
      }
      tell('order.shipped', order, { shipment: { id: `shp_${order.id}`, tracking: '1Z999' } });
    },
    deliver(reference) {
      const order = named(reference);
      order.isDelivered = true;
      tell('shipment.delivered', order, { shipment: { id: `shp_${order.id}` } });
    },
    receive: (sku, qty) => adjust(sku, { onHand: qty }, 'receiving'),
  };
}

function touched(order: Order): Order {
  order.changedAt = Math.max(Date.now(), order.changedAt + 1);
  return order;
}

/** What cannot be reserved is dropped at once. */
function newLine(stock: Stock, asked: NewOrder['lines'][number], line: number): OrderLine {
  const { external_line: externalLine, item, units } = asked;
  const reserved = Math.max(0, Math.min(units, stock.available(item.sku)));
  stock.change(item.sku, { reserved });
  const none = { missing: 0, picked: 0, shipped: 0, voided: 0 };
  const short = units - reserved;
  return { line, externalLine, sku: item.sku, ordered: units, reserved, short, ...none };
}
