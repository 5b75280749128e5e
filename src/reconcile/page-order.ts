import type { OrderAddress } from '../domain/ids.ts';
import { compareCrm } from './compare-crm.ts';
import { comparePick } from './compare-pick.ts';
import { auditOrder } from './audit-order.ts';
import { compareAnyTask, orderOfPick } from './listing-records.ts';
import { lookFor, shelfOf } from './page-absences.ts';
import type { RemotePage, Unread } from './read-remote.ts';
import {
  addDrifts,
  contextOf,
  emptyDraft,
  noteUnread,
  type Draft,
  type PageDone,
  type PageInput,
  type RunDeps,
} from './run-deps.ts';
import type { System } from './phases.ts';

/** One order, held against everything at once; whoever asks for it does not wait for it to settle. */
export async function orderPage(deps: RunDeps, { run }: PageInput): Promise<PageDone> {
  const draft = emptyDraft();
  const address = {
    connection: run.scopeConnection ?? deps.names.crm,
    orderId: run.scopeOrderId ?? '',
  };
  const asked = { deps, address, draft, runId: run.runId };
  const crmKnows = await compareWithCrm(asked);
  const shown = [...(await compareWithPicks(asked)), ...(await compareWithTasks(asked))];
  const we = deps.book.order(address);
  draft.scanned += we === undefined ? 0 : 1;
  if (we === undefined && !crmKnows && draft.drifts.length === 0) {
    return { draft, next: null, failed: unknownOrder(address, draft) };
  }
  if (we === undefined || we.closedAt !== null) return { draft, next: null };
  addDrifts(draft, auditOrder(we, deps.settings, contextOf(deps, run.runId)));
  const { picks, task } = we.view;
  const expected = [
    ...picks.flatMap(({ pick_id: id }) => (id === null ? [] : [{ system: 'wms' as const, id }])),
    ...(task === null ? [] : [{ system: 'tasks' as const, id: task.task_id }]),
  ].filter(
    ({ system, id }) => !(`unread_${system}` in draft.brakes) && !shown.includes(`${system}/${id}`),
  );
  const shelf = shelfOf(deps, run.runId, expected);
  await lookFor(deps, { we, expected, run, draft, shelf });
  if (draft.drifts.length === 0 && Object.keys(draft.brakes).length === 0) {
    draft.verified.push(`${address.connection}/${address.orderId}`);
  }
  return { draft, next: null };
}

interface Asked {
  deps: RunDeps;
  address: OrderAddress;
  draft: Draft;
  runId: string;
}

function unknownOrder({ connection, orderId }: OrderAddress, { brakes }: Draft): string {
  const unread = Object.values(brakes).map(String).join(', ');
  return unread === ''
    ? `No order ${orderId} of ${connection}: neither our books nor the CRM know it. Look at its id and connection.`
    : `No order ${orderId} of ${connection} in our books, and the other systems could not be asked: ${unread}.`;
}

/** Whether the CRM has the order. */
async function compareWithCrm({ deps, address, draft, runId }: Asked): Promise<boolean> {
  const answer = await deps.remote.order(address.orderId);
  if ('unread' in answer) {
    noteUnread(draft, 'crm', answer.unread);
    return false;
  }
  if (answer.found === null) return false;
  draft.scanned += 1;
  const we = deps.book.order(address);
  const remote = { address, crm: answer.found };
  addDrifts(draft, compareCrm(we, remote, contextOf(deps, runId)));
  return true;
}

/** Compares the order's picks; answers which remote records were shown. */
async function compareWithPicks({ deps, address, draft, runId }: Asked): Promise<string[]> {
  const picks = await readAll({ draft, system: 'wms' }, (cursor) =>
    deps.remote.picks({ orderId: address.orderId, ...cursor, limit: deps.settings.pageRows }),
  );
  for (const pick of picks) {
    const owner = orderOfPick(pick);
    if (owner?.orderId !== address.orderId || owner.connection !== address.connection) continue;
    draft.scanned += 1;
    const we = deps.book.order(address);
    addDrifts(draft, comparePick(we, { address, pick }, contextOf(deps, runId)));
  }
  return picks.map((pick) => `wms/${pick.pick_id}`);
}

async function compareWithTasks({ deps, address, draft, runId }: Asked): Promise<string[]> {
  const tasks = await readAll({ draft, system: 'tasks' }, (cursor) =>
    deps.remote.tasks({ orderId: address.orderId, ...cursor, limit: deps.settings.pageRows }),
  );
  for (const task of tasks) {
    draft.scanned += 1;
    const we = deps.book.order(address);
    addDrifts(draft, compareAnyTask(we, task, contextOf(deps, runId)));
  }
  return tasks.map((task) => `tasks/${task.task_id}`);
}

/** Pages of one order's records: few, and bounded all the same. */
const PAGES_MAX = 20;

async function readAll<T>(
  { draft, system }: { draft: Draft; system: System },
  read: (cursor: { cursor?: string }) => Promise<RemotePage<T> | { unread: Unread }>,
): Promise<T[]> {
  const all: T[] = [];
  let cursor: { cursor?: string } = {};
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await read(cursor);
    if ('unread' in answer) {
      noteUnread(draft, system, answer.unread);
      return all;
    }
    for (const record of answer.records) if (record.ok) all.push(record.value);
    if (answer.next === null) return all;
    cursor = { cursor: answer.next };
  }
  noteUnread(draft, system, { status: null, error: 'too many pages for one order' });
  return all;
}
