import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderView } from '../../src/contracts/operators.ts';
import { viewOf } from '../../src/domain/view.ts';
import { crmAgrees, pickAgrees, taskAgrees } from '../../src/reconcile/agreement.ts';
import { compareCrm } from '../../src/reconcile/compare-crm.ts';
import { comparePick } from '../../src/reconcile/compare-pick.ts';
import { compareTask } from '../../src/reconcile/compare-task.ts';
import type { LocalOrder } from '../../src/reconcile/drift.ts';
import { bundleOf } from '../../src/reconcile/homes.ts';
import { completePick, isEndedTask } from '../../src/reconcile/remote.ts';
import {
  bundleIn,
  hasPriority,
  isQuiet,
  picksIn,
  taskIn,
  toldLinesIn,
  versionIn,
} from '../../src/reconcile/view-text.ts';
import {
  arbitraryCrmOrder,
  arbitraryPick,
  arbitraryTask,
  arbitraryView,
  plainId,
  trickyId,
} from '../support/reconcile-arbitrary.ts';
import { PickRecordSchema } from '../../src/vocabulary/picks.ts';
import { Scene } from '../support/domain-scene.ts';
import { orderView, remotePick, statedIn } from '../support/reconcile-records.ts';
import { MINUTE, START } from '../support/reconcile-stage.ts';

const RUNS = 2000;
const address = { connection: 'crm', orderId: 'O' };
const context = {
  runId: 'R',
  now: START,
  retellMs: 7 * 1440 * MINUTE,
  settlingMs: 2 * MINUTE,
};

function stored(view: OrderView, times: Partial<LocalOrder> = {}): LocalOrder {
  const viewText = JSON.stringify(view);
  const before = START - 30 * MINUTE;
  return { address, view, viewText, updatedAt: before, closedAt: null, promisedAt: null, ...times };
}

/** What each reader tells of a view, and what the parsed view tells. */
function tellings(view: OrderView): [read: unknown, parsed: unknown][] {
  const text = JSON.stringify(view);
  const { task, picks, lines } = view;
  return [
    [versionIn(text), view.version],
    [taskIn(text), task && { taskId: task.task_id, status: task.status }],
    [
      picksIn(text),
      picks.map(({ pick_id: pickId, reference, status }) => ({ pickId, reference, status })),
    ],
    [bundleIn(text), view.mapping_bundle],
    [
      toldLinesIn(text),
      lines.map((line) => {
        const { line_id: lineId, picked, shipped, cancelled } = line;
        return { lineId, picked, shipped, cancelled };
      }),
    ],
  ];
}

