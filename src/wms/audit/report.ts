import { z } from 'zod';
import type { LineFinding } from '../operations/mend-line.ts';

export const FindingSchema = z.object({
  class: z.enum(['D9', 'D10', 'D11']),
  sku: z.string().optional(),
  location: z.string().optional(),
  lot: z.string().nullable().optional(),
  pick_id: z.string().optional(),
  we_say: z.string(),
  they_say: z.string(),
  repaired: z.boolean(),
});
export type Finding = z.infer<typeof FindingSchema>;

/** Answer of `POST /audit/stock`. */
export const StockAuditSchema = z.object({
  /** Rows of stock and lines of open picks that were looked at. */
  checked: z.int().min(0),
  findings: z.array(FindingSchema),
});

export interface AuditReport {
  looked(counters: number): void;
  add(finding: Finding): void;
  addLine(pickLine: string, found: LineFinding, repaired: boolean): void;
  /** Whether a line is in the report already. */
  has(pickLine: string): boolean;
  isFull(): boolean;
  result(): z.infer<typeof StockAuditSchema>;
}

export function createReport(findingsMax: number): AuditReport {
  const findings: Finding[] = [];
  const lines = new Set<string>();
  let checked = 0;
  const add = (finding: Finding): void => void findings.push(finding);
  return {
    add,
    looked(counters) {
      checked += counters;
    },
    addLine(pickLine, found, repaired) {
      if (lines.has(pickLine)) return;
      lines.add(pickLine);
      const { class: driftClass, sku, pickId, weSay, theySay } = found;
      const says = { we_say: weSay, they_say: theySay };
      add({ class: driftClass, sku, pick_id: pickId, ...says, repaired });
    },
    has: (pickLine) => lines.has(pickLine),
    isFull: () => findings.length >= findingsMax,
    result: () => ({ checked, findings }),
  };
}
