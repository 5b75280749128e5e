import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newLine, raise } from '../../src/domain/books.ts';
import type { PickSnapshot, PickTotals } from '../../src/domain/commands.ts';
import { nameLines } from '../../src/domain/lines-by-sku.ts';
import { newPickLine, newPickRequest, type PickRequest } from '../../src/domain/pick.ts';
import { TOTALS } from '../../src/domain/sku-split.ts';
import { AskedScene } from '../support/domain-asked.ts';
import { completePick, finishFloor, pickUnits, shortUnits } from '../support/domain-floor.ts';
import { shownBy, type Vendor } from '../support/domain-vendor.ts';

const BY_SKU: Partial<Vendor> = { bySku: true, numbered: false, events: 'headers' };

const NONE: PickTotals = {
  requested: 0,
  allocated: 0,
  picked: 0,
  shipped: 0,
  short: 0,
  cancelled: 0,
};

type Row = PickSnapshot['lines'][number];

function seen(sku: string, totals: Partial<PickTotals>, lineId: string | null = null): Row {
  return { lineId, sku, ...NONE, ...totals };
}

function pickOf(...lines: Row[]): PickSnapshot {
  return { pickId: 'P-1', status: 'IN_PROGRESS', sequence: 0, lines };
}

/** `['A SKU-1', 2]`: a line of the request with the units that were asked for. */
function requestOf(...asked: [string, number][]): PickRequest {
  const lines = asked.map(([name, share]) => {
    const [lineId = '', sku = ''] = name.split(' ');
    return newPickLine({ lineId, sku, share });
  });
  return newPickRequest({ split: 1, attempt: 1, reference: 'r', fills: null, lines });
}

function named(request: PickRequest, pick: PickSnapshot): Record<string, Partial<PickTotals>> {
  const { lines } = nameLines([], request, pick);
  return Object.fromEntries(
    lines.map(({ lineId, sku: _sku, ...totals }) => [
      lineId,
      Object.fromEntries(Object.entries(totals).filter(([, units]) => units > 0)),
    ]),
  );
}

describe('a line that the warehouse knows by its SKU', () => {
  it('is the line of the request with that SKU', () => {
    const request = requestOf(['A SKU-1', 2], ['B SKU-2', 3]);
    const pick = pickOf(
      seen('SKU-2', { requested: 3, picked: 1, allocated: 2 }),
      seen('SKU-1', { requested: 2, allocated: 2 }),
    );
    expect(named(request, pick)).toEqual({
      A: { requested: 2, allocated: 2 },
      B: { requested: 3, picked: 1, allocated: 2 },
    });
  });

  it('is all lines of that SKU, filled in their order by what was requested', () => {
    const request = requestOf(['A SKU-1', 2], ['B SKU-1', 3]);
    const totals = { requested: 5, picked: 3, shipped: 1, allocated: 1, short: 1 };
    expect(named(request, pickOf(seen('SKU-1', totals)))).toEqual({
      A: { requested: 2, picked: 2, shipped: 1 },
      B: { requested: 3, picked: 1, allocated: 1, short: 1 },
    });
  });

  it('may stand on several lines of the warehouse', () => {
    const request = requestOf(['A SKU-1', 2], ['B SKU-1', 3]);
    const rows = [
      seen('SKU-1', { requested: 3, picked: 3 }),
      seen('SKU-1', { requested: 2, allocated: 2 }),
    ];
    expect(named(request, pickOf(...rows))).toEqual({
      A: { requested: 2, picked: 2 },
      B: { requested: 3, picked: 1, allocated: 2 },
    });
  });

  it('leaves the lines alone that are named', () => {
    const request = requestOf(['A SKU-1', 2], ['B SKU-1', 3]);
    const rows = [
      seen('SKU-1', { requested: 2, picked: 2 }, 'A'),
      seen('SKU-1', { requested: 3, allocated: 3 }),
    ];
    expect(named(request, pickOf(...rows))).toEqual({
      A: { requested: 2, picked: 2 },
      B: { requested: 3, allocated: 3 },
    });
  });

  it('that nobody knows is a line of its own, by the name of its SKU', () => {
    const pick = pickOf(
      seen('SKU-1', { requested: 2, allocated: 2 }),
      seen('SKU-9', { requested: 1, picked: 1 }),
    );
    expect(named(requestOf(['A SKU-1', 2]), pick)).toEqual({
      A: { requested: 2, allocated: 2 },
      'SKU-9': { requested: 1, picked: 1 },
    });
  });

  it('that the request does not have is of the lines of the order that miss it', () => {
    const [one, other] = [newLine('B', 'SKU-2'), newLine('C', 'SKU-2')];
    raise(one, 2);
    raise(other, 4);
    const pick = pickOf(seen('SKU-2', { requested: 3, allocated: 3 }));
    expect(nameLines([one, other], requestOf(['A SKU-1', 1]), pick).lines).toMatchObject([
      { lineId: 'B', requested: 2, allocated: 2 },
      { lineId: 'C', requested: 1, allocated: 1 },
    ]);
  });

  it('keeps its sums, whatever the warehouse shows', () => {
    const units = fc.integer({ min: 0, max: 9 });
    const row = fc.record(Object.fromEntries(TOTALS.map((field) => [field, units])));
    const rows = fc.array(fc.tuple(fc.constantFrom('SKU-1', 'SKU-2', 'SKU-3'), row), {
      maxLength: 5,
    });
    const before = fc.array(row, { minLength: 4, maxLength: 4 });
    const asked = fc.subarray(['A', 'B', 'C']);
    fc.assert(
      fc.property(rows, before, asked, (shown, known, cancelAsked) => {
        const request = requestOf(['A SKU-1', 2], ['B SKU-1', 3], ['C SKU-1', 1], ['D SKU-2', 4]);
        request.cancelAsked = cancelAsked;
        request.lines.forEach((line, index) => Object.assign(line, known[index]));
        const pick = pickOf(...shown.map(([sku, totals]) => seen(sku, totals)));
        const { lines } = nameLines([], request, pick);
        for (const sku of ['SKU-1', 'SKU-2', 'SKU-3']) {
          for (const field of TOTALS) {
            expect(sumOf(lines, sku, field)).toBe(sumOf(pick.lines, sku, field));
          }
        }
        expect(new Set(lines.map(({ lineId }) => lineId)).size).toBe(lines.length);
        expect(lines.every((line) => TOTALS.every((field) => line[field] >= 0))).toBe(true);
      }),
    );
  });
});

