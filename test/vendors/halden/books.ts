import type { VendorBooks } from '../vendor-books.ts';
import { phaseOf, type Dispatch } from './dispatch.ts';
import type { Floor } from './floor.ts';

const STATUS: Readonly<Record<string, string>> = {
  ALLOTTED: 'ASSIGNED',
  ON_FLOOR: 'IN_PROGRESS',
  PART_DONE: 'PARTIAL',
  DONE: 'COMPLETED',
  GONE: 'COMPLETED',
  VOID: 'CANCELLED',
};

/** Halden knows our order by the reference that we gave alone. */
export function orderOf({ clientRef }: Dispatch): string | null {
  return clientRef.split(':')[1] ?? null;
}

/** What Halden holds in single units, counted without any mapping. */
export function booksOfHalden({ dispatches, stock }: Floor): VendorBooks {
  return {
    picks: () =>
      dispatches.map((dispatch) => ({
        pick_id: dispatch.key,
        order_id: orderOf(dispatch),
        status: STATUS[phaseOf(dispatch)] ?? 'unknown',
        lines: dispatch.rows.map(({ rowId, code, ...row }) => ({
          ...{ line_id: rowId, sku: code, requested: row.asked, allocated: row.allotted },
          ...{ picked: row.picked, shipped: row.shipped },
          ...{ short: row.lacking, cancelled: row.voided },
        })),
      })),
    stock(code) {
      const { onHand, allotted, staged } = stock.row(code);
      return { on_hand: onHand, reserved: allotted, picked: staged, available: stock.free(code) };
    },
  };
}
