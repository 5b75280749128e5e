import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditOrder } from '../../src/reconcile/audit-order.ts';
import { compareActionTask } from '../../src/reconcile/compare-action-task.ts';
import { compareCrm } from '../../src/reconcile/compare-crm.ts';
import { comparePick } from '../../src/reconcile/compare-pick.ts';
import { compareTask } from '../../src/reconcile/compare-task.ts';
import type { Drift, LocalOrder } from '../../src/reconcile/drift.ts';
import { completePick } from '../../src/reconcile/remote.ts';
import type { CrmOrder } from '../../src/contracts/crm.ts';
import type { OrderView } from '../../src/contracts/operators.ts';
import { isSettling } from '../../src/reconcile/settling.ts';
import {
  crmOrder,
  orderView,
  pickLine,
  remotePick,
  remoteTask,
  statedIn,
} from '../support/reconcile-records.ts';
import { MINUTE, START } from '../support/reconcile-stage.ts';

const address = { connection: 'crm', orderId: 'O' };
const context = {
  runId: 'R',
  now: START,
  retellMs: 7 * 1440 * MINUTE,
  settlingMs: 2 * MINUTE,
};

function we(change: Partial<OrderView> = {}, times: Partial<LocalOrder> = {}): LocalOrder {
  const view = orderView('O', change);
  const before = START - 30 * MINUTE;
  return { address, view, updatedAt: before, closedAt: null, promisedAt: null, ...times };
}

const crm = (ours: LocalOrder | undefined, order: CrmOrder): Drift[] =>
  compareCrm(ours, { address, crm: order, stated: () => statedIn(order) }, context);
const pick = (ours: LocalOrder | undefined, change = {}, connection = 'wms'): Drift[] => {
  const shown = completePick({ ...remotePick('O'), ...change });
  return comparePick(ours, { address, pick: shown, connection, home: 'wms' }, context);
};
const task = (ours: LocalOrder | undefined, change = {}, connection = 'tasks'): Drift[] => {
  const shown = { task: remoteTask('O', change), connection, home: 'tasks' };
  return compareTask(ours, shown, context);
};

function action(change: Partial<OrderView['actions'][number]>): OrderView['actions'][number] {
  return {
    ...{ action_id: 'A-1', order_id: 'O', connection: 'crm', reason: 'short', detail: '' },
    ...{ lines: [], choices: [], status: 'OPEN', version: 1, due_at: null, escalation: null },
    opened_at: new Date(START).toISOString(),
    ...{ task_id: null, dead_letter_id: null, decision: null, closed_at: null },
    ...change,
  };
}

const classes = (drifts: Drift[]): string[] =>
  drifts.map((drift) => `${drift.class} ${drift.action}`);

describe('an order that all sides tell alike', () => {
  it('shows no drift', () => {
    expect(crm(we(), crmOrder('O'))).toEqual([]);
    expect(pick(we())).toEqual([]);
    expect(task(we())).toEqual([]);
    expect(auditOrder(we(), { stuckMs: 60 * MINUTE }, context)).toEqual([]);
  });
});

