import type { CrmEvent, CrmOrder } from '../../contracts/crm.ts';

type Line = CrmOrder['lines'][number];
type Delta = CrmEvent['payload']['lines'][number];

export type DeltaResult =
  | { kind: 'applied'; lines: Line[] }
  | { kind: 'wrong-sku'; index: number; detail: string }
  | { kind: 'does-not-follow'; index: number; detail: string };

/** Applies ordered deltas strictly: each must lead from the present bucket to its `cumulative`. */
export function applyDeltas(lines: readonly Line[], deltas: readonly Delta[]): DeltaResult {
  const byId = new Map(lines.map((line) => [line.line_id, { ...line }]));
  for (const [index, delta] of deltas.entries()) {
    const line = byId.get(delta.line_id);
    if (line === undefined || line.sku !== delta.sku) {
      const whose = line === undefined ? 'unknown' : `for ${line.sku}`;
      return {
        ...{ kind: 'wrong-sku', index },
        detail: `line ${delta.line_id} is ${whose}, not for ${delta.sku}`,
      };
    }
    const before = line[delta.bucket];
    const after = before + delta.delta;
    if (after !== delta.cumulative || after < 0) {
      const detail = `${delta.bucket} of line ${delta.line_id} is ${before}; ${before} + ${delta.delta} is not ${delta.cumulative}`;
      return { kind: 'does-not-follow', index, detail };
    }
    line[delta.bucket] = after;
  }
  return { kind: 'applied', lines: [...byId.values()] };
}