function sumOf(
  lines: readonly (PickTotals & { sku: string })[],
  sku: string,
  field: keyof PickTotals,
): number {
  return lines.reduce((sum, line) => (line.sku === sku ? sum + line[field] : sum), 0);
}

describe('an order whose warehouse knows its lines by their SKU', () => {
  function scene(units: Record<string, number>, stock = 9): AskedScene {
    return new AskedScene({ 'SKU-1': stock, 'SKU-2': 9 }, { vendor: BY_SKU }).order(units);
  }

  it('goes to its end with two lines of a SKU', () => {
    const one = scene({ 'A SKU-1': 2, 'B SKU-1': 3, 'C SKU-2': 1 });
    pickUnits(one.warehouse, { ...one.at('B'), qty: 3 });
    one.hear();
    expect([one.books('A'), one.books('B')]).toEqual([{ picked: 2 }, { picked: 1, allocated: 2 }]);
    finishFloor(one.warehouse);
    one.hear();
    expect(one.step?.view).toMatchObject({ headline: 'FULFILLED', flags: [] });
    expect(one.books('B')).toEqual({ shipped: 3 });
  });

  it('waits for the units that the warehouse closed short', () => {
    const one = scene({ 'A SKU-1': 2, 'B SKU-1': 3 }, 5);
    shortUnits(one.warehouse, { ...one.at('A'), qty: 2 });
    one.hear();
    expect([one.books('A'), one.books('B')]).toEqual([
      { allocated: 2 },
      { allocated: 1, backordered: 2 },
    ]);
    expect(one.waiting()).toEqual([]);
    completePick(one.warehouse, one.pick());
    one.hear();
    expect(one.books('B')).toEqual({ picked: 1, backordered: 2 });
    expect(one.waiting()).toMatchObject([{ qty: 2 }]);
    expect(one.flags()).toEqual(['HAS_BACKORDER']);
  });

  it('leaves every line what it has when the warehouse lets go nothing of a cancelled one', () => {
    const one = scene({ 'A SKU-1': 2, 'B SKU-1': 3 }, 5);
    pickUnits(one.warehouse, { ...one.at('A'), qty: 1 });
    shortUnits(one.warehouse, { ...one.at('B'), qty: 1 });
    one.warehouse.change(one.pick(), 'picked', () => {
      const { line } = one.at('B');
      [line.short, line.unfilled] = [line.unfilled, 0];
    });
    one.hear();
    const before = [one.books('A'), one.books('B')];
    expect(before).toEqual([
      { picked: 1, allocated: 1 },
      { allocated: 2, backordered: 1 },
    ]);
    one.answer = ({ kind }) => {
      if (kind !== 'cancel_pick') return null;
      const shown = shownBy(one.vendor, one.snapshot());
      return { type: 'cancel_answered', result: 'REJECTED', answered: [], pick: shown };
    };
    one.feed(one.facts.cancelled(2, ['A']));
    expect([one.books('A'), one.books('B')]).toEqual(before);
    expect(one.flags()).toEqual(['HAS_BACKORDER']);
  });

  it('gives the picked units of a cancelled line to another line of its SKU', () => {
    const one = scene({ 'A SKU-1': 2, 'B SKU-1': 3 });
    pickUnits(one.warehouse, { ...one.at('A'), qty: 2 });
    one.hear();
    expect(one.books('A')).toEqual({ picked: 2 });
    one.answer = (command) => {
      if (command.kind !== 'cancel_pick') return null;
      // It lets two of the SKU go that were not picked yet.
      const { line } = one.at('B');
      one.warehouse.change(one.pick(), 'picked', () => {
        line.allocated -= 2;
        line.cancelled += 2;
      });
      const shown = shownBy(one.vendor, one.snapshot());
      return { type: 'cancel_answered', result: 'ACCEPTED', answered: [], pick: shown };
    };
    one.feed(one.facts.cancelled(2, ['A'])).hear();
    expect([one.books('A'), one.books('B')]).toEqual([
      { cancelled: 2 },
      { picked: 2, allocated: 1 },
    ]);
    finishFloor(one.warehouse);
    one.hear();
    expect([one.books('A'), one.books('B')]).toEqual([{ cancelled: 2 }, { shipped: 3 }]);
    expect(one.step?.view.headline).toBe('FULFILLED');
  });
});

