/** One SKU in one warehouse; `allocated` are units of open orders, picked or not. */
export interface StockRow {
  sku: string;
  warehouse: string;
  onHand: number;
  allocated: number;
}

export interface Stock {
  rows(sku?: string): StockRow[];
  available(sku: string): number;
  onHand(sku: string): number;
  /** Changes what is there; the answer says how many units could be promised before and after. */
  adjust(change: { sku: string; qty: number; warehouse: string }): {
    availableBefore: number;
    availableAfter: number;
  };
  /** Takes up to `qty` units from where there are some; answers how many. */
  allocate(sku: string, qty: number): number;
  release(sku: string, qty: number): void;
  /** Allocated units leave the house, or are not found. */
  remove(sku: string, qty: number): void;
}

export function createStock(): Stock {
  const all: StockRow[] = [];
  const rowsOf = (sku: string): StockRow[] => all.filter((row) => row.sku === sku);
  const free = (row: StockRow): number => row.onHand - row.allocated;
  const sum = (sku: string, of: (row: StockRow) => number): number =>
    rowsOf(sku).reduce((total, row) => total + of(row), 0);
  /** Spreads units over the rows of a SKU, as far as each has room. */
  const spread = (
    { sku, qty }: { sku: string; qty: number },
    room: (row: StockRow) => number,
    apply: (row: StockRow, units: number) => void,
  ): number => {
    let left = qty;
    for (const row of rowsOf(sku)) {
      const units = Math.min(left, Math.max(0, room(row)));
      apply(row, units);
      left -= units;
    }
    return qty - left;
  };
  const allocated = (row: StockRow): number => row.allocated;
  return {
    rows: (sku) => (sku === undefined ? all : rowsOf(sku)),
    available: (sku) => sum(sku, free),
    onHand: (sku) => sum(sku, (row) => row.onHand),
    adjust({ sku, qty, warehouse }) {
      const availableBefore = sum(sku, free);
      const row = rowsOf(sku).find((each) => each.warehouse === warehouse);
      if (row === undefined) all.push({ sku, warehouse, onHand: qty, allocated: 0 });
      else row.onHand += qty;
      return { availableBefore, availableAfter: sum(sku, free) };
    },
    allocate: (sku, qty) =>
      spread({ sku, qty }, free, (row, units) => {
        row.allocated += units;
      }),
    release: (sku, qty) =>
      void spread({ sku, qty }, allocated, (row, units) => {
        row.allocated -= units;
      }),
    remove: (sku, qty) =>
      void spread({ sku, qty }, allocated, (row, units) => {
        row.allocated -= units;
        row.onHand -= units;
      }),
  };
}
