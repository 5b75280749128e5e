/** Stock of a product in one of the warehouses. */
export interface StockRow {
  sku: string;
  warehouse: string;
  onHand: number;
  reserved: number;
}

/** Units of the LogisticsWMS stub; each change says what was available before it. */
export class Stock {
  readonly rows: StockRow[] = [];

  receive(sku: string, warehouse: string, qty: number): { row: StockRow; before: number } {
    let row = this.rows.find((one) => one.sku === sku && one.warehouse === warehouse);
    if (row === undefined) {
      row = { sku, warehouse, onHand: 0, reserved: 0 };
      this.rows.push(row);
    }
    const before = row.onHand - row.reserved;
    row.onHand += qty;
    return { row, before };
  }

  of(sku: string): StockRow[] {
    return this.rows.filter((row) => row.sku === sku);
  }

  /** As many as there are, up to `qty`. */
  reserve(sku: string, qty: number): number {
    return this.#spread(sku, qty, {
      room: (row) => row.onHand - row.reserved,
      change: (row, units) => void (row.reserved += units),
    });
  }

  release(sku: string, qty: number): void {
    this.#spread(sku, qty, {
      room: (row) => row.reserved,
      change: (row, units) => void (row.reserved -= units),
    });
  }

  /** Reserved units leave the shelf: into a picker's hands, or because they are not there. */
  take(sku: string, qty: number): void {
    this.#spread(sku, qty, {
      room: (row) => row.reserved,
      change(row, units) {
        row.reserved -= units;
        row.onHand -= units;
      },
    });
  }

  #spread(
    sku: string,
    qty: number,
    { room, change }: { room(row: StockRow): number; change(row: StockRow, units: number): void },
  ): number {
    let left = qty;
    for (const row of this.of(sku)) {
      const units = Math.min(left, room(row));
      change(row, units);
      left -= units;
    }
    return qty - left;
  }
}
