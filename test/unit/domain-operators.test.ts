import { describe, expect, it } from 'vitest';
import { completePick, finishFloor, pickUnits, shipUnits } from '../support/domain-floor.ts';
import { AskedScene } from '../support/domain-asked.ts';

describe('an operator', () => {
  it('holds an order: nothing new is asked of the warehouse until it is released', () => {
    const scene = new AskedScene({ 'SKU-1': 9 });
    scene.order({ 'A SKU-1': 2 });
    expect(scene.ask(scene.facts.commanded('hold')).kind).toBe('taken');
    scene.feed(scene.facts.updated(2, { 'A SKU-1': 5 }));
    expect(scene.books('A')).toEqual({ allocated: 2, open: 3 });
    expect(scene.flags()).toContain('ON_HOLD');
    expect(scene.ask(scene.facts.commanded('release')).kind).toBe('taken');
    expect(scene.books('A')).toEqual({ allocated: 5 });
    expect(scene.ask(scene.facts.commanded('release')).kind).toBe('conflict');
  });

  it('is offered no stock for an order on hold', () => {
    const scene = new AskedScene({ 'SKU-1': 0 });
    scene.order({ 'A SKU-1': 2 });
    const backorder = scene.backorder();
    scene.ask(scene.facts.commanded('hold'));
    expect(scene.waiting()).toEqual([]);
    scene.warehouse.receive('SKU-1', 2);
    scene.feed(scene.facts.offered(backorder, 2));
    expect(scene.books('A')).toEqual({ backordered: 2 });
    scene.ask(scene.facts.commanded('release'));
    expect(scene.waiting()).toEqual([{ backorderId: backorder, qty: 2 }]);
  });

  it('cancels an order: what is picked ships, and it ends short', () => {
    const scene = new AskedScene({ 'SKU-1': 9 });
    scene.order({ 'A SKU-1': 5 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 2 });
    scene.hear();
    expect(scene.ask(scene.facts.commanded('cancel')).kind).toBe('taken');
    scene.hear();
    shipUnits(scene.warehouse, { ...scene.at('A'), qty: 2 });
    finishFloor(scene.warehouse);
    scene.hear();
    expect(scene.books('A')).toEqual({ shipped: 2, cancelled: 3 });
    expect(scene.step?.view.headline).toBe('CLOSED_SHORT');
  });

  it('cancels one line and leaves the others', () => {
    const scene = new AskedScene({ 'SKU-1': 9, 'SKU-2': 9 });
    scene.order({ 'A SKU-1': 5, 'B SKU-2': 1 });
    expect(scene.ask(scene.facts.commanded('cancel', ['Z']))).toMatchObject({
      kind: 'refused',
      code: 'unknown-line',
    });
    scene.ask(scene.facts.commanded('cancel', ['A']));
    scene.hear();
    expect([scene.books('A'), scene.books('B')]).toEqual([{ cancelled: 5 }, { allocated: 1 }]);
  });

  it('finds a closed order closed', () => {
    const scene = new AskedScene({ 'SKU-1': 9 });
    scene.order({ 'A SKU-1': 1 });
    completePick(scene.warehouse, scene.pick());
    finishFloor(scene.warehouse);
    scene.hear();
    expect(scene.ask(scene.facts.commanded('cancel')).kind).toBe('conflict');
  });

  it('tries again what had failed', () => {
    const scene = new AskedScene({ 'SKU-1': 9 });
    let broken = true;
    const failed = { type: 'failed', cause: 'crm 500', attempts: 5, lastStatus: 500 } as const;
    scene.answer = ({ kind }) =>
      broken && kind === 'create_task' ? { ...failed, lastError: 'no' } : null;
    scene.order({ 'A SKU-1': 1 });
    expect(scene.state.deadLetters).toHaveLength(1);
    broken = false;
    scene.ask(scene.facts.commanded('retry'));
    expect(scene.state.deadLetters).toEqual([]);
    expect(scene.state.task.taskId).toBe('T-1');
  });
});

describe('the CRM, looked at', () => {
  it('is told again what it has lost', () => {
    const scene = new AskedScene({ 'SKU-1': 9 });
    scene.order({ 'A SKU-1': 2 });
    completePick(scene.warehouse, scene.pick());
    scene.hear();
    scene.crm.taken.length = 0;
    scene.crm.lines.clear();
    scene.feed(scene.facts.reconcile('D18'));
    expect(scene.crm.lines.get('A')).toMatchObject({ picked: 2 });
    expect(scene.told()).toEqual(['1 ORDER.UPDATED A picked +2 = 2']);
  });
});

