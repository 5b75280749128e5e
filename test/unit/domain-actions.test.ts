import { describe, expect, it } from 'vitest';
import {
  completePick,
  finishFloor,
  pickOver,
  pickUnits,
  shortUnits,
} from '../support/domain-floor.ts';
import { AskedScene } from '../support/domain-asked.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Five ordered, two in stock: three wait, and a person is asked after 30 days. */
function stale(): AskedScene {
  const scene = new AskedScene({ 'SKU-1': 2, 'SKU-2': 10 });
  scene.order({ 'A SKU-1': 5 });
  completePick(scene.warehouse, scene.pick());
  finishFloor(scene.warehouse);
  scene.hear();
  expect(scene.open()).toEqual([]);
  scene.wait(30 * DAY + 1);
  return scene;
}

describe('a person is asked', () => {
  it('when a backorder has waited for 30 days, with what is missing and what may be done', () => {
    const scene = stale();
    expect(scene.action()).toMatchObject({
      reason: 'backorder_stale',
      lines: [{ line_id: 'A', sku: 'SKU-1', missing: 3 }],
      choices: ['ship_partial', 'wait', 'substitute', 'cancel_line', 'cancel_order'],
      status: 'OPEN',
      version: 1,
    });
    expect(scene.step?.view.stage).toBe('NEEDS_ACTION');
    expect(scene.tasks.actions.get(scene.action().action_id)).toMatchObject({ status: 'OPEN' });
  });

  it('when a pick stays short on the floor, and not before', () => {
    const scene = new AskedScene({ 'SKU-1': 5 });
    scene.order({ 'A SKU-1': 5 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 2 });
    shortUnits(scene.warehouse, { ...scene.at('A'), qty: 3 });
    scene.hear().wait(3 * HOUR);
    expect(scene.open()).toEqual([]);
    scene.wait(HOUR + 1);
    expect(scene.action()).toMatchObject({ reason: 'pick_short', lines: [{ missing: 3 }] });
  });

  it('when more was picked than the tolerance allows, until it is accepted', () => {
    const scene = new AskedScene({ 'SKU-1': 20 });
    scene.order({ 'A SKU-1': 10 });
    pickOver(scene.warehouse, { ...scene.at('A'), qty: 2 });
    expect(scene.hear().open()).toEqual([]);
    pickOver(scene.warehouse, { ...scene.at('A'), qty: 1 });
    finishFloor(scene.warehouse);
    expect(scene.hear().action()).toMatchObject({ reason: 'over_picked' });
    expect(scene.state.closedAt).toBeNull();
    expect(scene.decide('accept_over').kind).toBe('taken');
    expect(scene.step?.view).toMatchObject({ stage: 'FULFILLED', flags: ['OVER_DELIVERED'] });
  });

  it('when the warehouse leaves a cancel without an answer', () => {
    const scene = new AskedScene(
      { 'SKU-1': 5 },
      { luck: ({ kind }) => (kind === 'cancel_pick' ? 'down' : 'done') },
    );
    scene
      .order({ 'A SKU-1': 5 })
      .feed(scene.facts.cancelled(2))
      .wait(16 * 60_000);
    expect(scene.action()).toMatchObject({ reason: 'cancel_unanswered' });
    for (const command of [...scene.background]) {
      if (command.kind === 'cancel_pick') scene.retry(command, scene.warehouse.cancel(command));
    }
    scene.run().hear();
    expect(scene.open()).toEqual([]);
    expect(scene.step?.view).toMatchObject({
      stage: 'CANCELLED',
      actions: [{ status: 'SUPERSEDED' }],
    });
  });

  it('when an event cannot be read, and no more once it can', () => {
    const scene = new AskedScene({ 'SKU-1': 5 });
    scene.feed(scene.facts.unmapped('crm', 'evt-x'));
    expect(scene.action()).toMatchObject({ reason: 'unmapped_value', choices: ['retry', 'wait'] });
    expect(scene.action().detail).toContain('no such priority');
    expect(scene.action().dead_letter_id).toBe(scene.letter());
    scene.feed({ ...scene.facts.created({ 'A SKU-1': 1 }), eventId: 'evt-x' });
    expect(scene.open()).toEqual([]);
    expect(scene.step?.view.actions).toMatchObject([{ status: 'SUPERSEDED' }]);
  });
});

