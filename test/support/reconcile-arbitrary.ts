import fc from 'fast-check';
import type { CrmOrder } from '../../src/contracts/crm.ts';
import type { OrderView } from '../../src/contracts/operators.ts';
import type { Pick } from '../../src/contracts/picks.ts';
import type { Task } from '../../src/contracts/tasks.ts';
import { crmOrder, orderView, remotePick, remoteTask } from './reconcile-records.ts';

/** Texts that look like parts of a stored view, or are written otherwise than they are read. */
const TRICKY = [
  '"',
  '\\',
  '\\"',
  '{"pick_id":"P1","reference":"',
  '],"task":null,"picks":[',
  ',"in_flight":0,"waits_for":[',
  ',"lines":[],"task":',
  '\ud800',
  '\u2028',
  'é/ü',
];

export const plainId = fc.constantFrom('A', 'B', 'C', 'L-1', 'é/ü', '{,"x":');
export const trickyId = fc.oneof(plainId, fc.constantFrom(...TRICKY), fc.string({ maxLength: 6 }));

const units = fc.integer({ min: 0, max: 2 });
const PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const;
const STATUSES = ['CREATED', 'PARTIAL', 'COMPLETED', 'CANCELLED'] as const;
export const TASK_STATUSES = ['OPEN', 'ASSIGNED', 'COMPLETED', 'CANCELLED'] as const;

const totals = { allocated: units, picked: units, shipped: units, cancelled: units };

const orderLine = (id: fc.Arbitrary<string>) =>
  fc.record({
    ...{ line_id: id, sku: id, ordered: units, open: units, requested: units, ...totals },
    ...{ backordered: units, substituted_out: units, over: units },
  });

const pickLine = (id: fc.Arbitrary<string>) =>
  fc.record({ line_id: id, sku: id, requested: units, ...totals, short: units });

const pickOf = (id: fc.Arbitrary<string>) =>
  fc.record({
    pick_id: fc.option(id),
    reference: id,
    status: fc.constantFrom(...STATUSES),
    lines: fc.array(pickLine(id), { maxLength: 3 }),
  });

/** A question has texts and lines of its own. */
const actionOf = (id: fc.Arbitrary<string>): fc.Arbitrary<OrderView['actions'][number]> =>
  fc.record({ detail: id, line: id, missing: units }).map(({ detail, line, missing }) => ({
    ...{ action_id: 'A-1', order_id: 'O', connection: 'crm', reason: 'short', detail },
    lines: [{ line_id: line, sku: line, missing }],
    ...{ choices: [], status: 'OPEN', version: 1, opened_at: '2026-03-01T12:00:00.000Z' },
    ...{ due_at: null, escalation: null, task_id: line, dead_letter_id: null, decision: null },
    closed_at: null,
  }));

/** Random views, whose keys stand in the order in which `viewOf` writes them. */
export function arbitraryView(id: fc.Arbitrary<string>): fc.Arbitrary<OrderView> {
  const inOrder = orderView('O');
  return fc
    .record({
      version: fc.constantFrom(0, 1, 2, 12),
      flags: fc.array(id, { maxLength: 2 }),
      priority: fc.constantFrom(...PRIORITIES),
      lines: fc.array(orderLine(id), { maxLength: 3 }).map((lines) => lines.map(lineInOrder)),
      task: fc.option(fc.record({ task_id: id, status: fc.constantFrom(...TASK_STATUSES) })),
      picks: fc.array(pickOf(id), { maxLength: 3 }).map((picks) => picks.map(pickInOrder)),
      actions: fc.array(actionOf(id), { maxLength: 1 }),
      in_flight: fc.constantFrom(0, 1, 10),
      waits_for: fc.array(id, { maxLength: 2 }),
      mapping_bundle: id,
    })
    .map((change) => ({ ...inOrder, ...change }));
}