describe('against the CRM', () => {
  it('an order that we do not know is D16, handed on as its webhook would have been', () => {
    const [drift] = crm(undefined, crmOrder('O', { version: 3 }));
    expect(drift).toMatchObject({ class: 'D16', action: 'order_created', order: address });
    expect(drift?.inputs).toMatchObject([
      {
        type: 'order_created',
        connection: 'crm',
        eventId: 'recon:crm:O:3',
        version: 3,
        priority: 'high',
        lines: [{ lineId: 'O-1', sku: 'SKU-1', qty: 3 }],
      },
    ]);
  });

  it('a shell that nobody announced is given its order', () => {
    expect(classes(crm(we({ version: 0 }), crmOrder('O')))).toEqual(['D16 order_created']);
  });

  it('a newer version is D16, an older or equal one is nothing', () => {
    const [drift] = crm(we(), crmOrder('O', { version: 2 }));
    expect(drift?.inputs).toMatchObject([
      { type: 'order_updated', eventId: 'recon:crm:O:2', version: 2 },
    ]);
    expect(crm(we({ version: 3 }), crmOrder('O', { version: 2 }))).toEqual([]);
  });

  it('a cancel is D17, with the list before it when that was missed too', () => {
    const cancellation = { version: 2, lines: ['O-1'], reason: 'no more' };
    const [drift] = crm(we(), { ...crmOrder('O', { version: 2 }), cancellation });
    expect(drift).toMatchObject({ class: 'D17', action: 'order_cancelled' });
    expect(drift?.inputs).toMatchObject([
      { type: 'order_cancelled', version: 2, lines: ['O-1'], reason: 'no more' },
    ]);
    const later = { ...cancellation, version: 3, lines: null };
    const [both] = crm(we(), { ...crmOrder('O', { version: 3 }), cancellation: later });
    expect(both?.inputs).toMatchObject([
      { type: 'order_updated', version: 2 },
      { type: 'order_cancelled', version: 3, lines: null },
    ]);
  });

  it('a second cancel in a row is no raise of what the first has cancelled', () => {
    const cancellation = { version: 3, list_version: 1, lines: null, reason: null };
    const [drift] = crm(we({ version: 2 }), { ...crmOrder('O', { version: 3 }), cancellation });
    expect(drift?.inputs.map(({ type }) => type)).toEqual(['order_cancelled']);
  });

  it('a cancel that a later version has overtaken is not asked for again', () => {
    const cancellation = { version: 2, lines: null, reason: null };
    const [drift] = crm(we(), { ...crmOrder('O', { version: 3 }), cancellation });
    expect(drift?.inputs).toMatchObject([{ type: 'order_updated', version: 3 }]);
  });

  it('a CRM that does not say what it cancels is for a person', () => {
    const asked = crmOrder('O', { version: 2, status: 'CANCEL_REQUESTED' });
    expect(classes(crm(we(), asked))).toEqual(['D17 human']);
  });

  it('a version after the end is D20, for a person', () => {
    const closed = we({ stage: 'FULFILLED' }, { closedAt: START });
    expect(classes(crm(closed, crmOrder('O', { version: 2 })))).toEqual(['D20 human']);
  });

  it('a value that no rule maps is D23 and reaches the order as such', () => {
    const [drift] = crm(undefined, crmOrder('O', { customer: { account_priority: 'diamond' } }));
    expect(drift).toMatchObject({ class: 'D23', action: 'event_unmapped' });
  });

  it('a cancel of a list that no rule maps is obeyed all the same', () => {
    const customer = { account_priority: 'diamond' };
    const cancellation = { version: 2, lines: null, reason: null };
    const [drift] = crm(we(), { ...crmOrder('O', { version: 2, customer }), cancellation });
    expect(drift).toMatchObject({ class: 'D17', inputs: [{ type: 'order_cancelled' }] });
    const [both] = crm(undefined, { ...crmOrder('O', { version: 2, customer }), cancellation });
    expect(both).toMatchObject({
      class: 'D23',
      inputs: [{ type: 'event_unmapped', code: 'MAP_ENUM' }, { type: 'order_cancelled' }],
    });
  });

  it('what it wants is read only when that is news', () => {
    const stated = (): never => {
      throw new Error('it was read');
    };
    const shown = { address, crm: crmOrder('O', { sequence: 2 }), stated };
    expect(compareCrm(we(), shown, context)).toEqual([]);
    expect(() => compareCrm(undefined, shown, context)).toThrow('it was read');
  });

  it('totals that differ from what we told are D18', () => {
    const [line] = we().view.lines;
    const shipped = we({
      lines: line === undefined ? [] : [{ ...line, allocated: 0, shipped: 3 }],
    });
    const [drift] = crm(shipped, crmOrder('O', { sequence: 4 }));
    expect(drift).toMatchObject({
      class: 'D18',
      action: 'reconcile_asked',
      weSay: 'O-1 shipped 3',
      theySay: 'O-1 shipped 0 at event 4',
    });
    const asked = { ...shipped.view, actions: [action({ dead_letter_id: 'DL-1' })] };
    expect(classes(crm({ ...shipped, view: asked }, crmOrder('O')))).toEqual(['D18 human']);
  });
});

