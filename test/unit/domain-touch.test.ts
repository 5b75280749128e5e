import { describe, expect, it } from 'vitest';
import { pickKey } from '../../src/domain/ids.ts';
import type { Command } from '../../src/domain/commands.ts';
import { completePick, finishFloor, pickUnits, shipUnits } from '../support/domain-floor.ts';
import { Scene } from '../support/domain-scene.ts';
import type { Vendor } from '../support/domain-vendor.ts';

const HEADERS: Partial<Vendor> = { events: 'headers', numbered: false };
const REFERENCE = pickKey({ connection: 'crm', orderId: 'ORD-1' }, 1, 1);

/** An order of a warehouse that only says that something happened, and what was asked of it. */
function touched(vendor: Partial<Vendor> = {}) {
  const asked: Command[] = [];
  const scene = new Scene(
    { 'SKU-1': 9, 'SKU-2': 9 },
    {
      vendor: { ...HEADERS, ...vendor },
      answer: (command) => {
        asked.push(command);
        return null;
      },
    },
  );
  scene.order({ 'A SKU-1': 4 });
  asked.length = 0;
  const looks = (): string[] =>
    asked.flatMap((command) => (command.kind === 'look_at_pick' ? command.pickId : []));
  return { scene, looks };
}

describe('a pick that something happened to', () => {
  it('is looked at once, and the books follow what the warehouse shows', () => {
    const { scene, looks } = touched();
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 3 });
    scene.hear();
    expect(looks()).toEqual(['PICK-1']);
    expect(scene.books('A')).toEqual({ allocated: 1, picked: 3 });
    expect(scene.effects.fates.at(-1)).toMatchObject({ eventId: 'PICK-1-2', state: 'applied' });
    expect(scene.told()).toEqual(['1 ORDER.UPDATED A picked +3 = 3']);
  });

  it.each(['pick', 'reference', 'nothing'] as const)(
    'leads its order to the end by events that name %s',
    (names) => {
      const { scene } = touched({ names });
      completePick(scene.warehouse, scene.pick());
      scene.hear();
      expect(scene.state.closedAt).toBeNull();
      finishFloor(scene.warehouse);
      scene.hear();
      expect(scene.step?.view).toMatchObject({ headline: 'FULFILLED', stage: 'FULFILLED' });
    },
  );

  it('is the only one that is looked at when it is named, else all that are under way are', () => {
    const { scene, looks } = touched();
    scene.feed(scene.facts.updated(2, { 'A SKU-1': 4, 'B SKU-2': 1 }));
    scene.hear();
    looks();
    const before = looks().length;
    scene.feed(scene.facts.touched('PICK-2'));
    expect(looks().slice(before)).toEqual(['PICK-2']);
    scene.feed(scene.facts.touched(null));
    expect(looks().slice(before + 1)).toEqual(['PICK-1', 'PICK-2']);
    scene.feed(scene.facts.touched('WO-77', 'not ours'));
    expect(looks().slice(before + 3)).toEqual(['PICK-1', 'PICK-2']);
  });

  it('while it is looked at is looked at once more after it, however often it is touched', () => {
    const { scene, looks } = touched();
    scene.luck = ({ kind }) => (kind === 'look_at_pick' ? 'lost' : 'done');
    for (let n = 0; n < 4; n += 1) scene.feed(scene.facts.touched('PICK-1'));
    const inFlight = scene.state.inFlight.map(({ kind }) => kind);
    expect(inFlight).toEqual(['look_at_pick']);
    const before = looks().length;
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 2 });
    settle(scene);
    // The first is sent once more for its lost answer, and another follows it.
    expect(looks().length - before).toBe(2);
    expect(scene.state.inFlight).toEqual([]);
    expect(scene.books('A')).toEqual({ allocated: 2, picked: 2 });
  });

  it('before its answer is there is looked at once it is, when something happened meanwhile', () => {
    const looks: string[] = [];
    const scene = new Scene({ 'SKU-1': 4 }, { vendor: HEADERS });
    scene.luck = ({ kind }) => (kind === 'request_pick' ? 'lost' : 'done');
    scene.order({ 'A SKU-1': 4 });
    const stored = scene.snapshot();
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 4 });
    scene.hear();
    expect(scene.books('A')).toEqual({ requested: 4 });
    scene.answer = (command) => {
      if (command.kind === 'look_at_pick') looks.push(command.key);
      return command.kind === 'request_pick'
        ? { type: 'pick_accepted', pick: { ...stored, sequence: 0 } }
        : null;
    };
    settle(scene);
    expect(scene.books('A')).toEqual({ picked: 4 });
    expect(looks).toHaveLength(1);
  });

  it('before the warehouse said that it has none of it, is nothing', () => {
    const scene = new Scene({}, { vendor: HEADERS });
    scene.luck = ({ kind }) => (kind === 'request_pick' ? 'lost' : 'done');
    scene.order({ 'A SKU-1': 4 });
    scene.feed(scene.facts.touched('PICK-9', REFERENCE));
    settle(scene);
    expect(scene.books('A')).toEqual({ backordered: 4 });
    expect(scene.state.inFlight).toEqual([]);
  });

  it('is asked for again when the look fails, and not only after a long silence', () => {
    const { scene } = touched();
    scene.answer = ({ kind }) =>
      kind === 'look_at_pick'
        ? { type: 'failed', cause: 'wms 503', attempts: 5, lastStatus: 503, lastError: 'no' }
        : null;
    completePick(scene.warehouse, scene.pick());
    scene.hear();
    expect(scene.books('A')).toEqual({ allocated: 4 });
    scene.answer = () => null;
    scene.wait(30_000);
    expect(scene.books('A')).toEqual({ picked: 4 });
  });

  it('is taken up when it stands under our reference and nobody here asked for it', () => {
    const { scene } = touched();
    const reference = pickKey({ connection: 'crm', orderId: 'ORD-1' }, 7, 1);
    const lines = [{ lineId: 'A', sku: 'SKU-1', qty: 2 }];
    scene.warehouse.request({
      ...{ kind: 'request_pick', key: reference, priority: 'normal', requestedAt: 0, lines },
    });
    scene.warehouse.outbox.length = 0;
    scene.feed(scene.facts.touched('PICK-2', reference));
    expect(scene.state.requests.map(({ pickId }) => pickId)).toEqual(['PICK-1', 'PICK-2']);
    expect(scene.state.requests[1]?.lines).not.toEqual([]);
  });

  it('is taken up although its request was given up', () => {
    const scene = new Scene({ 'SKU-1': 4 }, { vendor: HEADERS });
    const failure = { type: 'failed', cause: 'wms no answer', attempts: 5 } as const;
    scene.answer = (command) => {
      if (command.kind !== 'request_pick') return null;
      scene.warehouse.request(command);
      return { ...failure, lastStatus: null, lastError: 'cut' };
    };
    scene.order({ 'A SKU-1': 4 });
    scene.feed(scene.facts.discarded(scene.letter()));
    expect(scene.books('A')).toEqual({ backordered: 4 });
    scene.feed(scene.facts.touched('PICK-1', REFERENCE));
    expect(scene.books('A')).toEqual({ allocated: 4 });
  });

  it('is nothing any more to an order that has ended with it', () => {
    const { scene, looks } = touched();
    finishFloor(scene.warehouse);
    scene.hear();
    const { closedAt } = scene.state;
    expect(closedAt).not.toBeNull();
    const before = looks().length;
    for (const touch of [scene.facts.touched('PICK-1'), scene.facts.touched(null)]) {
      scene.feed(touch);
      expect(scene.effects.fates.at(-1)).toMatchObject({ state: 'ignored' });
    }
    expect(looks()).toHaveLength(before);
    expect(scene.state.closedAt).toBe(closedAt);
  });

  it('is nothing to an order that is not announced yet', () => {
    const scene = new Scene({ 'SKU-1': 1 });
    scene.feed(scene.facts.touched('PICK-1', REFERENCE));
    expect(scene.effects.fates).toMatchObject([{ state: 'ignored' }]);
    scene.order({ 'A SKU-1': 1 });
    expect(scene.books('A')).toEqual({ allocated: 1 });
  });
});

