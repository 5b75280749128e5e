/** Single units of an article: allotted to dispatches, and picked but not shipped. */
export interface StockRow {
  onHand: number;
  allotted: number;
  staged: number;
}

export interface Stock {
  row(code: string): Readonly<StockRow>;
  free(code: string): number;
  /** Adds to each counter; answers by how much the free units changed. */
  change(code: string, change: Partial<StockRow>): number;
}

const NONE: StockRow = { onHand: 0, allotted: 0, staged: 0 };

export function createStock(): Stock {
  const rows = new Map<string, StockRow>();
  const row = (code: string): StockRow => rows.get(code) ?? NONE;
  const free = (code: string): number => {
    const { onHand, allotted, staged } = row(code);
    return onHand - allotted - staged;
  };
  return {
    row,
    free,
    change(code, { onHand = 0, allotted = 0, staged = 0 }) {
      const [before, was] = [free(code), row(code)];
      const now = {
        onHand: was.onHand + onHand,
        allotted: was.allotted + allotted,
        staged: was.staged + staged,
      };
      if (Object.values(now).some((units) => units < 0)) {
        throw new Error(`Halden has no such units of ${code}`);
      }
      rows.set(code, now);
      return free(code) - before;
    },
  };
}