describe('what is read of a stored view without parsing it', () => {
  it('is what the parsed view says, whatever its texts are', () => {
    fc.assert(
      fc.property(arbitraryView(trickyId), trickyId, (view, priority) => {
        for (const [read, parsed] of tellings(view))
          if (read !== undefined) expect(read).toEqual(parsed);
        expect(isQuiet(JSON.stringify(view))).toBe(view.in_flight === 0);
        expect(hasPriority(JSON.stringify(view), view.priority)).toBe(true);
        expect(hasPriority(JSON.stringify(view), priority)).toBe(priority === view.priority);
      }),
      { numRuns: RUNS },
    );
  });

  it('is read at once when no text is written with an escape', () => {
    fc.assert(
      fc.property(arbitraryView(plainId), (view) => {
        const escaped = JSON.stringify(view).includes('\\');
        for (const [read, parsed] of tellings(view)) {
          if (!escaped) expect(read).toEqual(parsed);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('is read at once as the worker writes it', () => {
    const { state } = new Scene({ 'SKU-1': 2 }).order({ 'A SKU-1': 2, 'B SKU-2': 1 });
    const view = viewOf(state);
    expect(view.picks).toHaveLength(1);
    for (const [read, parsed] of tellings(view)) expect(read).toEqual(parsed);
    const text = JSON.stringify(view);
    expect([isQuiet(text), hasPriority(text, view.priority)]).toEqual([true, true]);
    const pick = completePick(PickRecordSchema.parse({ ...remotePick('O'), ...view.picks[0] }));
    expect(bundleOf(stored(view))).toBe(view.mapping_bundle);
    expect(pickAgrees(stored(view), pick)).toBe(true);
  });

  it('is left to the parser when the text is written otherwise', () => {
    const spaced = JSON.stringify(orderView('O'), null, 1);
    expect([versionIn, taskIn, toldLinesIn].map((read) => read(spaced))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(isQuiet(spaced)).toBe(false);
    const [line] = orderView('O').lines;
    const negative = orderView('O', { lines: line === undefined ? [] : [{ ...line, picked: -1 }] });
    expect(toldLinesIn(JSON.stringify(negative))).toBeUndefined();
    const picks = orderView('O').picks.map(({ pick_id, ...rest }) => ({ ...rest, pick_id }));
    expect(picksIn(JSON.stringify(orderView('O', { picks })))).toBeUndefined();
    expect(picksIn(spaced)).toBeUndefined();
  });
});

describe('a record that agrees with the text of a view', () => {
  const ids = [
    ['plain', plainId],
    ['tricky', trickyId],
  ] as const;

  it.each(ids)('is an order of the CRM in which comparing finds nothing (%s texts)', (_, id) => {
    const found = { agrees: 0, differs: 0 };
    const pairs = arbitraryView(id).chain((view) =>
      fc.tuple(fc.constant(view), arbitraryCrmOrder(view)),
    );
    fc.assert(
      fc.property(pairs, ([view, crm]) => {
        const we = stored(view);
        const nothing =
          compareCrm(we, { address, crm, stated: () => statedIn(crm) }, context).length === 0;
        const agrees = crmAgrees(we, crm);
        found[agrees ? 'agrees' : 'differs'] += 1;
        if (agrees) expect(nothing).toBe(true);
        else if (readable(view)) expect(nothing).toBe(false);
      }),
      { numRuns: RUNS },
    );
    expect(Math.min(found.agrees, found.differs)).toBeGreaterThan(RUNS / 50);
  });

  it.each(ids)('is a pick in which comparing finds nothing (%s texts)', (_, id) => {
    const found = { agrees: 0, differs: 0 };
    const pairs = arbitraryView(id)
      .filter((view) => view.picks.length > 0)
      .chain((view) =>
        fc.tuple(
          fc.constant(view),
          fc.constantFrom(...view.picks).chain((ours) => arbitraryPick(ours)),
        ),
      );
    fc.assert(
      fc.property(pairs, ([view, record]) => {
        const we = stored(view);
        const pick = completePick(record);
        const shown = { address, pick, connection: 'wms', home: 'wms' };
        const nothing = comparePick(we, shown, context).length === 0;
        const agrees = pickAgrees(we, pick);
        found[agrees ? 'agrees' : 'differs'] += 1;
        if (agrees) expect(nothing).toBe(true);
        else if (view.version > 0 && oneOf(view, pick.pick_id)) expect(nothing).toBe(false);
      }),
      { numRuns: RUNS },
    );
    expect(Math.min(found.agrees, found.differs)).toBeGreaterThan(RUNS / 50);
  });

  it.each(ids)('is a task in which comparing finds nothing (%s texts)', (_, id) => {
    const found = { agrees: 0, differs: 0 };
    const pairs = arbitraryView(id).chain((view) => {
      const taskId = fc.oneof(id, fc.constant(view.task?.task_id ?? 'none'));
      const times = fc.record({
        closedAt: fc.constantFrom(null, null, START),
        promisedAt: fc.constantFrom(null, START),
      });
      return fc.tuple(
        fc.constant(view),
        times,
        fc
          .tuple(times, taskId)
          .chain(([{ promisedAt: due }, one]) => arbitraryTask(view, { taskId: one, due })),
      );
    });
    fc.assert(
      fc.property(pairs, ([view, times, task]) => {
        const we = stored(view, times);
        const shown = { task, connection: 'tasks', home: 'tasks' };
        const nothing = compareTask(we, shown, context).length === 0;
        const agrees = taskAgrees(we, task);
        found[agrees ? 'agrees' : 'differs'] += 1;
        if (agrees) expect(nothing).toBe(true);
        else if (plainTask(view, task.task_id) && (times.closedAt !== null || !isEndedTask(task))) {
          expect(nothing).toBe(false);
        }
      }),
      { numRuns: RUNS },
    );
    expect(Math.min(found.agrees, found.differs)).toBeGreaterThan(RUNS / 50);
  });

  it('is never one of an order whose view is not at hand', () => {
    const { viewText: _, ...we } = stored(orderView('O'));
    const pick = completePick(remotePick('O'));
    expect(pickAgrees(we, pick)).toBe(false);
    expect(pickAgrees(stored(orderView('O')), pick)).toBe(true);
  });
});

/** The lines of a view that a reader takes, and that comparing tells apart. */
function readable(view: OrderView): boolean {
  const ids = view.lines.map((line) => line.line_id);
  const plain = !ids.some((id) => JSON.stringify(id).includes('\\'));
  const skus = !view.lines.some(({ sku }) => JSON.stringify(sku).includes('\\'));
  return plain && skus && new Set(ids).size === ids.length;
}

function oneOf(view: OrderView, pickId: string): boolean {
  const [ours, ...more] = view.picks.filter((pick) => pick.pick_id === pickId);
  const ids = ours?.lines.map((line) => line.line_id) ?? [];
  return ours !== undefined && more.length === 0 && new Set(ids).size === ids.length;
}

function plainTask(view: OrderView, taskId: string): boolean {
  const escaped = JSON.stringify([view.task, view.picks]).includes('\\');
  return !escaped && view.task?.task_id === taskId;
}
