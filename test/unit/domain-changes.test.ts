import { describe, expect, it } from 'vitest';
import {
  completePick,
  finishFloor,
  pickUnits,
  putBack,
  shipUnits,
  shortUnits,
} from '../support/domain-floor.ts';
import { Scene } from '../support/domain-scene.ts';

describe('a change of the order', () => {
  it('raised from 4 to 9 in the middle of a pick sends a pick of 5 and leaves the first alone', () => {
    const scene = new Scene({ 'SKU-1': 20 }).order({ 'A SKU-1': 4 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 1 });
    scene.hear().feed(scene.facts.updated(2, { 'A SKU-1': 9 }));
    expect(scene.pick(1).lines).toMatchObject([{ lineId: 'A', requested: 5 }]);
    expect(scene.pick(0)).toMatchObject({ status: 'IN_PROGRESS', sequence: 2 });
    expect(scene.books('A')).toEqual({ allocated: 8, picked: 1 });
    expect(scene.state.lines[0]?.ordered).toBe(9);
  });

  it('of priority reaches the task, the open pick and those to come, and leaves finished ones', () => {
    const scene = new Scene({ 'SKU-1': 20 }).order({ 'A SKU-1': 1 });
    completePick(scene.warehouse, scene.pick());
    scene.hear().feed(scene.facts.updated(2, { 'A SKU-1': 2 }));
    scene.feed(scene.facts.updated(3, { 'A SKU-1': 3 }, { priority: 'urgent' }));
    expect(scene.warehouse.picks.map(({ priority }) => priority)).toEqual([
      'normal',
      'urgent',
      'urgent',
    ]);
    expect(scene.tasks.face.priority).toBe('urgent');
  });

  it('adds a line while the others are under way', () => {
    const scene = new Scene({ 'SKU-1': 9, 'SKU-2': 9 }).order({ 'A SKU-1': 2 });
    completePick(scene.warehouse, scene.pick());
    scene
      .hear()
      .feed(scene.facts.updated(2, { 'A SKU-1': 2, 'B SKU-2': 3 }))
      .hear();
    expect(scene.pick(1).lines).toMatchObject([{ lineId: 'B', requested: 3 }]);
    expect(scene.tasks.face.status).toBe('OPEN');
    finishFloor(scene.warehouse);
    scene.hear();
    expect(scene.step?.view.headline).toBe('FULFILLED');
    expect(scene.tasks.face.status).toBe('COMPLETED');
  });

  it('lowered cancels the line of the pick and requests again what is still wanted', () => {
    const scene = new Scene({ 'SKU-1': 9 }).order({ 'A SKU-1': 5 });
    scene.feed(scene.facts.updated(2, { 'A SKU-1': 3 })).hear();
    expect(scene.pick(0).status).toBe('CANCELLED');
    expect(scene.pick(1).lines).toMatchObject([{ requested: 3 }]);
    expect(scene.books('A')).toEqual({ allocated: 3, cancelled: 2 });
    expect(scene.waiting()).toEqual([]);
    expect(scene.told()).toEqual(['1 ORDER.UPDATED A cancelled +2 = 2']);
  });

  it('lowers first what waits for stock, and asks the warehouse for nothing then', () => {
    const scene = new Scene({ 'SKU-1': 2 }).order({ 'A SKU-1': 5 });
    scene.feed(scene.facts.updated(2, { 'A SKU-1': 2 }));
    expect(scene.books('A')).toEqual({ allocated: 2, cancelled: 3 });
    expect(scene.waiting()).toEqual([]);
    expect(scene.pick(0).status).toBe('CREATED');
    expect(scene.step?.view.backorders).toMatchObject([{ status: 'CANCELLED' }]);
  });

  it('lowers a line that is gone from the list to nothing', () => {
    const scene = new Scene({ 'SKU-1': 2, 'SKU-2': 2 }).order({ 'A SKU-1': 2, 'B SKU-2': 2 });
    scene.feed(scene.facts.updated(2, { 'A SKU-1': 2 })).hear();
    expect([scene.books('A'), scene.books('B')]).toEqual([{ allocated: 2 }, { cancelled: 2 }]);
  });

  it('knows a line by its SKU when ids by position have moved up', () => {
    const scene = new Scene({ 'SKU-1': 2, 'SKU-2': 2 });
    scene.order({ 'ORD-1-1 SKU-1': 2, 'ORD-1-2 SKU-2': 2 });
    scene.feed(scene.facts.updated(2, { 'ORD-1-1 SKU-2': 2 })).hear();
    expect(scene.books('ORD-1-1')).toEqual({ cancelled: 2 });
    expect(scene.books('ORD-1-2')).toEqual({ allocated: 2 });
    expect(scene.state.lines).toHaveLength(2);
  });

  it('of a lower version is ignored', () => {
    const scene = new Scene({ 'SKU-1': 20 }).order({ 'A SKU-1': 4 });
    const second = scene.facts.updated(2, { 'A SKU-1': 9 });
    scene.feed(scene.facts.updated(3, { 'A SKU-1': 4 }, { priority: 'high' }), second).hear();
    expect(scene.state).toMatchObject({ version: 3, priority: 'high' });
    expect(scene.state.lines[0]).toMatchObject({ ordered: 4, wanted: 4 });
    expect(scene.books('A')).toEqual({ allocated: 4 });
    expect(scene.warehouse.picks).toHaveLength(1);
    expect(scene.effects.fates.at(-1)).toMatchObject({ state: 'ignored' });
  });

  it('of a lower version still counts for the lines that a later cancel does not name', () => {
    const scene = new Scene({ 'SKU-1': 20, 'SKU-2': 9 }).order({ 'A SKU-1': 4, 'B SKU-2': 1 });
    const second = scene.facts.updated(2, { 'A SKU-1': 9, 'B SKU-2': 1 });
    scene.feed(scene.facts.cancelled(3, ['B']), second).hear();
    expect(scene.books('A')).toEqual({ allocated: 9 });
    expect(scene.books('B')).toEqual({ cancelled: 1 });
  });

  it('without a number counts as the next, in the order in which the CRM made them', () => {
    const scene = new Scene({ 'SKU-1': 20 });
    const first = scene.facts.updated(null, { 'A SKU-1': 9 });
    const last = scene.facts.updated(null, { 'A SKU-1': 5 });
    scene.order({ 'A SKU-1': 4 }).feed(last, first).hear();
    expect(scene.state.lines).toMatchObject([{ ordered: 5, wanted: 5 }]);
    expect(scene.books('A')).toEqual({ allocated: 5 });
  });

  it('that came before the order waits for it', () => {
    const scene = new Scene({ 'SKU-1': 9 });
    scene.feed(scene.facts.updated(2, { 'A SKU-1': 3 }));
    expect(scene.step?.view).toMatchObject({ stage: 'RECEIVED', lines: [] });
    expect(scene.warehouse.picks).toEqual([]);
    scene.order({ 'A SKU-1': 1 });
    expect(scene.books('A')).toEqual({ allocated: 3 });
    expect(scene.effects.fates.filter((f) => f.eventId === 'evt-1')).toMatchObject([
      { state: 'parked' },
      { state: 'applied' },
    ]);
  });

  it('that reaches a closing order while its loop still runs opens it again', () => {
    const scene = new Scene({ 'SKU-1': 9 }).order({ 'A SKU-1': 1 });
    finishFloor(scene.warehouse);
    const raise = scene.facts.updated(2, { 'A SKU-1': 2 });
    scene.feed(...scene.warehouse.outbox.splice(0), raise).hear();
    expect(scene.state.closedAt).toBeNull();
    finishFloor(scene.warehouse);
    scene.hear();
    expect(scene.books('A')).toEqual({ shipped: 2 });
    expect(scene.state.closedAt).not.toBeNull();
  });
});

