import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { needsAlert } from '../../src/wms/domain/alert.ts';
import { planAllocation, type StockRow } from '../../src/wms/domain/allocation.ts';
import {
  addCounters,
  availableOf,
  deltasOf,
  isSound,
  MOVEMENT_KINDS,
  NO_COUNTERS,
} from '../../src/wms/domain/movement.ts';
import { applyToLine, type LineMove, type PickLine } from '../../src/wms/domain/pick-line.ts';
import { endingOf, mayBecome, type PickStatus } from '../../src/wms/domain/pick-state.ts';

function row(part: Partial<StockRow>): StockRow {
  return {
    sku: 'A',
    location: 'north',
    lot: '',
    receivedAt: 0,
    expiresAt: null,
    ...NO_COUNTERS,
    ...part,
  };
}

function line(part: Partial<PickLine> = {}): PickLine {
  return {
    ...{ pickLine: 'P/1', lineId: '1', sku: 'A', lot: null, requested: 10, allocated: 0 },
    ...{ picked: 0, shipped: 0, short: 0, cancelled: 0, unfilled: 10, over: 0 },
    ...{ cancelAsked: false, draws: [] },
    ...part,
  };
}

describe('an allocation plan', () => {
  const rows = [
    row({ location: 'north', lot: 'old', onHand: 4, receivedAt: 1, expiresAt: 300 }),
    row({ location: 'north', lot: 'new', onHand: 4, receivedAt: 2, expiresAt: 100 }),
    row({ location: 'south', onHand: 4, receivedAt: 3, reserved: 1 }),
  ];
  const placesOf = (plan: { location: string; lot: string; qty: number }[]) =>
    plan.map(({ location, lot, qty }) => `${location}/${lot}:${qty}`);

  it('takes the oldest goods first under FIFO, the preferred location before that', () => {
    const plan = { rows, qty: 6, now: 0, policy: 'fifo' as const };
    expect(placesOf(planAllocation({ ...plan, preferences: [] }))).toEqual([
      'north/old:4',
      'north/new:2',
    ]);
    expect(placesOf(planAllocation({ ...plan, preferences: ['south'] }))).toEqual([
      'south/:3',
      'north/old:3',
    ]);
  });

  it('takes what expires first under FEFO, even against the preferred location', () => {
    const plan = { rows, qty: 6, now: 0, policy: 'fefo' as const, preferences: ['south'] };
    expect(placesOf(planAllocation(plan))).toEqual(['north/new:4', 'north/old:2']);
  });

  it('stays within the lot and the location that are required, and out of excepted places', () => {
    const plan = { rows, qty: 9, now: 0, policy: 'fifo' as const, preferences: [] };
    expect(placesOf(planAllocation({ ...plan, lot: 'new' }))).toEqual(['north/new:4']);
    expect(placesOf(planAllocation({ ...plan, location: 'south' }))).toEqual(['south/:3']);
    const except = [{ location: 'north', lot: 'old' }];
    expect(placesOf(planAllocation({ ...plan, except }))).toEqual(['north/new:4', 'south/:3']);
  });

  it('gives nothing of a lot from the moment of its expiry on', () => {
    const plan = { rows, qty: 9, policy: 'fifo' as const, preferences: [] };
    expect(placesOf(planAllocation({ ...plan, now: 99 }))).toContain('north/new:4');
    expect(placesOf(planAllocation({ ...plan, now: 100 }))).toEqual(['north/old:4', 'south/:3']);
    expect(planAllocation({ ...plan, now: 100, lot: 'new' })).toEqual([]);
  });

  it('never gives more than is available, and all that is asked when there is enough', () => {
    const units = fc.nat({ max: 9 });
    const anyRow = fc.record({
      ...{ onHand: units, reserved: units, picked: units, held: units, receivedAt: units },
      location: fc.constantFrom('a', 'b', 'c'),
      lot: fc.constantFrom('', 'x', 'y'),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(anyRow, { selector: ({ location, lot }) => location + lot }),
        fc.nat({ max: 30 }),
        fc.constantFrom('fifo' as const, 'fefo' as const),
        (parts, qty, policy) => {
          const sound = parts.map(row).filter(isSound);
          const plan = planAllocation({ rows: sound, qty, now: 0, policy, preferences: ['b'] });
          const available = sound.reduce((sum, one) => sum + availableOf(one), 0);
          expect(plan.reduce((sum, draw) => sum + draw.qty, 0)).toBe(Math.min(qty, available));
          for (const draw of plan) {
            const from = sound.find(
              (one) => one.location === draw.location && one.lot === draw.lot,
            );
            expect(draw.qty).toBeLessThanOrEqual(from === undefined ? 0 : availableOf(from));
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('a movement', () => {
  it('that a sound stock can take leaves it sound, and a short makes nothing available', () => {
    const units = fc.nat({ max: 9 });
    fc.assert(
      fc.property(
        fc.record({
          onHand: fc.nat({ max: 40 }),
          reserved: units,
          picked: units,
          held: units,
          counting: units,
        }),
        fc.constantFrom(...MOVEMENT_KINDS),
        fc.integer({ min: 1, max: 9 }),
        (counters, kind, qty) => {
          fc.pre(isSound(counters));
          const next = addCounters(counters, deltasOf({ kind, qty }, counters));
          if (kind === 'short' || kind === 'pick')
            expect(availableOf(next)).toBe(availableOf(counters));
          if (kind === 'receive' || kind === 'count') expect(isSound(next)).toBe(true);
          if (kind === 'unhold' && qty <= counters.held) expect(isSound(next)).toBe(true);
          if (kind === 'scrap' && qty <= counters.held) expect(isSound(next)).toBe(true);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('that counts less answers for missed units first, and never for damaged ones', () => {
    const counters = { onHand: 10, reserved: 0, picked: 0, held: 5, counting: 2 };
    expect(deltasOf({ kind: 'count', qty: -3 }, counters)).toMatchObject({
      onHand: -3,
      held: -2,
      counting: -2,
    });
    expect(deltasOf({ kind: 'scrap', qty: 4 }, counters)).toMatchObject({ held: -4, counting: -1 });
    expect(deltasOf({ kind: 'unhold', qty: 3 }, counters)).toMatchObject({
      held: -3,
      counting: -2,
    });
  });
});

describe('a pick line', () => {
  it('keeps its units through any moves', () => {
    const kinds = ['reserve', 'release', 'pick', 'short', 'unhold', 'putback', 'ship'] as const;
    const move: fc.Arbitrary<LineMove> = fc.record({
      kind: fc.constantFrom(...kinds),
      qty: fc.integer({ min: 1, max: 4 }),
      location: fc.constantFrom('north', 'south'),
      lot: fc.constant(''),
    });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
        const books = line();
        for (const one of moves) {
          applyToLine(books, one);
          expect(books.requested + books.over).toBe(
            books.allocated + books.unfilled + books.picked + books.short + books.cancelled,
          );
          expect(books.draws.reduce((sum, draw) => sum + draw.reserved, 0)).toBe(books.allocated);
          expect(books.draws.reduce((sum, draw) => sum + draw.picked, 0)).toBe(
            books.picked - books.shipped,
          );
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('gives back first what was picked beyond the request', () => {
    const books = line({ requested: 5, unfilled: 0, picked: 7, over: 2 });
    applyToLine(books, { kind: 'putback', qty: 3, location: 'north', lot: '' });
    expect(books).toMatchObject({ picked: 4, over: 0, cancelled: 1 });
  });
});

describe('a pick', () => {
  const all: PickStatus[] = [
    'CREATED',
    'ASSIGNED',
    'IN_PROGRESS',
    'PARTIAL',
    'COMPLETED',
    'CANCELLED',
  ];

  it('never leaves a terminal status, and never goes back to where nobody works on it', () => {
    for (const next of all) {
      expect(mayBecome('COMPLETED', next) || mayBecome('CANCELLED', next)).toBe(false);
    }
    for (const started of ['IN_PROGRESS', 'PARTIAL'] as const) {
      expect(all.filter((next) => !mayBecome(started, next))).toEqual(['CREATED', 'ASSIGNED']);
    }
  });

  it('ends FULL, SHORT, for want of stock or cancelled, by what became of its units', () => {
    const done = { unfilled: 0 };
    expect(endingOf([line({ ...done, picked: 10 })], 'floor').outcome).toBe('FULL');
    expect(endingOf([line({ ...done, picked: 9, short: 1 })], 'floor').outcome).toBe('SHORT');
    expect(endingOf([line({ ...done, picked: 9, cancelled: 1 })], 'cancel').outcome).toBe('SHORT');
    expect(endingOf([line({ ...done, short: 10 })], 'floor')).toEqual({
      status: 'CANCELLED',
      outcome: 'no_stock',
    });
    const mixed = [line({ ...done, short: 4, cancelled: 6 })];
    expect(endingOf(mixed, 'floor').outcome).toBe('no_stock');
    expect(endingOf(mixed, 'cancel').outcome).toBe('cancelled');
  });
});

describe('an alert', () => {
  it('is due on a change to or from nothing, below the low mark, or upwards', () => {
    const due = (previous: number, available: number) =>
      needsAlert({ previous, available, lowMark: 3 });
    expect([due(5, 0), due(0, 1), due(5, 6), due(5, 2), due(2, 1)]).toEqual(Array(5).fill(true));
    expect([due(5, 5), due(9, 5), due(5, 3), due(0, 0)]).toEqual(Array(4).fill(false));
  });
});
