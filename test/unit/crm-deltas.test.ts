import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CrmEvent, CrmOrder } from '../../src/contracts/crm.ts';
import { itemsOfChange, itemsOfNewOrder } from '../../src/sandbox/crm/content.ts';
import { applyDeltas } from '../../src/sandbox/crm/deltas.ts';

type Line = CrmOrder['lines'][number];
type Delta = CrmEvent['payload']['lines'][number];

const EMPTY = { ordered: 5, picked: 0, shipped: 0, backordered: 0, cancelled: 0 };
const LINES: Line[] = [
  { line_id: 'L1', sku: 'SKU-111', ...EMPTY },
  { line_id: 'L2', sku: 'SKU-222', ...EMPTY },
];

function delta(input: Partial<Delta>): Delta {
  return { line_id: 'L1', sku: 'SKU-111', bucket: 'picked', delta: 1, cumulative: 1, ...input };
}

describe('ordered deltas', () => {
  it('move exactly their bucket of their line', () => {
    const result = applyDeltas(LINES, [
      delta({ delta: 3, cumulative: 3 }),
      delta({ delta: -3, cumulative: 0 }),
      delta({ bucket: 'shipped', delta: 3, cumulative: 3 }),
    ]);
    expect(result).toEqual({
      kind: 'applied',
      lines: [{ ...LINES[0], shipped: 3 }, LINES[1]],
    });
    expect(LINES[0]?.shipped).toBe(0);
  });

  it('that do not lead to their cumulative are refused', () => {
    expect(applyDeltas(LINES, [delta({ delta: 2, cumulative: 3 })])).toMatchObject({
      kind: 'does-not-follow',
      index: 0,
    });
  });

  it('of an unknown line or of another SKU are refused', () => {
    expect(applyDeltas(LINES, [delta({}), delta({ line_id: 'L9' })])).toMatchObject({
      kind: 'wrong-sku',
      index: 1,
    });
    expect(applyDeltas(LINES, [delta({ sku: 'SKU-222' })]).kind).toBe('wrong-sku');
  });

  it('never make a bucket negative, whatever is claimed', () => {
    const anyDelta = fc.record({
      line_id: fc.constantFrom('L1', 'L2'),
      bucket: fc.constantFrom<Delta['bucket']>('picked', 'shipped', 'backordered', 'cancelled'),
      delta: fc.integer({ min: -4, max: 4 }),
      slip: fc.constantFrom(0, 0, 0, 1),
    });
    fc.assert(
      fc.property(fc.array(anyDelta), (claims) => {
        let lines = LINES;
        for (const { slip, ...claim } of claims) {
          const line = lines.find(({ line_id: lineId }) => lineId === claim.line_id);
          const before = line?.[claim.bucket] ?? 0;
          const after = before + claim.delta;
          const sku = line?.sku ?? '';
          const result = applyDeltas(lines, [{ ...claim, sku, cumulative: after + slip }]);
          expect(result.kind).toBe(after < 0 || slip !== 0 ? 'does-not-follow' : 'applied');
          if (result.kind === 'applied') lines = result.lines;
        }
        for (const line of lines) {
          expect(
            Math.min(line.picked, line.shipped, line.backordered, line.cancelled),
          ).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});

describe('line ids', () => {
  const before = itemsOfNewOrder('ORD-1', [
    { sku: 'A', qty: 1 },
    { sku: 'B', qty: 2 },
  ]);
  const everUsed = new Map(before.map((item) => [item.line_id, item.sku]));

  it('of a new order come from its id and the position', () => {
    expect(before.map((item) => item.line_id)).toEqual(['ORD-1-1', 'ORD-1-2']);
  });

  it('stay with the same position and SKU, and are never given to another line', () => {
    const items = [
      { sku: 'A', qty: 9 },
      { sku: 'C', qty: 1 },
      { sku: 'D', qty: 1, line_id: 'ORD-1-3' },
    ];
    const after = itemsOfChange({ orderId: 'ORD-1', before, items, everUsed });
    expect(after.map((item) => item.line_id)).toEqual(['ORD-1-1', 'ORD-1-4', 'ORD-1-3']);
  });

  it('are not taken twice when another item names the line of a position', () => {
    const items = [
      { sku: 'A', qty: 1 },
      { sku: 'A', qty: 2, line_id: 'ORD-1-1' },
    ];
    const after = itemsOfChange({ orderId: 'ORD-1', before, items, everUsed });
    expect(after.map((item) => item.line_id)).toEqual(['ORD-1-3', 'ORD-1-1']);
  });

  it('that stand twice or change their SKU are refused', () => {
    const twice = [
      { sku: 'A', qty: 1, line_id: 'X' },
      { sku: 'B', qty: 1, line_id: 'X' },
    ];
    expect(() => itemsOfNewOrder('ORD-1', twice)).toThrow('fit together');
    const items = [{ sku: 'Z', qty: 1, line_id: 'ORD-1-1' }];
    const change = { orderId: 'ORD-1', before, items, everUsed };
    expect(() => itemsOfChange(change)).toThrow('fit together');
  });
});
