import { describe, expect, it } from 'vitest';
import {
  completePick,
  finishFloor,
  pickUnits,
  putBack,
  shortUnits,
} from '../support/domain-floor.ts';
import { AskedScene } from '../support/domain-asked.ts';
import type { Vendor } from '../support/domain-vendor.ts';

/** A warehouse that reports no shipments: picked is as far as it tells. */
function scene(stock: number, vendor: Partial<Vendor> = {}): AskedScene {
  const policy = { terminalBucket: 'picked' } as const;
  return new AskedScene({ 'SKU-1': stock, 'SKU-2': 9 }, { policy, vendor });
}

describe('an order whose warehouse reports no shipments', () => {
  it('ends when all is picked, and its task with it', () => {
    const one = scene(5).order({ 'A SKU-1': 5 });
    finishFloor(one.warehouse);
    one.hear();
    expect(one.books('A')).toEqual({ picked: 5 });
    expect(one.step?.view).toMatchObject({ stage: 'FULFILLED', headline: 'FULFILLED', flags: [] });
    expect(one.tasks.face.status).toBe('COMPLETED');
    expect(one.told()).toEqual(['1 ORDER.UPDATED A picked +5 = 5']);
  });

  it('ends after a partial pick and the backorder that follows it', () => {
    const one = scene(5).order({ 'A SKU-1': 5 });
    pickUnits(one.warehouse, { ...one.at('A'), qty: 3 });
    shortUnits(one.warehouse, { ...one.at('A'), qty: 2 });
    one.hear();
    expect(one.step?.view.headline).toBe('PARTIALLY_PICKED');
    completePick(one.warehouse, one.pick());
    one.hear();
    expect(one.state.closedAt).toBeNull();
    one.warehouse.receive('SKU-1', 2);
    one.feed(one.facts.offered(one.backorder(), 2)).hear();
    finishFloor(one.warehouse);
    one.hear();
    expect(one.books('A')).toEqual({ picked: 5 });
    expect(one.step?.view.stage).toBe('FULFILLED');
  });

  it('ends when what is left is cancelled, and asks for nothing that was picked', () => {
    const one = scene(3).order({ 'A SKU-1': 5, 'B SKU-2': 1 });
    pickUnits(one.warehouse, { ...one.at('A'), qty: 3 });
    completePick(one.warehouse, one.pick());
    one.hear();
    expect(one.books('A')).toEqual({ picked: 3, backordered: 2 });
    one.feed(one.facts.cancelled(2)).hear();
    expect(one.books('A')).toEqual({ picked: 3, cancelled: 2 });
    expect(one.effects.commands.filter(({ kind }) => kind === 'cancel_pick')).toEqual([]);
    expect(one.step?.view).toMatchObject({ stage: 'FULFILLED', flags: [] });
    expect(one.told().at(-1)).toContain('A cancelled +2 = 2');
  });

  it('asks for a line back that is picked in vain as long as its pick is under way', () => {
    const one = scene(5).order({ 'A SKU-1': 2, 'B SKU-2': 1 });
    pickUnits(one.warehouse, { ...one.at('A'), qty: 2 });
    one.hear();
    one.feed(one.facts.cancelled(2, ['A']));
    const cancels = one.effects.commands.filter(({ kind }) => kind === 'cancel_pick');
    expect(cancels).toMatchObject([{ lines: ['A'] }]);
  });

  it('waits for the end of a pick from which cancelled units may still be put back', () => {
    const one = scene(5).order({ 'A SKU-1': 5 });
    one.answer = ({ kind }) => {
      if (kind !== 'cancel_pick') return null;
      one.at('A').line.cancelAsked = true;
      return { type: 'cancel_answered', result: 'REJECTED', answered: [], pick: one.snapshot() };
    };
    one.feed(one.facts.cancelled(2));
    pickUnits(one.warehouse, { ...one.at('A'), qty: 5 });
    one.hear();
    expect(one.books('A')).toEqual({ picked: 5 });
    expect(one.state.closedAt).toBeNull();
    expect(one.step?.view.waits_for).toEqual(['The warehouse to pick PICK-1']);
    putBack(one.warehouse, { ...one.at('A'), qty: 2 });
    completePick(one.warehouse, one.pick());
    one.hear();
    expect(one.books('A')).toEqual({ picked: 3, cancelled: 2 });
    expect(one.step?.view.stage).toBe('FULFILLED');
  });

  it('ends by looks alone, with what a person cut off', () => {
    const one = scene(3, { events: 'none', numbered: false, bySku: true, cancel: 'none' });
    one.order({ 'A SKU-1': 5 });
    one.ask(one.facts.commanded('cancel', ['A']));
    expect(one.action()).toMatchObject({ reason: 'cancel_unanswered' });
    finishFloor(one.warehouse);
    one.wait(120_000);
    expect(one.books('A')).toEqual({ picked: 3, cancelled: 2 });
    expect(one.open()).toEqual([]);
    expect(one.step?.view.stage).toBe('CLOSED_SHORT');
  });
});
