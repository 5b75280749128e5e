import { describe, expect, it } from 'vitest';
import type { Command, CommandOutcome } from '../../src/domain/commands.ts';
import { pickKey } from '../../src/domain/ids.ts';
import { askedLines } from '../support/domain-facts.ts';
import { completePick, finishFloor, pickUnits } from '../support/domain-floor.ts';
import { Scene } from '../support/domain-scene.ts';

const FAILURE: CommandOutcome = {
  type: 'failed',
  cause: 'wms 503',
  attempts: 5,
  lastStatus: 503,
  lastError: 'HTTP 503',
};

/** Commands of one kind fail for good until it is switched off. */
function failing(kind: Command['kind']): { answer: (command: Command) => CommandOutcome | null } {
  return { answer: (command) => (command.kind === kind ? FAILURE : null) };
}

function endOf(scene: Scene): string | undefined {
  finishFloor(scene.warehouse);
  scene.hear();
  return scene.step?.view.stage;
}

describe('a command that has failed for good', () => {
  it.each(['create_task', 'request_pick', 'tell_crm', 'update_task'] as const)(
    'is kept (%s), needs a person, and goes on where it stood when it is replayed',
    (kind) => {
      const scene = new Scene({ 'SKU-1': 3 }, failing(kind)).order({ 'A SKU-1': 2 });
      finishFloor(scene.warehouse);
      scene.hear();
      const letterId = scene.letter();
      expect(scene.step?.view).toMatchObject({ stage: 'NEEDS_ACTION' });
      expect(scene.flags()).toContain('NEEDS_ACTION');
      expect(scene.step?.deadLetters).toMatchObject([
        { id: letterId, cause: 'wms 503', attempts: 5 },
      ]);
      scene.answer = () => null;
      scene.feed(scene.facts.replayed(letterId)).hear();
      expect(scene.effects.replayed).toEqual([letterId]);
      expect(endOf(scene)).toBe('FULFILLED');
      expect(scene.books('A')).toEqual({ shipped: 2 });
      expect(scene.tasks.created.size).toBe(1);
      expect(scene.crm.lines.get('A')?.shipped).toBe(2);
    },
  );

  it('is kept (cancel_pick) with the cancel pending, and cancels when it is replayed', () => {
    const scene = new Scene({ 'SKU-1': 3 }, failing('cancel_pick')).order({ 'A SKU-1': 2 });
    scene.feed(scene.facts.cancelled(2));
    expect(scene.flags()).toEqual(['CANCEL_PENDING', 'ACTION_REQUIRED', 'NEEDS_ACTION']);
    scene.answer = () => null;
    scene.feed(scene.facts.replayed(scene.letter())).hear();
    expect(scene.step?.view.stage).toBe('CANCELLED');
  });

  it('needs nobody when it only looked: it looks again later (look_at_pick, ask_crm)', () => {
    const scene = new Scene({ 'SKU-1': 3 }, failing('look_at_pick')).order({ 'A SKU-1': 2 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 2 });
    scene.warehouse.outbox.splice(0);
    scene.wait(60_000);
    expect(scene.state.deadLetters).toEqual([]);
    scene.answer = () => null;
    scene.wait(120_000);
    expect(scene.books('A')).toEqual({ picked: 2 });
  });

  it('is replayed once, however often the operator asks', () => {
    const scene = new Scene({ 'SKU-1': 3 }, failing('request_pick')).order({ 'A SKU-1': 2 });
    const letterId = scene.letter();
    scene.answer = () => null;
    scene.feed(scene.facts.replayed(letterId), scene.facts.replayed(letterId)).hear();
    expect(scene.warehouse.picks).toHaveLength(1);
    expect(scene.books('A')).toEqual({ allocated: 2 });
  });
});

describe('a command that a person has given up', () => {
  it.each([
    ['create_task', { tasks: 0, stage: 'FULFILLED' }],
    ['update_task', { tasks: 1, stage: 'FULFILLED' }],
    ['tell_crm', { tasks: 1, stage: 'FULFILLED' }],
  ] as const)('lets the order end without it (%s)', (kind, { tasks, stage }) => {
    const scene = new Scene({ 'SKU-1': 3 }, failing(kind)).order({ 'A SKU-1': 2 });
    finishFloor(scene.warehouse);
    scene.hear();
    const letterId = scene.letter();
    scene.answer = () => null;
    scene.feed(scene.facts.discarded(letterId));
    expect(scene.step?.discarded).toEqual([letterId]);
    expect(endOf(scene)).toBe(stage);
    expect(scene.tasks.created.size).toBe(tasks);
  });

  it('waits for stock instead (request_pick), and takes up the pick that was made after all', () => {
    const scene = new Scene({ 'SKU-1': 3 }, { luck: () => 'lost' }).order({ 'A SKU-1': 2 });
    const request = scene.background.find((command) => command.kind === 'request_pick');
    if (request === undefined) throw new Error('no pick was requested');
    scene.luck = () => 'done';
    scene.retry(request, FAILURE);
    for (const command of [...scene.background]) scene.retry(command);
    scene.run();
    expect(scene.state.parked).toHaveLength(1);
    scene.feed(scene.facts.discarded(scene.letter()));
    expect(scene.books('A')).toEqual({ backordered: 2 });
    scene.wait(0);
    expect(scene.books('A')).toEqual({ allocated: 2 });
    expect(scene.waiting()).toEqual([]);
    expect(endOf(scene)).toBe('FULFILLED');
    expect(scene.warehouse.picks).toHaveLength(1);
  });
});