describe('an order that has ended, and a CRM that has lost what it was told of it', () => {
  const [line] = we().view.lines;
  const lines = line === undefined ? [] : [{ ...line, allocated: 0, shipped: 2, cancelled: 1 }];
  const ended = (closedAt: number): LocalOrder =>
    we({ lines, headline: 'FULFILLED' }, { closedAt });

  it('is D18: the difference is told under the sequence that the CRM waits for', () => {
    const [drift] = crm(ended(START - 60 * MINUTE), crmOrder('O', { sequence: 2 }));
    expect(drift).toMatchObject({ class: 'D18', action: 'tell_crm', inputs: [] });
    expect(drift?.act).toEqual({
      kind: 'tell_crm',
      notice: {
        ...{ sequence: 3, type: 'ORDER.UPDATED', at: START - 60 * MINUTE, status: 'FULFILLED' },
        ...{ backorderId: null, pickId: null },
        lines: [
          { lineId: 'O-1', sku: 'SKU-1', bucket: 'shipped', delta: 2, cumulative: 2 },
          { lineId: 'O-1', sku: 'SKU-1', bucket: 'cancelled', delta: 1, cumulative: 1 },
        ],
      },
    });
  });

  it('is for a person long after its end', () => {
    expect(classes(crm(ended(START - 8 * 1440 * MINUTE), crmOrder('O')))).toEqual(['D18 human']);
  });
});

describe('against the warehouse', () => {
  it('a request that we think unanswered and that is there is D2', () => {
    const [ours] = we().view.picks;
    const unsure = we({ picks: ours === undefined ? [] : [{ ...ours, pick_id: null, lines: [] }] });
    expect(classes(pick(unsure))).toEqual(['D2 reconcile_asked']);
  });

  it('a pick under our reference that we do not know is D3, and for a person once closed', () => {
    const orphan = { pick_id: 'P-X', reference: 'pick:O:7:1', sequence: 4 };
    const [drift] = pick(we(), orphan);
    expect(drift?.inputs).toMatchObject([
      { type: 'pick_reported', pickId: 'P-X', reference: 'pick:O:7:1', sequence: 4 },
    ]);
    expect(classes(pick(we({}, { closedAt: START }), orphan))).toEqual(['D3 human']);
    expect(classes(pick(undefined))).toEqual(['D3 pick_reported']);
  });

  it('another pick under one of our references is D4', () => {
    const twin = (change = {}): string[] => classes(pick(we(), { pick_id: 'P-TWIN', ...change }));
    expect(twin()).toEqual(['D4 cancel_pick']);
    expect(twin({ lines: [pickLine('O', { allocated: 2, picked: 1 })] })).toEqual(['D4 human']);
    expect(twin({ status: 'CANCELLED' })).toEqual([]);
    expect(twin({ updated_at: new Date(START - MINUTE).toISOString() })).toEqual(['D4 confirm']);
  });

  it('a pick that went on is D5', () => {
    const lines = [pickLine('O', { allocated: 1, picked: 2 })];
    const [drift] = pick(we(), { status: 'PARTIAL', sequence: 4, lines });
    expect(drift).toMatchObject({
      class: 'D5',
      action: 'reconcile_asked',
      weSay: 'CREATED: O-1 allocated 3',
      theySay: 'PARTIAL: O-1 allocated 1 picked 2 at event 4',
    });
    expect(classes(pick(we(), { status: 'ASSIGNED' }))).toEqual(['D5 reconcile_asked']);
  });

  it('a pick that shows less than it told is D6: looked at again, then for a person', () => {
    const [ours] = we().view.picks;
    const ahead = { status: 'PARTIAL', lines: [pickLine('O', { allocated: 0, picked: 3 })] };
    const picks = ours === undefined ? [] : [{ ...ours, ...ahead }];
    expect(classes(pick(we({ picks }), { status: 'PARTIAL' }))).toEqual(['D6 reconcile_asked']);
    expect(classes(pick(we({ picks, flags: ['DRIFT'] }), { status: 'PARTIAL' }))).toEqual([
      'D6 human',
    ]);
    const ended = ours === undefined ? [] : [{ ...ours, status: 'COMPLETED' }];
    expect(classes(pick(we({ picks: ended })))).toEqual(['D6 reconcile_asked']);
  });

  it('a pick under our reference in another warehouse than the order’s is for a person', () => {
    const elsewhere = { pick_id: 'P-X', reference: 'pick:O:7:1', sequence: 4 };
    expect(classes(pick(we(), elsewhere, 'acme'))).toEqual(['D3 human']);
    expect(pick(we(), { ...elsewhere, status: 'CANCELLED' }, 'acme')).toEqual([]);
    expect(pick(we(), {}, 'acme')).toEqual([]);
    expect(classes(pick(we(), { reference: 'pick:O:9:1' }, 'acme'))).toEqual(['D3 human']);
  });

  it('a pick that changed after the order ended is D20', () => {
    const lines = [pickLine('O', { allocated: 0, picked: 3 })];
    expect(classes(pick(we({}, { closedAt: START }), { lines }))).toEqual(['D20 human']);
  });
});

