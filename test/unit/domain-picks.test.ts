import { describe, expect, it } from 'vitest';
import { pickKey } from '../../src/domain/ids.ts';
import {
  completePick,
  dropPick,
  finishFloor,
  pickOver,
  pickUnits,
  shipUnits,
  shortUnits,
} from '../support/domain-floor.ts';
import { Scene } from '../support/domain-scene.ts';

const ORDER = { connection: 'crm', orderId: 'ORD-1' };

describe('an order and its pick', () => {
  it('goes from its announcement to closed with one task, one pick and each delta once', () => {
    const scene = new Scene({ 'SKU-1': 5 }).order({ 'A SKU-1': 5 });
    expect(scene.books('A')).toEqual({ allocated: 5 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 5 });
    completePick(scene.warehouse, scene.pick());
    scene.hear();
    expect(scene.tasks.face.status).toBe('COMPLETED');
    expect(scene.state.closedAt).toBeNull();
    shipUnits(scene.warehouse, { ...scene.at('A'), qty: 5 });
    scene.hear();
    expect(scene.state.closedAt).not.toBeNull();
    expect(scene.step?.view).toMatchObject({
      headline: 'FULFILLED',
      stage: 'FULFILLED',
      flags: [],
    });
    expect(scene.tasks.face).toMatchObject({ status: 'COMPLETED', pickIds: ['PICK-1'] });
    expect(scene.told()).toEqual([
      '1 ORDER.UPDATED A picked +5 = 5',
      '2 ORDER.UPDATED A picked -5 = 0, A shipped +5 = 5',
    ]);
    expect(scene.warehouse.picks[0]?.reference).toBe(pickKey(ORDER, 1, 1));
  });

  it('ends at picked where the warehouse reports no shipments', () => {
    const scene = new Scene({ 'SKU-1': 2 }, { policy: { terminalBucket: 'picked' } });
    scene.order({ 'A SKU-1': 2 });
    completePick(scene.warehouse, scene.pick());
    scene.hear();
    expect(scene.state.closedAt).not.toBeNull();
    expect(scene.step?.view.headline).toBe('FULFILLED');
  });

  it('tells a partial pick line by line, and leaves the floor short to the warehouse', () => {
    const scene = new Scene({ 'SKU-1': 10 }).order({ 'A SKU-1': 10 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 7 });
    shortUnits(scene.warehouse, { ...scene.at('A'), qty: 3 });
    scene.hear();
    expect(scene.books('A')).toEqual({ picked: 7, backordered: 3 });
    expect(scene.waiting()).toEqual([]);
    expect(scene.told().at(-1)).toBe('2 PICK.PARTIAL A backordered +3 = 3');
    scene.warehouse.receive('SKU-1', 3);
    scene.hear();
    expect(scene.books('A')).toEqual({ picked: 7, allocated: 3 });
    finishFloor(scene.warehouse);
    scene.hear();
    expect(scene.books('A')).toEqual({ shipped: 10 });
    expect(scene.state.backorders).toEqual([]);
  });

  it('backorders what is closed short, under an id of its own, and fills it by a child pick', () => {
    const scene = new Scene({ 'SKU-1': 10 }).order({ 'A SKU-1': 10 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 7 });
    shortUnits(scene.warehouse, { ...scene.at('A'), qty: 3 });
    completePick(scene.warehouse, scene.pick());
    scene.hear();
    expect(scene.waiting()).toHaveLength(1);
    const backorderId = scene.backorder();
    expect(scene.crm.taken.find((n) => n.type === 'BACKORDER.CREATED')).toMatchObject({
      backorderId,
      lines: [{ bucket: 'backordered', delta: 0, cumulative: 3 }],
    });
    scene.warehouse.receive('SKU-1', 3);
    scene.feed(scene.facts.offered(backorderId, 3)).hear();
    expect(scene.pick(1).reference).toBe(pickKey(ORDER, 2, 1));
    expect(scene.crm.taken.at(-1)).toMatchObject({
      type: 'BACKORDER.FILLED',
      backorderId,
      pickId: 'PICK-2',
      lines: [{ bucket: 'backordered', delta: -3, cumulative: 0 }],
    });
    expect(scene.tasks.face).toMatchObject({
      pickIds: ['PICK-1', 'PICK-2'],
      backorderIds: [backorderId],
    });
    finishFloor(scene.warehouse);
    scene.hear();
    expect(scene.step?.view).toMatchObject({ headline: 'FULFILLED', stage: 'FULFILLED' });
  });

  it('takes what there is and backorders the rest at once', () => {
    const scene = new Scene({ 'SKU-1': 2 }).order({ 'A SKU-1': 5 });
    expect(scene.books('A')).toEqual({ allocated: 2, backordered: 3 });
    expect(scene.told()).toEqual(['1 BACKORDER.CREATED A backordered +3 = 3']);
    expect(scene.flags()).toEqual(['HAS_BACKORDER']);
    expect(scene.tasks.face.backorderIds).toEqual([scene.backorder()]);
  });

  it('waits when the warehouse has none, and longer each time an offer brings nothing', () => {
    const scene = new Scene({}).order({ 'A SKU-1': 2 });
    expect(scene.books('A')).toEqual({ backordered: 2 });
    expect(scene.step?.view).toMatchObject({ headline: 'BACKORDERED', stage: 'WAITING' });
    const waits = [1, 2, 3].map(() => {
      scene.feed(scene.facts.offered(scene.backorder(), 2));
      return (scene.step?.waiting[0]?.notBefore ?? 0) - scene.now;
    });
    expect(waits).toEqual([30_000, 60_000, 120_000]);
    expect(scene.told()).toEqual(['1 BACKORDER.CREATED A backordered +2 = 2']);
  });

  it('fills a backorder bit by bit and says so once, with the last of it', () => {
    const scene = new Scene({}).order({ 'A SKU-1': 5 });
    for (const qty of [3, 2]) {
      scene.warehouse.receive('SKU-1', qty);
      scene.feed(scene.facts.offered(scene.backorder(), qty)).hear();
    }
    expect(scene.told()).toEqual([
      '1 BACKORDER.CREATED A backordered +5 = 5',
      '2 ORDER.UPDATED A backordered -3 = 2',
      '3 BACKORDER.FILLED A backordered -2 = 0',
    ]);
    expect(scene.books('A')).toEqual({ allocated: 5 });
  });

  it('does not ask without end for stock that is only in the books of the warehouse', () => {
    const scene = new Scene({}).order({ 'A SKU-1': 1 });
    const waits: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      scene.warehouse.receive('SKU-1', 1);
      scene.feed(scene.facts.offered(scene.backorder(), 1)).hear();
      dropPick(scene.warehouse, scene.pick(round));
      scene.warehouse.available.set('SKU-1', 0);
      scene.hear();
      waits.push(Math.max(0, (scene.step?.waiting[0]?.notBefore ?? 0) - scene.now));
    }
    expect(waits).toEqual([0, 30_000, 60_000, 120_000]);
  });
});