describe('an event that no mapping knows', () => {
  it('needs a person once, and is forgiven when it comes back readable', () => {
    const scene = new Scene({ 'SKU-1': 3 });
    const unmapped = scene.facts.unmapped('crm', 'evt-x');
    scene.feed(unmapped, unmapped);
    const letterId = scene.letter();
    expect(scene.step?.view.stage).toBe('NEEDS_ACTION');
    scene.feed(scene.facts.created({ 'A SKU-1': 2 }, { eventId: 'evt-x' })).hear();
    expect(scene.state.deadLetters).toEqual([]);
    expect(scene.effects.replayed).toEqual([letterId]);
    expect(scene.books('A')).toEqual({ allocated: 2 });
    scene.feed(unmapped);
    expect(scene.state.deadLetters).toEqual([]);
  });

  it('of the warehouse is forgiven as well, and its units are not lost meanwhile', () => {
    const scene = new Scene({ 'SKU-1': 3 }).order({ 'A SKU-1': 2 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 2 });
    const [event] = scene.warehouse.outbox.splice(0);
    if (event === undefined) throw new Error('no event');
    scene.feed(scene.facts.unmapped('wms', event.eventId)).wait(60_000);
    expect(scene.books('A')).toEqual({ picked: 2 });
    scene.feed(event);
    expect(scene.state.deadLetters).toEqual([]);
    expect(scene.books('A')).toEqual({ picked: 2 });
  });
});

describe('a shell, for events that came before their order', () => {
  it('asks the CRM after a while and fulfils the order that it learns of, with what came early', () => {
    const scene = new Scene({ 'SKU-1': 9 });
    scene.intent = {
      version: 1,
      priority: 'high',
      promisedAt: null,
      lines: askedLines({ 'A SKU-1': 2 }),
    };
    scene.feed(scene.facts.updated(2, { 'A SKU-1': 3 }));
    scene.wait(15 * 60_000 - 1);
    expect(scene.state.known).toBe(false);
    scene.wait(1).hear();
    expect(scene.state).toMatchObject({ known: true, version: 2 });
    expect(scene.books('A')).toEqual({ allocated: 3 });
    expect(endOf(scene)).toBe('FULFILLED');
  });

  it('that nobody knows is closed when the CRM has denied it often enough', () => {
    const scene = new Scene({});
    const stray = new Scene({ 'SKU-1': 1 }).order({ 'A SKU-1': 1 });
    pickUnits(stray.warehouse, { ...stray.at('A'), qty: 1 });
    scene.feed(...stray.warehouse.outbox);
    for (let asks = 0; asks < 5; asks += 1) {
      expect(scene.state.closedAt).toBeNull();
      scene.wait(15 * 60_000 * 2 ** asks);
    }
    expect(scene.state.closedAt).not.toBeNull();
    expect(scene.step?.view.stage).toBe('ORPHANED');
    expect(scene.effects.fates.at(-1)).toMatchObject({ state: 'ignored' });
  });

  it('is not closed while the CRM cannot be asked', () => {
    const scene = new Scene({}, failing('ask_crm'));
    scene.feed(scene.facts.task('OPEN'));
    for (let asks = 0; asks < 12; asks += 1) scene.wait(15 * 60_000 * 2 ** asks);
    expect(scene.state.closedAt).toBeNull();
    expect(scene.state.deadLetters).toEqual([]);
  });

  it('whose cancel has overtaken it is cancelled when the CRM is asked for it', () => {
    const scene = new Scene({ 'SKU-1': 9 });
    const lines = askedLines({ 'A SKU-1': 4 });
    scene.answer = (command) =>
      command.kind === 'ask_crm'
        ? {
            type: 'crm_order',
            intent: { version: 1, priority: 'normal', promisedAt: null, lines },
            cancel: { version: 2, reason: null, lines: null },
          }
        : null;
    scene
      .feed(scene.facts.cancelled(2))
      .wait(16 * 60_000)
      .hear();
    expect(scene.books('A')).toEqual({ cancelled: 4 });
    expect(scene.step?.view.stage).toBe('CANCELLED');
  });
});