describe('a pick that the warehouse has lost', () => {
  it('untouched is asked for again under its own key', () => {
    const scene = new AskedScene({ 'SKU-1': 9 });
    scene.order({ 'A SKU-1': 2 });
    scene.warehouse.lose(scene.pick());
    scene.feed(scene.facts.reconcile('D1'));
    expect(scene.flags()).toContain('DRIFT');
    expect(scene.warehouse.picks).toHaveLength(0);
    scene.wait(3_600_000).hear();
    expect(scene.warehouse.picks.map(({ reference }) => reference)).toEqual(['pick:ORD-1:1:1']);
    expect(scene.books('A')).toEqual({ allocated: 2 });
    expect(scene.flags()).toEqual([]);
  });

  it('with progress is for a person, who may take over that it is gone', () => {
    const scene = new AskedScene({ 'SKU-1': 9 });
    scene.order({ 'A SKU-1': 4 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 3 });
    shipUnits(scene.warehouse, { ...scene.at('A'), qty: 1 });
    scene.hear();
    scene.warehouse.lose(scene.pick());
    scene.feed(scene.facts.reconcile('D1'));
    scene.wait(3_600_000).wait(3_600_000);
    expect(scene.warehouse.picks).toHaveLength(0);
    expect(scene.action()).toMatchObject({ reason: 'pick_contradicted' });
    expect(scene.decide('adopt_remote').kind).toBe('taken');
    expect(scene.books('A')).toEqual({ shipped: 1, backordered: 3 });
    expect(scene.waiting()).toMatchObject([{ qty: 3 }]);
    expect(scene.flags()).not.toContain('DRIFT');
  });
});

describe('what nobody needs to answer any more', () => {
  it('is a cancel whose answers were all lost, once the warehouse shows it done', () => {
    const scene = new AskedScene({ 'SKU-1': 9 });
    scene.order({ 'A SKU-1': 2 });
    const lost = { type: 'failed', cause: 'wms no answer', attempts: 5 } as const;
    scene.answer = (command) => {
      if (command.kind !== 'cancel_pick') return null;
      scene.warehouse.cancel(command);
      return { ...lost, lastStatus: null, lastError: 'cut' };
    };
    scene.feed(scene.facts.cancelled(2));
    expect(scene.flags()).toContain('CANCEL_PENDING');
    expect(scene.hear().open()).toEqual([]);
    expect(scene.step?.view).toMatchObject({ stage: 'CANCELLED', flags: [] });
  });

  it('is an event of the CRM that nobody could read, once it states the order anew', () => {
    const scene = new AskedScene({ 'SKU-1': 9 });
    scene.feed(scene.facts.unmapped('crm', 'evt-1'));
    const { action_id: actionId } = scene.action();
    scene.feed(scene.facts.unmapped('crm', 'recon:crm:ORD-1:1'));
    expect(scene.action().action_id).toBe(actionId);
    scene.feed(scene.facts.updated(2, { 'A SKU-1': 2 }));
    scene.feed(scene.facts.created({ 'A SKU-1': 1 }));
    expect(scene.open()).toEqual([]);
    expect(scene.books('A')).toEqual({ allocated: 2 });
  });

  it('is an event that a person gave up, when a sweep sees it again', () => {
    const scene = new AskedScene({ 'SKU-1': 9 });
    scene.feed(scene.facts.unmapped('crm', 'evt-1'));
    scene.feed(scene.facts.discarded(scene.letter()));
    scene.feed(scene.facts.unmapped('crm', 'recon:crm:ORD-1:1'));
    expect(scene.state.deadLetters).toEqual([]);
    expect(scene.open()).toEqual([]);
  });

  it('is a refused pick of units that the CRM wants no more', () => {
    const scene = refused();
    scene.feed(scene.facts.updated(2, {}));
    expect(scene.open()).toEqual([]);
    expect(scene.books('A')).toEqual({ cancelled: 2 });
  });

  it('is a refused pick whose order a person cancels', () => {
    const scene = refused();
    expect(scene.decide('cancel_order').kind).toBe('taken');
    expect(scene.books('A')).toEqual({ cancelled: 2 });
    expect(scene.step?.view.stage).toBe('CANCELLED');
  });
});

function refused(): AskedScene {
  const scene = new AskedScene({ 'SKU-1': 9 });
  const failure = { type: 'failed', cause: 'wms 422', attempts: 1, lastStatus: 422 } as const;
  scene.answer = ({ kind }) =>
    kind === 'request_pick' ? { ...failure, lastError: 'unknown-sku' } : null;
  scene.order({ 'A SKU-1': 2 });
  expect(scene.action()).toMatchObject({ reason: 'command_failed', lines: [{ line_id: 'A' }] });
  return scene;
}

describe('the CRM, asked before the end', () => {
  it('opens the order again with a raise that nobody has heard of', () => {
    const scene = new AskedScene({ 'SKU-1': 9 });
    scene.order({ 'A SKU-1': 2 });
    const lines = [{ lineId: 'A', sku: 'SKU-1', qty: 5 }];
    scene.intent = { version: 2, priority: 'high', promisedAt: null, lines };
    finishFloor(scene.warehouse);
    scene.hear();
    expect(scene.state.closedAt).toBeNull();
    expect(scene.books('A')).toEqual({ shipped: 2, allocated: 3 });
    finishFloor(scene.warehouse);
    scene.hear();
    expect(scene.step?.view).toMatchObject({ stage: 'FULFILLED', version: 2 });
  });
});
