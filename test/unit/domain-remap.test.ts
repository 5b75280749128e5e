import { describe, expect, it } from 'vitest';
import type { CommandFailure } from '../../src/domain/commands.ts';
import type { Command } from '../../src/domain/commands.ts';
import { routeOf } from '../../src/domain/route.ts';
import { AskedScene } from '../support/domain-asked.ts';
import { completePick, finishFloor } from '../support/domain-floor.ts';

const OLD = 'bundle';
const NEW = '0123456789abcdef0123456789abcdef';

function unmapped(lastStatus: number | null = null): CommandFailure {
  const cause = 'MAP_ENUM';
  return { type: 'failed', cause, attempts: 1, lastStatus, lastError: 'no such priority' };
}

/** An order of whose commands one kind has no words in its bundle. */
function speechless(kind: Command['kind'], failure = unmapped()): AskedScene {
  const scene = new AskedScene({ 'SKU-1': 9 });
  scene.answer = (command) =>
    command.kind === kind && scene.state.mappingBundle === OLD ? failure : null;
  return scene.order({ 'A SKU-1': 2 });
}

describe('an order that is pinned to another bundle', () => {
  it('says so, shows it, and goes by it from then on', () => {
    const scene = new AskedScene({ 'SKU-1': 9 }).order({ 'A SKU-1': 2 });
    expect(scene.step?.view.mapping_bundle).toBe(OLD);
    const answer = scene.ask(scene.facts.remapped(NEW));
    expect(answer).toMatchObject({ kind: 'taken', action: null });
    expect(scene.step?.view.mapping_bundle).toBe(NEW);
    expect(routeOf(scene.state)).toEqual({ wms: 'wms', tasks: 'tasks', mappingBundle: NEW });
    expect(scene.effects.entries.at(-1)).toMatchObject({
      kind: 'operator',
      summary: 'Mapping bundle bundle -> 0123456789ab…, by olga: the mapping is mended',
    });
  });

  it('sends what had no words in the old one again, and it alone', () => {
    const scene = speechless('request_pick');
    expect(scene.action()).toMatchObject({ reason: 'command_failed' });
    scene.answer = (command) => {
      if (command.kind === 'create_task') return { ...unmapped(500), cause: 'tasks 500' };
      return command.kind === 'request_pick' && scene.state.mappingBundle === OLD
        ? unmapped()
        : null;
    };
    scene.state.task.taskId = null;
    scene.feed(scene.facts.reconcile('D13'));
    const failed = scene.state.deadLetters.map(({ cause }) => cause);
    expect(failed).toEqual(['MAP_ENUM', 'tasks 500']);
    const answer = scene.ask(scene.facts.remapped(NEW));
    expect(answer.detail).toContain('1 failed before go out again');
    expect(scene.state.deadLetters.map(({ cause }) => cause)).toEqual(['tasks 500']);
    expect(scene.books('A')).toEqual({ allocated: 2 });
    expect(scene.warehouse.picks.map(({ reference }) => reference)).toEqual(['pick:ORD-1:1:1']);
  });

  it('tells the CRM what it could not be told', () => {
    const scene = speechless('tell_crm');
    completePick(scene.warehouse, scene.pick());
    scene.hear();
    expect(scene.told()).toEqual([]);
    scene.ask(scene.facts.remapped(NEW));
    expect(scene.told()).toEqual(['1 ORDER.UPDATED A picked +2 = 2']);
  });

  it('sends again what was on its way in the words of the old one, once', () => {
    const scene = new AskedScene({ 'SKU-1': 9 });
    scene.luck = ({ kind }) => (kind === 'request_pick' ? 'down' : 'done');
    scene.order({ 'A SKU-1': 2 });
    scene.ask(scene.facts.remapped(NEW));
    const [sent] = scene.background;
    if (sent === undefined) throw new Error('nothing is under way');
    scene.retry(sent, unmapped());
    scene.run();
    expect(scene.state.deadLetters).toEqual([]);
    expect(scene.background.map(({ key }) => key)).toEqual([sent.key]);
    const [again] = scene.background;
    if (again === undefined) throw new Error('it was not sent again');
    scene.retry(again, unmapped());
    scene.run();
    expect(scene.state.deadLetters).toMatchObject([{ cause: 'MAP_ENUM' }]);
  });

  it('is not pinned to it again, nor once it is closed', () => {
    const scene = new AskedScene({ 'SKU-1': 9 }).order({ 'A SKU-1': 2 });
    expect(scene.ask(scene.facts.remapped(OLD)).detail).toContain('already');
    finishFloor(scene.warehouse);
    scene.hear();
    expect(scene.ask(scene.facts.remapped(NEW)).kind).toBe('conflict');
    expect(scene.state.mappingBundle).toBe(OLD);
  });
});

