import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate, type Waiter } from '../../src/domain/allocate.ts';
import { PRIORITIES } from '../../src/domain/priority.ts';

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;

function waiter(given: Partial<Waiter> & { backorderId: string; qty: number }): Waiter {
  return {
    sku: 'SKU-1',
    priority: 'normal',
    promisedAt: null,
    since: NOW - HOUR,
    notBefore: 0,
    ...given,
  };
}

function share(units: number, waiters: Waiter[], now = NOW) {
  const free = new Map([['SKU-1', units]]);
  return allocate({ free, waiters, now, ageingMs: 24 * HOUR }).map((a) => [a.backorderId, a.qty]);
}

describe('sharing risen stock', () => {
  it('serves the new urgent order before the older low one, which gets the rest', () => {
    const old = waiter({ backorderId: 'old', qty: 5, priority: 'low', since: NOW - 2 * HOUR });
    const urgent = waiter({ backorderId: 'new', qty: 3, priority: 'urgent', since: NOW });
    expect(share(5, [old, urgent])).toEqual([
      ['new', 3],
      ['old', 2],
    ]);
  });

  it('lifts a backorder by its age until no stream of urgent orders can pass it', () => {
    const old = waiter({
      backorderId: 'old',
      qty: 1,
      priority: 'low',
      since: NOW - 100 * 24 * HOUR,
    });
    const urgent = waiter({ backorderId: 'new', qty: 1, priority: 'urgent', since: NOW });
    expect(share(1, [urgent, old])).toEqual([['old', 1]]);
  });

  it('takes the earlier promise first, then the longer wait', () => {
    const none = waiter({ backorderId: 'none', qty: 1, since: NOW - 3 * HOUR });
    const soon = waiter({ backorderId: 'soon', qty: 1, promisedAt: NOW + HOUR });
    const late = waiter({ backorderId: 'late', qty: 1, promisedAt: NOW + 9 * HOUR });
    const older = waiter({ backorderId: 'older', qty: 1, since: NOW - 4 * HOUR });
    expect(share(4, [none, late, older, soon]).map(([id]) => id)).toEqual([
      'soon',
      'late',
      'older',
      'none',
    ]);
  });

  it('passes over one that must not be offered stock yet', () => {
    const resting = waiter({ backorderId: 'resting', qty: 1, notBefore: NOW + 1 });
    expect(share(1, [resting])).toEqual([]);
    expect(share(1, [resting], NOW + 1)).toEqual([['resting', 1]]);
  });

  it('never gives out more than is free, nor more than is asked, and leaves nothing that is wanted', () => {
    const anyWaiter = fc.record({
      qty: fc.integer({ min: 1, max: 20 }),
      sku: fc.constantFrom('SKU-1', 'SKU-2'),
      priority: fc.constantFrom(...PRIORITIES),
      since: fc.integer({ min: NOW - 1000 * HOUR, max: NOW }),
      promisedAt: fc.option(fc.integer({ min: NOW, max: NOW + 1000 * HOUR })),
    });
    fc.assert(
      fc.property(fc.array(anyWaiter, { maxLength: 30 }), fc.nat(60), fc.nat(60), (drawn, a, b) => {
        const waiters = drawn.map((w, i) => waiter({ ...w, backorderId: `b${i}` }));
        const free = new Map([
          ['SKU-1', a],
          ['SKU-2', b],
        ]);
        const given = allocate({ free, waiters, now: NOW, ageingMs: 24 * HOUR });
        for (const [sku, units] of free) {
          const got = given.filter((g) => g.sku === sku).reduce((sum, g) => sum + g.qty, 0);
          const asked = waiters.filter((w) => w.sku === sku).reduce((sum, w) => sum + w.qty, 0);
          expect(got).toBe(Math.min(units, asked));
        }
        for (const { backorderId, qty } of given) {
          expect(qty).toBeLessThanOrEqual(
            waiters.find((w) => w.backorderId === backorderId)?.qty ?? 0,
          );
        }
        expect(new Set(given.map((g) => g.backorderId)).size).toBe(given.length);
      }),
      { numRuns: 2000 },
    );
  });
});
