/** One SKU: `reserved` for open orders, `staged` once picked and until it leaves. */
export interface StockRow {
  onHand: number;
  reserved: number;
  staged: number;
}

export type StockChange = Partial<StockRow>;

export interface Stock {
  row(sku: string): Readonly<StockRow> | undefined;
  available(sku: string): number;
  /** Adds to each counter; answers by how much the available units changed. */
  change(sku: string, change: StockChange): number;
}

export function createStock(): Stock {
  const rows = new Map<string, StockRow>();
  const available = (sku: string): number => {
    const { onHand = 0, reserved = 0, staged = 0 } = rows.get(sku) ?? {};
    return onHand - reserved - staged;
  };
  return {
    row: (sku) => rows.get(sku),
    available,
    change(sku, { onHand = 0, reserved = 0, staged = 0 }) {
      const before = available(sku);
      const row = rows.get(sku) ?? { onHand: 0, reserved: 0, staged: 0 };
      const next = {
        onHand: row.onHand + onHand,
        reserved: row.reserved + reserved,
        staged: row.staged + staged,
      };
      const isSound = Math.min(next.onHand, next.reserved, next.staged) >= 0;
      if (!isSound) throw new Error(`CannonWMS has no such units of ${sku}`);
      rows.set(sku, next);
      return available(sku) - before;
    },
  };
}