describe('a task that a person', () => {
  it('closes with units to pick never closes the order', () => {
    const scene = new AskedScene({ 'SKU-1': 5 });
    scene.order({ 'A SKU-1': 3 });
    scene.tasks.face.status = 'COMPLETED';
    scene.feed(scene.facts.task('COMPLETED'));
    expect(scene.action()).toMatchObject({ reason: 'task_closed' });
    finishFloor(scene.warehouse);
    scene.hear();
    expect(scene.step?.view).toMatchObject({
      stage: 'FULFILLED',
      actions: [{ status: 'SUPERSEDED' }],
    });
  });

  it('closes is open again after retry', () => {
    const scene = new AskedScene({ 'SKU-1': 5 });
    scene.order({ 'A SKU-1': 3 });
    scene.tasks.face.status = 'CANCELLED';
    scene.feed(scene.facts.task('CANCELLED'));
    expect(scene.decide('retry').kind).toBe('taken');
    expect(scene.tasks.face.status).toBe('OPEN');
    expect(scene.open()).toEqual([]);
  });

  it('is not asked about for a late report of our own closing', () => {
    const scene = new AskedScene({ 'SKU-1': 2 });
    scene.order({ 'A SKU-1': 3 });
    scene.feed(scene.facts.task('COMPLETED'));
    expect(scene.open()).toEqual([]);
  });

  it('deletes is made anew once; the second time a person is asked', () => {
    const scene = new AskedScene({ 'SKU-1': 2 });
    scene.order({ 'A SKU-1': 3 });
    scene.tasks.deleted = true;
    scene.feed(scene.facts.reconcile('D15'));
    expect([...scene.tasks.created]).toEqual([
      'task:ORD-1:fulfillment_pick',
      'task:ORD-1:fulfillment_pick-2',
    ]);
    expect(scene.open()).toEqual([]);
    scene.tasks.deleted = true;
    scene.feed(scene.facts.reconcile('D15'));
    expect(scene.tasks.created.size).toBe(2);
    expect(scene.action()).toMatchObject({ reason: 'task_deleted' });
    expect(scene.decide('retry').kind).toBe('taken');
    expect(scene.tasks.created.size).toBe(3);
  });

  it('edits is written over three times, then a person is asked', () => {
    const scene = new AskedScene({ 'SKU-1': 2 });
    scene.order({ 'A SKU-1': 3 });
    for (let time = 0; time < 3; time += 1) {
      scene.tasks.face.priority = 'low';
      scene.feed(scene.facts.reconcile('D14'));
      expect(scene.tasks.face.priority).toBe('normal');
    }
    scene.tasks.face.priority = 'low';
    scene.feed(scene.facts.reconcile('D14'));
    expect(scene.tasks.face.priority).toBe('low');
    expect(scene.action()).toMatchObject({ reason: 'task_edited' });
  });
});