describe('a task that stands open though it was told to be closed', () => {
  it('is closed with the next update, once', () => {
    const scene = new Scene({ 'SKU-1': 5 }).order({ 'A SKU-1': 5 });
    completePick(scene.warehouse, scene.pick());
    scene.hear();
    expect(scene.tasks.face.status).toBe('COMPLETED');
    scene.tasks.face.status = 'OPEN';
    const units = { 'A SKU-1': 5 };
    scene.feed(scene.facts.updated(2, units, { priority: 'high' }));
    expect(scene.tasks.face).toMatchObject({ status: 'COMPLETED', priority: 'high' });
    scene.answer = ({ kind }) =>
      kind === 'update_task' ? { type: 'task_updated', status: 'OPEN' } : null;
    const before = scene.sent;
    scene.feed(scene.facts.updated(3, units, { priority: 'low' }));
    const kinds = scene.effects.commands.slice(before).map(({ kind }) => kind);
    expect(kinds).toEqual(['update_task', 'update_task']);
  });
});

describe('a CRM that stands elsewhere than we thought', () => {
  it('is taken as it is, and told only the difference', () => {
    const scene = new Scene({ 'SKU-1': 5 }).order({ 'A SKU-1': 5 });
    scene.crm.taken.push({
      ...{ sequence: 1, type: 'PICK.PARTIAL', at: 1, status: 'PARTIALLY_PICKED' },
      ...{ lines: [], backorderId: null, pickId: null },
    });
    scene.crm.lines.set('A', { picked: 2, shipped: 0, backordered: 0, cancelled: 0 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 3 });
    scene.hear();
    expect(scene.told().slice(1)).toEqual(['2 ORDER.UPDATED A picked +1 = 3']);
    expect(endOf(scene)).toBe('FULFILLED');
  });

  it('is taken at its word also of a line that a step knew which was cut off', () => {
    const scene = new Scene({ 'SKU-1': 5 }).order({ 'A SKU-1': 5 });
    scene.crm.taken.push({
      ...{ sequence: 1, type: 'BACKORDER.CREATED', at: 1, status: 'PARTIALLY_ALLOCATED' },
      ...{ lines: [], backorderId: 'BO-1', pickId: null },
    });
    scene.crm.lines.set('B', { picked: 0, shipped: 0, backordered: 4, cancelled: 0 });
    pickUnits(scene.warehouse, { ...scene.at('A'), qty: 3 });
    scene.hear();
    scene.feed(scene.facts.updated(2, { 'A SKU-1': 5, 'B SKU-2': 4 }));
    scene.feed(scene.facts.cancelled(3, ['B']));
    expect(scene.crm.lines.get('B')).toMatchObject({ backordered: 0, cancelled: 4 });
    expect(scene.crm.disagreements).toBe(1);
  });

  it('that never agrees is told no more until a person has looked at it', () => {
    const scene = new Scene({ 'SKU-1': 5 });
    scene.answer = (command) =>
      command.kind === 'tell_crm'
        ? { type: 'crm_disagrees', crm: { sequence: 7, lines: [] } }
        : null;
    scene.order({ 'A SKU-1': 5 });
    finishFloor(scene.warehouse);
    scene.hear();
    expect(scene.state.deadLetters).toMatchObject([{ cause: 'crm disagrees', attempts: 5 }]);
    expect(scene.sent).toBeLessThan(15);
  });
});

describe('a pick under our reference that the order does not know', () => {
  const REFERENCE = pickKey({ connection: 'crm', orderId: 'ORD-1' }, 2, 1);

  /** A step that was cut off had asked for two units more. */
  function sceneWithOrphan(): Scene {
    const scene = new Scene({ 'SKU-1': 9 }).order({ 'A SKU-1': 3 });
    scene.warehouse.request({
      kind: 'request_pick',
      key: REFERENCE,
      priority: 'normal',
      requestedAt: 1,
      lines: askedLines({ 'A SKU-1': 2 }),
    });
    return scene.hear();
  }

  it('is asked about, and cancelled when the order needs nothing of it', () => {
    const scene = sceneWithOrphan();
    scene.wait(0).hear();
    expect(scene.warehouse.picks[1]?.status).toBe('CANCELLED');
    expect(scene.warehouse.picks[0]?.status).toBe('CREATED');
    expect(scene.books('A')).toEqual({ allocated: 3 });
    expect(scene.flags()).toEqual([]);
  });

  it('is used for what the order needs by then', () => {
    const scene = sceneWithOrphan();
    scene.feed(scene.facts.updated(2, { 'A SKU-1': 5 }));
    expect(scene.books('A')).toEqual({ allocated: 3, open: 2 });
    scene.wait(0).hear();
    expect(scene.books('A')).toEqual({ allocated: 5 });
    expect(scene.warehouse.picks).toHaveLength(2);
    expect(endOf(scene)).toBe('FULFILLED');
  });
});