describe('what a pick tells', () => {
  it('moves the right one of two lines of a SKU, the second first', () => {
    const scene = new Scene({ 'SKU-1': 5 }).order({ 'A SKU-1': 2, 'B SKU-1': 3 });
    pickUnits(scene.warehouse, { ...scene.at('B'), qty: 3 });
    scene.hear();
    expect([scene.books('A'), scene.books('B')]).toEqual([{ allocated: 2 }, { picked: 3 }]);
  });

  it('is parked while the answer to the request is still under way', () => {
    const scene = new Scene({ 'SKU-1': 2 }, { luck: () => 'lost' }).order({ 'A SKU-1': 2 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 2 });
    scene.hear();
    expect(scene.books('A')).toEqual({ requested: 2 });
    expect(scene.state.parked).toHaveLength(2);
    scene.luck = () => 'done';
    for (const command of [...scene.background]) scene.retry(command);
    scene.run();
    expect(scene.books('A')).toEqual({ picked: 2 });
    expect(scene.state.parked).toEqual([]);
    const picked = { lineId: 'A', sku: 'SKU-1', from: 'allocated', to: 'picked', qty: 2 };
    expect(scene.effects.moves).toContainEqual({ ...picked, cause: 'wms/PICK-1-2' });
    const fates = scene.effects.fates.filter((fate) => fate.eventId === 'PICK-1-2');
    expect(fates.map((fate) => fate.state)).toEqual(['parked', 'applied']);
  });

  it('waits for a missing event, then the account of the warehouse makes up for it', () => {
    const scene = new Scene({ 'SKU-1': 4 }).order({ 'A SKU-1': 4 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 1 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 2 });
    const [lost, late] = scene.warehouse.outbox.splice(0);
    if (late !== undefined) scene.feed(late);
    expect(scene.books('A')).toEqual({ allocated: 4 });
    scene.wait(29_000);
    expect(scene.books('A')).toEqual({ allocated: 4 });
    scene.wait(1_000);
    expect(scene.books('A')).toEqual({ allocated: 1, picked: 3 });
    expect(scene.effects.fates.at(-1)).toMatchObject({ eventId: late?.eventId, state: 'applied' });
    if (lost !== undefined) scene.feed(lost);
    expect(scene.books('A')).toEqual({ allocated: 1, picked: 3 });
  });

  it('is asked for when nothing was heard, less often the longer nothing changes', () => {
    const scene = new Scene({ 'SKU-1': 1 }).order({ 'A SKU-1': 1 });
    const before = scene.sent;
    for (let minute = 0; minute < 60; minute += 1) scene.wait(60_000);
    expect(scene.sent - before).toBe(7);
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 1 });
    scene.warehouse.outbox.splice(0);
    scene.wait(15 * 60_000);
    expect(scene.books('A')).toEqual({ picked: 1 });
  });

  it('yields to the account of the warehouse when delta and cumulative disagree', () => {
    const scene = new Scene({ 'SKU-1': 4 }).order({ 'A SKU-1': 4 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 2 });
    for (const event of scene.warehouse.outbox.splice(0)) {
      scene.feed({ ...event, lines: event.lines.map((line) => ({ ...line, delta: 1 })) });
    }
    expect(scene.books('A')).toEqual({ allocated: 4 });
    scene.wait(0);
    expect(scene.books('A')).toEqual({ allocated: 2, picked: 2 });
    expect(scene.flags()).toEqual([]);
  });

  it('is ignored when it comes again with other content, shown as drift and asked about', () => {
    const scene = new Scene({ 'SKU-1': 4 }).order({ 'A SKU-1': 4 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 2 });
    const [event] = scene.warehouse.outbox;
    scene.hear();
    if (event === undefined) throw new Error('no event');
    const lines = event.lines.map((line) => ({ ...line, delta: 4, cumulative: 4 }));
    scene.feed({ ...event, eventId: 'forged', lines });
    expect(scene.books('A')).toEqual({ allocated: 2, picked: 2 });
    expect(scene.flags()).toEqual(['DRIFT']);
    scene.wait(0);
    expect(scene.flags()).toEqual([]);
  });

  it('counts units beyond the request as over, and not as shipped', () => {
    const scene = new Scene({ 'SKU-1': 3 }).order({ 'A SKU-1': 3 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 3 });
    pickOver(scene.warehouse, { ...scene.at('A'), qty: 1 });
    finishFloor(scene.warehouse);
    scene.hear();
    expect(scene.state.lines[0]).toMatchObject({ ordered: 3, over: 1 });
    expect(scene.books('A')).toEqual({ shipped: 3 });
    expect(scene.flags()).toEqual(['OVER_DELIVERED']);
    expect(scene.state.closedAt).not.toBeNull();
  });

  it('lets units beyond the request make up for units of the line that are still missing', () => {
    const scene = new Scene({ 'SKU-1': 3 }).order({ 'A SKU-1': 5 });
    expect(scene.waiting()).toMatchObject([{ qty: 2 }]);
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 3 });
    pickOver(scene.warehouse, { ...scene.at('A'), qty: 1 });
    scene.hear();
    expect(scene.waiting()).toMatchObject([{ qty: 1 }]);
    expect(scene.books('A')).toEqual({ picked: 4, backordered: 1 });
  });

  it('brings a pick that somebody else cancelled back to the waiting list', () => {
    const scene = new Scene({ 'SKU-1': 4 }).order({ 'A SKU-1': 4 });
    dropPick(scene.warehouse, scene.pick());
    scene.hear();
    expect(scene.books('A')).toEqual({ backordered: 4 });
    scene.feed(scene.facts.offered(scene.backorder(), 4)).hear();
    finishFloor(scene.warehouse);
    scene.hear();
    expect(scene.step?.view.headline).toBe('FULFILLED');
  });

  it('shows a pick that ended with units still to pick as drift, and waits for better news', () => {
    const scene = new Scene({ 'SKU-1': 4 }).order({ 'A SKU-1': 2, 'B SKU-1': 2 });
    scene.warehouse.change(scene.pick(), 'picked', () => {
      scene.at('A').line.picked = 2;
      scene.at('A').line.allocated = 0;
      scene.pick().status = 'COMPLETED';
    });
    scene.hear().wait(0);
    expect(scene.flags()).toEqual(['DRIFT']);
    expect(scene.books('B')).toEqual({ allocated: 2 });
    scene.at('B').line.allocated = 0;
    scene.at('B').line.short = 2;
    scene.wait(15 * 60_000);
    expect(scene.flags()).toEqual(['HAS_BACKORDER']);
    expect(scene.books('B')).toEqual({ backordered: 2 });
  });
});