describe('a decision', () => {
  it('to ship what there is closes the order short and tells the CRM so', () => {
    const scene = stale();
    expect(scene.decide('ship_partial')).toMatchObject({
      kind: 'taken',
      action: { status: 'RESOLVED', decision: { decision: 'ship_partial', by: 'olga' } },
    });
    expect(scene.books('A')).toEqual({ shipped: 2, cancelled: 3 });
    expect(scene.step?.view).toMatchObject({ stage: 'CLOSED_SHORT', headline: 'CLOSED_SHORT' });
    expect(scene.told().at(-1)).toContain('A cancelled +3 = 3');
    expect([...scene.tasks.actions.values()]).toMatchObject([{ status: 'COMPLETED' }]);
    expect(scene.waiting()).toEqual([]);
  });

  it('to wait changes nothing, and a person is asked again a day later', () => {
    const scene = stale();
    expect(scene.decide('wait').kind).toBe('taken');
    expect(scene.books('A')).toEqual({ shipped: 2, backordered: 3 });
    expect(scene.wait(23 * HOUR).open()).toEqual([]);
    expect(scene.wait(2 * HOUR).action().reason).toBe('backorder_stale');
  });

  it('to substitute makes a linked line, with L1 on both and both told to the CRM', () => {
    const scene = stale();
    const substitutes = [{ lineId: 'A', sku: 'SKU-2', qty: 3, ratio: 2 }];
    expect(scene.decide('substitute', { substitutes }).kind).toBe('taken');
    expect(scene.books('A')).toEqual({ shipped: 2, substitutedOut: 3 });
    expect(scene.books('A~SKU-2')).toEqual({ allocated: 6 });
    finishFloor(scene.warehouse);
    scene.hear();
    expect(scene.step?.view).toMatchObject({ stage: 'FULFILLED' });
    expect(scene.crm.lines.get('A~SKU-2')).toMatchObject({ shipped: 6 });
    expect(scene.crm.lines.get('A')).toMatchObject({ shipped: 2, backordered: 0 });
  });

  it('to substitute goes with its line when the CRM cancels that', () => {
    const scene = stale();
    scene.decide('substitute', { substitutes: [{ lineId: 'A', sku: 'SKU-2', qty: 3, ratio: 1 }] });
    scene.feed(scene.facts.updated(2, { 'A SKU-1': 5 }));
    expect(scene.books('A~SKU-2')).toEqual({ allocated: 3 });
    scene.feed(scene.facts.cancelled(3, ['A'])).hear();
    expect(scene.books('A~SKU-2')).toEqual({ cancelled: 3 });
  });

  it('to cancel a line takes it off, and what the CRM raises later is new', () => {
    const scene = new AskedScene({ 'SKU-1': 0, 'SKU-2': 9 });
    scene.order({ 'A SKU-1': 4, 'B SKU-2': 1 });
    const { action_id: id } = scene.wait(30 * DAY + 1).action('backorder_stale');
    scene.ask(scene.facts.decided(id, 1, { decision: 'cancel_line', lines: ['A'] }));
    expect([scene.books('A'), scene.books('B')]).toEqual([{ cancelled: 4 }, { allocated: 1 }]);
    scene.warehouse.receive('SKU-1', 9);
    scene.feed(scene.facts.updated(2, { 'A SKU-1': 6, 'B SKU-2': 1 }));
    expect(scene.books('A')).toEqual({ cancelled: 4, allocated: 2 });
  });

  it('to cancel the order asks the warehouse and believes its answer', () => {
    const scene = new AskedScene({ 'SKU-1': 2 });
    const { action_id: id } = scene
      .order({ 'A SKU-1': 5 })
      .wait(8 * DAY)
      .action('stuck');
    scene.ask(scene.facts.decided(id, 1, { decision: 'cancel_order' }));
    scene.hear();
    expect(scene.pick().status).toBe('CANCELLED');
    expect(scene.step?.view.stage).toBe('CANCELLED');
  });

  it('to try again sends the dead letter once more', () => {
    const scene = new AskedScene({ 'SKU-1': 5 });
    const refused = { type: 'failed', cause: 'wms 422', attempts: 1, lastStatus: 422 } as const;
    let broken = true;
    scene.answer = ({ kind }) =>
      broken && kind === 'request_pick' ? { ...refused, lastError: 'no' } : null;
    scene.order({ 'A SKU-1': 1 });
    expect(scene.action()).toMatchObject({ reason: 'command_failed', task_id: null });
    broken = false;
    scene.decide('retry');
    expect(scene.books('A')).toEqual({ allocated: 1 });
    expect(scene.open()).toEqual([]);
  });

  it('that comes second is told what was first', () => {
    const scene = stale();
    const { action_id: actionId } = scene.action();
    const first = scene.facts.decided(actionId, 1, { decision: 'ship_partial' });
    const second = scene.facts.decided(actionId, 1, { decision: 'cancel_order', by: 'paul' });
    scene.feed(first, second);
    expect(scene.effects.answers.slice(-2)).toMatchObject([
      { answer: { kind: 'taken' } },
      { answer: { kind: 'conflict', action: { status: 'RESOLVED', decision: { by: 'olga' } } } },
    ]);
    expect(scene.ask(first).kind).toBe('taken');
    expect(scene.books('A')).toEqual({ shipped: 2, cancelled: 3 });
  });

  it('that comes after stock has solved it is told so, and nothing is done twice', () => {
    const scene = stale();
    const { action_id: actionId } = scene.action();
    scene.warehouse.receive('SKU-1', 3);
    scene.feed(scene.facts.offered(scene.backorder(), 3)).hear();
    const late = scene.ask(scene.facts.decided(actionId, 1, { decision: 'ship_partial' }));
    expect(late).toMatchObject({ kind: 'conflict', action: { status: 'SUPERSEDED' } });
    finishFloor(scene.warehouse);
    expect(scene.hear().books('A')).toEqual({ shipped: 5 });
  });

  it('on a question that has changed is refused until it is seen as it is', () => {
    const scene = stale();
    const { action_id: actionId } = scene.action();
    scene.warehouse.receive('SKU-1', 1);
    scene.feed(scene.facts.offered(scene.backorder(), 1)).hear();
    expect(scene.action()).toMatchObject({ version: 2, lines: [{ missing: 2 }] });
    const old = scene.facts.decided(actionId, 1, { decision: 'ship_partial' });
    expect(scene.ask(old)).toMatchObject({ kind: 'conflict', action: { version: 2 } });
  });

  it.each([
    ['that is not offered', { decision: 'accept_over' as const }, 'decision-not-offered'],
    [
      'on a line that is not there',
      { decision: 'cancel_line' as const, lines: ['Z'] },
      'unknown-line',
    ],
    ['to substitute nothing', { decision: 'substitute' as const }, 'lines-missing'],
    [
      'to substitute more than is missing',
      {
        decision: 'substitute' as const,
        substitutes: [{ lineId: 'A', sku: 'SKU-2', qty: 4, ratio: 1 }],
      },
      'too-many-units',
    ],
    [
      'to substitute a fraction of a unit',
      {
        decision: 'substitute' as const,
        substitutes: [{ lineId: 'A', sku: 'SKU-2', qty: 1, ratio: 0.5 }],
      },
      'broken-ratio',
    ],
  ])('%s is refused and changes nothing', (_, { decision, ...more }, code) => {
    const scene = stale();
    expect(scene.decide(decision, more)).toMatchObject({ kind: 'refused', code });
    expect(scene.action().status).toBe('OPEN');
    expect(scene.books('A')).toEqual({ shipped: 2, backordered: 3 });
  });
});

describe('the ladder', () => {
  it('calls each rung once, in order, also when nobody was there over several', () => {
    const scene = stale();
    expect(scene.action().escalation).toEqual({ rung: 1, name: 'owner' });
    scene.wait(9 * HOUR);
    const called = scene.effects.entries.filter(({ kind }) => kind === 'escalation');
    expect(called.map(({ summary }) => summary.split(': ')[1])).toEqual([
      'the owner is called',
      'the lead is called',
      'the manager is called',
    ]);
    scene.wait(DAY);
    expect(scene.effects.entries.filter(({ kind }) => kind === 'escalation')).toHaveLength(3);
    expect(scene.tasks.actions.get(scene.action().action_id)).toMatchObject({
      escalation: 'manager',
      priority: 'urgent',
    });
  });

  it('stands while the order is on hold', () => {
    const scene = stale();
    scene.ask(scene.facts.commanded('hold'));
    scene.wait(9 * HOUR);
    expect(scene.action().escalation).toMatchObject({ name: 'owner' });
    scene.ask(scene.facts.commanded('release'));
    expect(scene.wait(4 * HOUR).action().escalation).toMatchObject({ name: 'lead' });
  });
});