describe('against a warehouse that knows lines by their SKU, and numbers nothing', () => {
  const { line_id: _, ...bare } = pickLine('O');
  const vague = { sequence: undefined, updated_at: undefined };
  const twoLines = (): LocalOrder => {
    const [ours] = we().view.picks;
    const lines = [pickLine('O', { allocated: 1, requested: 1 }), pickLine('O')];
    const named = lines.map((line, index) => ({ ...line, line_id: `O-${index + 1}` }));
    return we({ picks: ours === undefined ? [] : [{ ...ours, lines: named }] });
  };

  it('finds nothing where the totals of a SKU are what ours are together', () => {
    expect(pick(we(), { ...vague, lines: [bare] })).toEqual([]);
    const sum = { ...bare, requested: 4, allocated: 4 };
    expect(pick(twoLines(), { ...vague, lines: [sum] })).toEqual([]);
    const split = [
      { ...bare, allocated: 2 },
      { ...bare, allocated: 2 },
    ];
    expect(pick(twoLines(), { ...vague, lines: split })).toEqual([]);
  });

  it('finds a SKU that is ahead, behind, or not ours, and says so by the SKU', () => {
    const [ahead] = pick(twoLines(), { lines: [{ ...bare, allocated: 3, picked: 1 }] });
    expect(ahead).toMatchObject({ class: 'D5', theySay: expect.stringContaining('SKU-1 alloc') });
    const picked = we().view.picks.map((one) => ({
      ...one,
      lines: [pickLine('O', { allocated: 0, picked: 3 })],
    }));
    expect(classes(pick(we({ picks: picked }), { lines: [bare] }))).toEqual(['D6 reconcile_asked']);
    expect(classes(pick(we(), { lines: [{ ...bare, sku: 'SKU-9' }] }))).toEqual([
      'D6 reconcile_asked',
    ]);
  });

  it('tells another state apart without a number', () => {
    const subject = (change: object): string | undefined =>
      pick(we(), { ...vague, ...change })[0]?.key;
    const some = subject({ lines: [{ ...bare, allocated: 2, picked: 1 }] });
    const more = subject({ lines: [{ ...bare, allocated: 1, picked: 2 }] });
    expect(some).toBeDefined();
    expect(some).not.toBe(more);
  });

  it('has an order look at a pick that it does not know', () => {
    const orphan = { ...vague, pick_id: 'P-X', reference: 'pick:O:7:1', lines: [bare] };
    const [drift] = pick(we(), orphan);
    expect(drift).toMatchObject({ class: 'D3', action: 'pick_touched' });
    expect(drift?.inputs).toMatchObject([
      { type: 'pick_touched', pickId: 'P-X', reference: 'pick:O:7:1' },
    ]);
  });

  it('leaves a second pick whose age nobody tells to a person', () => {
    expect(classes(pick(we(), { ...vague, pick_id: 'P-TWIN' }))).toEqual(['D4 human']);
  });
});

