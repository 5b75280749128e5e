import type { VendorBooks } from '../vendor-books.ts';
import { statusOf } from './order.ts';
import type { Warehouse } from './warehouse.ts';

const STATUS: Readonly<Record<string, string>> = {
  allocated: 'ASSIGNED',
  picking: 'IN_PROGRESS',
  partially_picked: 'PARTIAL',
  picked: 'COMPLETED',
  partially_shipped: 'COMPLETED',
  shipped: 'COMPLETED',
  closed_short: 'CANCELLED',
  cancelled: 'CANCELLED',
};

/** What SmartWMS holds, counted without any mapping. */
export function booksOfSmartWms({ orders, stock }: Warehouse): VendorBooks {
  return {
    picks: () =>
      orders.map((order) => ({
        pick_id: order.orderId,
        order_id: order.customerReference,
        status: STATUS[statusOf(order)] ?? 'unknown',
        lines: order.lines.map(({ externalLineId, lineNumber: _, ordered, ...line }) => ({
          ...{ line_id: externalLineId, requested: ordered },
          ...line,
        })),
      })),
    stock(sku) {
      const lines = orders.flatMap((order) => order.lines).filter((line) => line.sku === sku);
      const picked = lines.reduce((sum, line) => sum + line.picked - line.shipped, 0);
      const allocated = stock.rows(sku).reduce((sum, row) => sum + row.allocated, 0);
      const [on_hand, available] = [stock.onHand(sku), stock.available(sku)];
      return { on_hand, available, picked, reserved: allocated - picked };
    },
  };
}