/** A record of fast-check has its keys in the order of the spread. */
function lineInOrder(line: OrderView['lines'][number]): OrderView['lines'][number] {
  const { line_id, sku, ordered, open, requested, allocated, picked, shipped } = line;
  const { backordered, cancelled, substituted_out, over } = line;
  return {
    ...{ line_id, sku, ordered, open, requested, allocated, picked, shipped },
    ...{ backordered, cancelled, substituted_out, over },
  };
}

function pickInOrder(pick: OrderView['picks'][number]): OrderView['picks'][number] {
  return {
    ...pick,
    lines: pick.lines.map((line) => {
      const { line_id, sku, requested, allocated, picked, shipped, short, cancelled } = line;
      return { line_id, sku, requested, allocated, picked, shipped, short, cancelled };
    }),
  };
}

const change = fc.constantFrom(0, 0, 0, 0, 1);

/** The CRM's side of a view, which may differ in what is compared. */
export function arbitraryCrmOrder(view: OrderView): fc.Arbitrary<CrmOrder> {
  return fc
    .record({ version: fc.constantFrom(0, 0, 0, 1, -1), by: fc.array(change, { minLength: 9 }) })
    .map(({ version, by }) =>
      crmOrder('O', {
        version: Math.max(1, view.version + version),
        lines: view.lines.map((line, index) => ({
          ...{ line_id: line.line_id, sku: line.sku, ordered: line.ordered },
          picked: line.picked + (by[index * 3] ?? 0),
          shipped: line.shipped + (by[index * 3 + 1] ?? 0),
          backordered: line.backordered,
          cancelled: line.cancelled + (by[index * 3 + 2] ?? 0),
        })),
      }),
    );
}

/** The warehouse's side of one of the view's picks, which may differ in what is compared. */
export function arbitraryPick(ours: OrderView['picks'][number]): fc.Arbitrary<Pick> {
  const status = fc.constantFrom(...STATUSES);
  return fc
    .record({ status: fc.option(status), by: fc.array(change, { minLength: 15 }) })
    .map(({ status: other, by }) =>
      remotePick('O', {
        pick_id: ours.pick_id ?? 'none',
        reference: ours.reference,
        status: other ?? STATUSES.find((one) => one === ours.status) ?? 'CREATED',
        lines: ours.lines.map((line, index) => ({
          ...line,
          allocated: line.allocated + (by[index * 5] ?? 0),
          picked: line.picked + (by[index * 5 + 1] ?? 0),
          shipped: line.shipped + (by[index * 5 + 2] ?? 0),
          short: line.short + (by[index * 5 + 3] ?? 0),
          cancelled: line.cancelled + (by[index * 5 + 4] ?? 0),
        })),
      }),
    );
}

const shownAs = (ids: string[]) => ({
  same: { pick_ids: ids },
  none: {},
  more: { pick_ids: [...ids, 'A'] },
  fewer: { pick_ids: ids.slice(1) },
  others: { pick_ids: ids.toReversed() },
});

/** The task manager's side of a view's task, which may differ in what is compared. */
export function arbitraryTask(
  view: OrderView,
  { taskId, due }: { taskId: string; due: number | null },
): fc.Arbitrary<Task> {
  const ids = view.picks.flatMap((pick) => pick.pick_id ?? []);
  return fc
    .record({
      status: fc.option(fc.constantFrom(...TASK_STATUSES)),
      priority: fc.option(fc.constantFrom(...PRIORITIES), { freq: 1 }),
      moved: change,
      shown: fc.constantFrom('same', 'same', 'same', 'none', 'more', 'fewer', 'others'),
    })
    .map((other) =>
      remoteTask('O', {
        task_id: taskId,
        status: other.status ?? TASK_STATUSES.find((one) => one === view.task?.status) ?? 'OPEN',
        priority: other.priority ?? view.priority,
        due_date: due === null ? null : new Date(due + other.moved).toISOString(),
        metadata: shownAs(ids)[other.shown],
      }),
    );
}