describe('a cancelled order', () => {
  it('before its pick has begun gives all back, closes the task and tells the CRM', () => {
    const scene = new Scene({ 'SKU-1': 4 }).order({ 'A SKU-1': 4 });
    scene.feed(scene.facts.cancelled(2)).hear();
    expect(scene.warehouse.stock('SKU-1')).toBe(4);
    expect(scene.tasks.face.status).toBe('CANCELLED');
    expect(scene.told()).toEqual(['1 ORDER.CANCELLED A cancelled +4 = 4']);
    expect(scene.step?.view).toMatchObject({ headline: 'CANCELLED', stage: 'CANCELLED' });
    expect(scene.state.closedAt).not.toBeNull();
  });

  it('is believed cancelled only as far as the warehouse says so', () => {
    const scene = new Scene({ 'SKU-1': 9, 'SKU-2': 9 });
    scene.order({ 'A SKU-1': 4, 'B SKU-2': 2 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 3 });
    scene.hear().feed(scene.facts.cancelled(2)).hear();
    expect(scene.books('A')).toEqual({ picked: 3, cancelled: 1 });
    expect(scene.books('B')).toEqual({ cancelled: 2 });
    expect(scene.state.closedAt).toBeNull();
    putBack(scene.warehouse, { ...scene.at('A'), qty: 1 });
    shipUnits(scene.warehouse, { ...scene.at('A'), qty: 2 });
    scene.hear();
    expect(scene.books('A')).toEqual({ shipped: 2, cancelled: 2 });
    expect(scene.step?.view.headline).toBe('FULFILLED');
    expect(scene.told().at(-1)).toBe('4 ORDER.UPDATED A picked -2 = 0, A shipped +2 = 2');
  });

  it('goes on when the warehouse refuses, and does not ask again', () => {
    const scene = new Scene({ 'SKU-1': 4 }).order({ 'A SKU-1': 4 });
    scene.answer = (command) =>
      command.kind === 'cancel_pick'
        ? { type: 'cancel_answered', result: 'REJECTED', answered: [], pick: scene.snapshot() }
        : null;
    const sent = scene.sent;
    scene.feed(scene.facts.cancelled(2)).wait(3_600_000);
    expect(scene.sent - sent).toBe(2);
    expect(scene.books('A')).toEqual({ allocated: 4 });
    finishFloor(scene.warehouse);
    scene.hear();
    expect(scene.step?.view.headline).toBe('FULFILLED');
  });

  it('cancels only the lines that are named', () => {
    const scene = new Scene({ 'SKU-1': 9 }).order({ 'A SKU-1': 4, 'B SKU-1': 2 });
    scene.feed(scene.facts.cancelled(2, ['B'])).hear();
    expect([scene.books('A'), scene.books('B')]).toEqual([{ allocated: 4 }, { cancelled: 2 }]);
  });

  it('is answered also when a second cancel finds nothing left to cancel', () => {
    const scene = new Scene({}).order({ 'A SKU-1': 3 });
    scene
      .feed(scene.facts.cancelled(2))
      .feed(scene.facts.cancelled(3, ['A']))
      .hear();
    expect(scene.told().slice(1)).toEqual([
      '2 ORDER.CANCELLED A backordered -3 = 0, A cancelled +3 = 3',
      '3 ORDER.CANCELLED',
    ]);
    expect(scene.step?.view.headline).toBe('CANCELLED');
  });

  it('that came before the order asks nothing of anybody but the task manager', () => {
    const scene = new Scene({ 'SKU-1': 9 });
    scene.feed(scene.facts.cancelled(2)).order({ 'A SKU-1': 3 });
    expect(scene.warehouse.picks).toEqual([]);
    expect(scene.books('A')).toEqual({ cancelled: 3 });
    expect(scene.step?.view.stage).toBe('CANCELLED');
  });

  it('is not brought back by an update that was made before the cancel', () => {
    const scene = new Scene({ 'SKU-1': 9 }).order({ 'A SKU-1': 3 });
    scene.feed(scene.facts.cancelled(null), scene.facts.updated(2, { 'A SKU-1': 4 })).hear();
    expect(scene.books('A')).toEqual({ cancelled: 3 });
  });

  it('waits for the answer to a pick request that is under way', () => {
    const scene = new Scene({ 'SKU-1': 3 }, { luck: () => 'lost' }).order({ 'A SKU-1': 3 });
    scene.feed(scene.facts.cancelled(2));
    expect(scene.flags()).toEqual(['CANCEL_PENDING']);
    expect(scene.books('A')).toEqual({ requested: 3 });
    scene.luck = () => 'done';
    for (const command of [...scene.background]) scene.retry(command);
    scene.run().hear();
    expect(scene.books('A')).toEqual({ cancelled: 3 });
    expect(scene.state.closedAt).not.toBeNull();
  });

  it('takes a backorder off the waiting list, and an offer for it comes to nothing', () => {
    const scene = new Scene({}).order({ 'A SKU-1': 3 });
    const offer = scene.facts.offered(scene.backorder(), 3);
    scene.warehouse.receive('SKU-1', 3);
    scene.feed(scene.facts.cancelled(2), offer);
    expect(scene.waiting()).toEqual([]);
    expect(scene.warehouse.picks).toEqual([]);
    expect(scene.step?.settledOffers).toEqual([offer.eventId]);
    expect(scene.told().at(-1)).toBe('2 ORDER.CANCELLED A backordered -3 = 0, A cancelled +3 = 3');
  });

  it('lets a short on the floor go with the rest of its pick', () => {
    const scene = new Scene({ 'SKU-1': 4 }).order({ 'A SKU-1': 4 });
    shortUnits(scene.warehouse, { ...scene.at('A'), qty: 3 });
    scene.hear().feed(scene.facts.cancelled(2)).hear();
    expect(scene.books('A')).toEqual({ cancelled: 4 });
    expect(scene.state.backorders).toEqual([]);
  });
});

describe('an order for nothing', () => {
  it('is closed at once, asks the warehouse for nothing and tells the CRM nothing', () => {
    const scene = new Scene({}).order({ 'A SKU-1': 0 });
    expect(scene.state.closedAt).not.toBeNull();
    expect(scene.warehouse.picks).toEqual([]);
    expect(scene.told()).toEqual([]);
    expect(scene.tasks.created.size).toBe(1);
  });
});