describe('what has no words in the bundle', () => {
  it('is an answer about a pick: a person is asked once, however often it is looked at', () => {
    const scene = speechless('look_at_pick', unmapped(200));
    scene.feed(scene.facts.touched('PICK-1'));
    scene.wait(30_000).wait(60_000).wait(3_600_000);
    expect(scene.state.deadLetters).toHaveLength(1);
    expect(scene.open()).toHaveLength(1);
    scene.ask(scene.facts.remapped(NEW));
    expect(scene.open()).toEqual([]);
  });

  it('is an answer that is readable the next time: nobody is asked any more', () => {
    const scene = speechless('look_at_pick', unmapped(200));
    scene.feed(scene.facts.touched('PICK-1'));
    expect(scene.open()).toHaveLength(1);
    scene.answer = () => null;
    scene.wait(3_600_000);
    expect(scene.open()).toEqual([]);
    expect(scene.state.deadLetters).toEqual([]);
  });

  it('was never sent, so that a person who cancels the order gets its units back', () => {
    const scene = speechless('request_pick', unmapped(0));
    expect(scene.decide('cancel_order').kind).toBe('taken');
    expect(scene.books('A')).toEqual({ cancelled: 2 });
    expect(scene.step?.view.stage).toBe('CANCELLED');
  });

  it('is an answer to a pick that was made, which is not given up with it', () => {
    const scene = speechless('request_pick', unmapped(201));
    scene.decide('cancel_order');
    expect(scene.books('A')).toEqual({ requested: 2 });
  });
});

describe('an order of connections by other names', () => {
  it('has no key in common with an order of the same id from elsewhere', () => {
    const keysOf = (crm: string): string[] => {
      const scene = new AskedScene({ 'SKU-1': 1 }, { names: { crm, wms: 'wms', tasks: 'tasks' } });
      scene.feed(scene.facts.touched('PICK-1')).wait(3_600_000);
      scene.order({ 'A SKU-1': 2 });
      scene.feed(scene.facts.reconcile('D1'));
      scene.feed(scene.facts.cancelled(2)).hear();
      finishFloor(scene.warehouse);
      scene.hear().wait(3_600_000);
      return scene.effects.commands.map(({ key }) => key);
    };
    const here = keysOf('crm');
    const there = new Set(keysOf('shop-eu'));
    expect(new Set(here.map((key) => key.split(':')[0]))).toEqual(
      new Set(['ask', 'task', 'pick', 'look', 'crm', 'cancel']),
    );
    expect(here.filter((key) => there.has(key))).toEqual([]);
  });

  it('goes from its announcement through a backorder to its end', () => {
    const names = { crm: 'shop-eu', wms: 'east', tasks: 'desk' };
    const scene = new AskedScene({ 'SKU-1': 1 }, { names });
    const down: CommandFailure = { ...unmapped(503), cause: 'down' };
    scene.answer = ({ kind }) => (kind === 'ask_crm' || kind === 'look_at_task' ? null : down);
    scene.feed({ ...scene.facts.created({ 'A SKU-1': 2 }), connection: 'shop-eu' });
    const letters = scene.state.deadLetters.map(({ connection, subject }) => [connection, subject]);
    expect(letters).toEqual([
      ['east', 'pick:shop-eu:ORD-1:1:1'],
      ['desk', 'task:shop-eu:ORD-1:fulfillment_pick'],
    ]);
    scene.answer = () => null;
    scene.ask(scene.facts.commanded('retry'));
    scene.hear();
    expect(scene.books('A')).toEqual({ allocated: 1, backordered: 1 });
    expect(scene.step?.wms).toBe('east');
    scene.warehouse.receive('SKU-1', 1);
    scene.feed(scene.facts.offered(scene.backorder(), 1)).hear();
    finishFloor(scene.warehouse);
    scene.hear();
    expect(scene.step?.view).toMatchObject({ stage: 'FULFILLED', connection: 'shop-eu' });
  });
});