describe('a cancel for which the warehouse has no call', () => {
  function scene(cancel: Vendor['cancel'], units: Record<string, number>): AskedScene {
    return new AskedScene({ 'SKU-1': 9, 'SKU-2': 9 }, { vendor: { cancel } }).order(units);
  }

  it('is for a person at once, is not asked again, and solves itself by what the pick shows', () => {
    const one = scene('none', { 'A SKU-1': 4 });
    one.feed(one.facts.cancelled(2));
    const { action_id: actionId } = one.action();
    expect(one.action()).toMatchObject({
      reason: 'cancel_unanswered',
      choices: ['retry', 'wait'],
      lines: [{ line_id: 'A' }],
    });
    expect(one.action().detail).toMatch(/4 units of PICK-1 .* cancels no pick\. Cancel it .* hand/);
    expect(one.flags()).not.toContain('CANCEL_PENDING');
    one.wait(3_600_000);
    const cancels = one.effects.commands.filter(({ kind }) => kind === 'cancel_pick');
    expect(cancels).toHaveLength(1);
    one.warehouse.cancel({ ...wholeCancel(one), reason: 'by hand' });
    one.hear();
    expect(one.open()).toEqual([]);
    expect(one.step?.view).toMatchObject({ stage: 'CANCELLED', headline: 'CANCELLED' });
    expect(one.step?.view.actions[0]).toMatchObject({ action_id: actionId, status: 'SUPERSEDED' });
  });

  it('is looked at again when the person says that it is done', () => {
    const one = scene('none', { 'A SKU-1': 4 });
    one.feed(one.facts.cancelled(2));
    one.warehouse.cancel({ ...wholeCancel(one), reason: 'by hand' });
    one.warehouse.outbox.length = 0;
    expect(one.decide('retry').kind).toBe('taken');
    expect(one.books('A')).toEqual({ cancelled: 4 });
    expect(one.step?.view.stage).toBe('CANCELLED');
  });

  it('is over when nothing is left to cancel: what was picked meanwhile ships', () => {
    const one = scene('none', { 'A SKU-1': 4 });
    one.feed(one.facts.cancelled(2));
    pickUnits(one.warehouse, { ...one.at('A'), qty: 3 });
    one.hear();
    expect(one.action().detail).toContain('1 unit of PICK-1');
    pickUnits(one.warehouse, { ...one.at('A'), qty: 1 });
    one.hear();
    expect(one.open()).toEqual([]);
    finishFloor(one.warehouse);
    one.hear();
    expect(one.books('A')).toEqual({ shipped: 4 });
    expect(one.step?.view.stage).toBe('FULFILLED');
  });

  it('is over when the customer wants the units after all', () => {
    const one = scene('none', { 'A SKU-1': 4 });
    one.feed(one.facts.updated(2, { 'A SKU-1': 1 }));
    expect(one.action().detail).toContain('3 units');
    one.feed(one.facts.updated(3, { 'A SKU-1': 4 }));
    expect(one.open()).toEqual([]);
  });

  it('is over when its pick has ended, whatever else that shows', () => {
    const one = scene('none', { 'A SKU-1': 4 });
    one.feed(one.facts.cancelled(2));
    expect(one.open()).toHaveLength(1);
    one.pick().status = 'CANCELLED';
    one.wait(120_000);
    expect(one.open()).toEqual([]);
    expect(one.flags()).toContain('DRIFT');
  });

  it('of single lines is asked anew, and done, once the whole pick is to go', () => {
    const one = scene('whole', { 'A SKU-1': 2, 'B SKU-2': 3 });
    one.feed(one.facts.cancelled(2, ['A']));
    expect(one.action().lines).toMatchObject([{ line_id: 'A' }]);
    one.feed(one.facts.cancelled(3)).hear();
    expect(one.open()).toEqual([]);
    expect(one.state.requests[0]?.byHand).toBeNull();
    expect(one.step?.view.stage).toBe('CANCELLED');
  });

  it('is asked about again a day after a person chose to wait, while it lasts', () => {
    const one = scene('none', { 'A SKU-1': 4 });
    one.feed(one.facts.cancelled(2));
    one.decide('wait');
    expect(one.open()).toEqual([]);
    one.wait(86_400_000);
    expect(one.open()).toHaveLength(1);
  });
});

function wholeCancel(scene: AskedScene) {
  const { pickId, reference } = scene.pick();
  return { kind: 'cancel_pick', key: 'by hand', pickId, reference, lines: null } as const;
}