describe('a warehouse that does not number its events', () => {
  it('is believed by its latest answer, whatever it reported under numbers before', () => {
    const scene = new Scene({ 'SKU-1': 4 }).order({ 'A SKU-1': 4 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 1 });
    scene.hear();
    Object.assign(scene.vendor, HEADERS);
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 2 });
    scene.hear();
    expect(scene.books('A')).toEqual({ allocated: 1, picked: 3 });
    expect(scene.flags()).toEqual([]);
  });

  it('leaves no event waiting for those before it: its account contains them', () => {
    const scene = new Scene({ 'SKU-1': 4 }).order({ 'A SKU-1': 4 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 1 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 2 });
    const [, late] = scene.warehouse.outbox.splice(0);
    if (late === undefined) throw new Error('no event');
    scene.feed(late);
    Object.assign(scene.vendor, HEADERS);
    scene.wait(30_000);
    expect(scene.books('A')).toEqual({ allocated: 1, picked: 3 });
    expect(scene.state.requests[0]).toMatchObject({ buffered: [], gapDueAt: null });
    expect(scene.effects.fates.at(-1)).toMatchObject({ eventId: late.eventId, state: 'applied' });
  });

  it('brings news by a status alone, so it is asked again soon', () => {
    const scene = new Scene({ 'SKU-1': 1 }, { vendor: { ...HEADERS, events: 'none' } });
    scene.order({ 'A SKU-1': 1 });
    for (let minute = 0; minute < 30; minute += 1) scene.wait(60_000);
    scene.pick().status = 'ASSIGNED';
    for (let minute = 0; minute < 15; minute += 1) scene.wait(60_000);
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 1 });
    scene.wait(2 * 60_000);
    expect(scene.books('A')).toEqual({ picked: 1 });
  });

  it('and tells of nothing is polled to the end of the order', () => {
    const scene = new Scene(
      { 'SKU-1': 4 },
      { vendor: { ...HEADERS, events: 'none', bySku: true } },
    );
    scene.order({ 'A SKU-1': 4 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 4 });
    completePick(scene.warehouse, scene.pick());
    scene.wait(2 * 60_000).wait(4 * 60_000);
    expect(scene.books('A')).toEqual({ picked: 4 });
    shipUnits(scene.warehouse, { ...scene.at('A'), qty: 4 });
    scene.wait(15 * 60_000);
    expect(scene.step?.view.stage).toBe('FULFILLED');
  });
});

/** All that is under way comes to its end. */
function settle(scene: Scene): void {
  scene.luck = () => 'done';
  for (const command of [...scene.background]) scene.retry(command);
  scene.run();
}
