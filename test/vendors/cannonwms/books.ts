import type { VendorBooks } from '../vendor-books.ts';
import { stageOf } from './order.ts';
import type { Warehouse } from './warehouse.ts';

const STATUS: Readonly<Record<string, string>> = {
  released: 'ASSIGNED',
  on_tour: 'IN_PROGRESS',
  tour_partial: 'PARTIAL',
  picked: 'COMPLETED',
  dispatched: 'COMPLETED',
  delivered: 'COMPLETED',
  voided: 'CANCELLED',
};

/** What CannonWMS holds, counted without any mapping. */
export function booksOfCannonWms({ orders, stock }: Warehouse): VendorBooks {
  return {
    picks: () =>
      orders.map((order) => ({
        pick_id: order.id,
        order_id: order.externalOrder,
        status: STATUS[stageOf(order)] ?? 'unknown',
        lines: order.lines.map(({ externalLine, sku, ordered, reserved, voided, ...line }) => ({
          ...{ line_id: externalLine, sku, requested: ordered, allocated: reserved },
          ...{ picked: line.picked, shipped: line.shipped, short: line.short, cancelled: voided },
        })),
      })),
    stock(sku) {
      const { onHand = 0, reserved = 0, staged = 0 } = stock.row(sku) ?? {};
      return { on_hand: onHand, reserved, picked: staged, available: stock.available(sku) };
    },
  };
}