describe('against the task manager', () => {
  it('a second task of the order is D4', () => {
    expect(classes(task(we(), { task_id: 'T-TWIN' }))).toEqual(['D4 close_task']);
    expect(task(we(), { task_id: 'T-TWIN', status: 'CANCELLED' })).toEqual([]);
    expect(classes(task(we(), { task_id: 'T-TWIN', assignee: 'amy' }))).toEqual(['D4 human']);
    expect(classes(task(we(), { task_id: 'T-TWIN' }, 'other-tasks'))).toEqual(['D4 human']);
  });

  it('a task of a question that is unknown, closed or asked elsewhere is D4', () => {
    const asks = (actions: OrderView['actions'], change = {}, connection = 'tasks'): string[] => {
      const asking = remoteTask('O', {
        ...{ task_id: 'T-ASK', task_type: 'human_action', metadata: { action_id: 'A-1' } },
        ...change,
      });
      const shown = { task: asking, connection, home: 'tasks' };
      return classes(compareActionTask(we({ actions }), shown, context));
    };
    const open = action({ task_id: 'T-ASK' });
    expect(asks([open])).toEqual([]);
    expect(asks([action({ task_id: null })])).toEqual([]);
    expect(asks([])).toEqual(['D4 close_task']);
    expect(asks([{ ...open, status: 'RESOLVED', closed_at: open.opened_at }])).toEqual([
      'D4 close_task',
    ]);
    expect(asks([action({ task_id: 'T-OTHER' })])).toEqual(['D4 close_task']);
    expect(asks([], { status: 'COMPLETED' })).toEqual([]);
    expect(asks([], {}, 'other-tasks')).toEqual(['D4 human']);
  });

  it('a status that we have not heard of is D5', () => {
    expect(classes(task(we(), { status: 'ASSIGNED' }))).toEqual(['D5 task_reported']);
  });

  it('a task closed while there is work is D13: told once, then for a person', () => {
    const [drift] = task(we(), { status: 'COMPLETED' });
    expect(drift).toMatchObject({ class: 'D13', action: 'task_reported' });
    const heard = we({ task: { task_id: 'T-O', status: 'COMPLETED' } });
    expect(classes(task(heard, { status: 'COMPLETED' }))).toEqual(['D13 human']);
  });

  it('fields of ours that somebody edited are D14, whoever is assigned is not', () => {
    const [drift] = task(we({}, { promisedAt: START }), { priority: 'low' });
    expect(drift).toMatchObject({
      class: 'D14',
      action: 'reconcile_asked',
      weSay: `T-O: priority high, due_date ${new Date(START).toISOString()}`,
      theySay: 'T-O: priority low, due_date none',
    });
    expect(classes(task(we(), { metadata: { pick_ids: [] } }))).toEqual(['D14 reconcile_asked']);
    expect(task(we(), { assignee: 'somebody' })).toEqual([]);
  });
});

describe('our own books', () => {
  it('a line whose units do not sum to what was ordered is D8', () => {
    const [line] = we().view.lines;
    const broken = we({ lines: line === undefined ? [] : [{ ...line, allocated: 2 }] });
    const [drift] = auditOrder(broken, { stuckMs: 60 * MINUTE }, context);
    expect(drift).toMatchObject({
      class: 'D8',
      weSay: 'O-1: ordered 3',
      theySay: 'O-1: buckets 2',
    });
  });

  it('a closed order with units under way is D8, for a person', () => {
    const [drift] = auditOrder(we({}, { closedAt: START }), { stuckMs: 1 }, context);
    expect(drift).toMatchObject({ class: 'D8', action: 'human' });
  });

  it('a silent order is D19, but not one that waits for stock or for a person', () => {
    expect(classes(auditOrder(we(), { stuckMs: MINUTE }, context))).toEqual([
      'D19 reconcile_asked',
    ]);
    expect(auditOrder(we({ stage: 'WAITING' }), { stuckMs: MINUTE }, context)).toEqual([]);
    expect(auditOrder(we({ stage: 'NEEDS_ACTION' }), { stuckMs: MINUTE }, context)).toEqual([]);
  });

  it('any line whose buckets sum to what was ordered is in order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 8, maxLength: 8 }), (units) => {
        const [open = 0, requested = 0, allocated = 0, picked = 0] = units;
        const [, , , , shipped = 0, backordered = 0, cancelled = 0, substitutedOut = 0] = units;
        const buckets = { open, requested, allocated, picked, shipped, backordered, cancelled };
        const ordered = units.reduce((sum, one) => sum + one, 0);
        const line = {
          ...{ line_id: 'O-1', sku: 'SKU-1', ordered, over: 0 },
          ...{ ...buckets, substituted_out: substitutedOut },
        };
        const audited = (change: number): Drift[] =>
          auditOrder(
            we({ lines: [{ ...line, ordered: ordered + change }] }),
            { stuckMs: 60 * MINUTE },
            context,
          );
        expect(audited(0)).toEqual([]);
        expect(classes(audited(1))).toEqual(['D8 reconcile_asked']);
      }),
    );
  });
});

describe('an order in motion', () => {
  const at = { now: START, settlingMs: 2 * MINUTE };

  it('is left alone within its settling time, and while a command of its own is out', () => {
    expect(isSettling(we(), at)).toBe(false);
    expect(isSettling(we({}, { updatedAt: START - MINUTE }), at)).toBe(true);
    expect(isSettling(we({ in_flight: 1 }), at)).toBe(true);
    expect(isSettling(undefined, at)).toBe(false);
  });
});
