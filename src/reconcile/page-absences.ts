import { z } from 'zod';
import { compareTask } from './compare-task.ts';
import { comparePick } from './compare-pick.ts';
import { askOrder, driftOf, type Drift, type DriftInput, type LocalOrder } from './drift.ts';
import { expectedOf, type Expected } from './expected.ts';
import {
  addDrifts,
  contextOf,
  emptyDraft,
  isUnread,
  noteUnread,
  type Draft,
  type PageDone,
  type PageInput,
  type RunDeps,
} from './run-deps.ts';
import { isSettling } from './settling.ts';
import { OPEN_STAGES } from './stages.ts';

const PlaceSchema = z.tuple([z.string(), z.int(), z.string()]);

/** Walks our open orders: what no listing showed is asked for by its id. */
export async function absencesPage(deps: RunDeps, { run, cursor }: PageInput): Promise<PageDone> {
  const draft = emptyDraft();
  const { orders, next } = walkOrders(deps, { cursor, until: run.startedAt, stages: OPEN_STAGES });
  const scope = run.scopeConnection;
  const { settlingMs } = deps.settings;
  const stage = run.tier === 'T2' ? 'open' : 'all';
  const systems = (['wms', 'tasks'] as const).filter(
    (system) => (scope === null || deps.names[system] === scope) && !isUnread(run, system),
  );
  const walked = orders
    .filter((we) => !isSettling(we, { now: deps.now(), settlingMs }))
    .map((we) => ({
      we,
      expected: expectedOf(we, { stage }).filter(({ system }) => systems.includes(system)),
    }));
  const shelf = shelfOf(
    deps,
    run.runId,
    walked.flatMap(({ expected }) => expected),
  );
  for (const { we, expected } of walked) {
    draft.scanned += 1;
    await lookFor(deps, { we, expected, run, draft, shelf });
    noteCoverage(deps, { we, draft, run });
  }
  return { draft, next };
}

/** What is known of the remote records that a page of orders names. */
export interface Shelf {
  unseen: ReadonlySet<string>;
  absentSince: ReadonlyMap<string, number>;
}

export function shelfOf({ book }: RunDeps, runId: string, expected: readonly Expected[]): Shelf {
  const remotes = expected.map(({ system, id }) => `${system}/${id}`);
  return { unseen: book.unseen(runId, remotes), absentSince: book.absentSince(remotes) };
}

interface Walk {
  cursor: string | null;
  until: number;
  stages: readonly string[];
  /** Orders changed before this are passed over. */
  from?: number;
}

/** Orders of these stages, the longest unchanged first, one page. */
export function walkOrders(
  { book, settings }: RunDeps,
  { cursor, until, stages, from = -1 }: Walk,
): { orders: LocalOrder[]; next: string | null } {
  const [first = ''] = stages;
  const [stage, at, orderKey] =
    cursor === null ? [first, from, ''] : PlaceSchema.parse(JSON.parse(cursor));
  const orders = book.walk({ stage, at, orderKey }, until, settings.pageRows);
  const last = orders.at(-1);
  if (orders.length === settings.pageRows && last !== undefined) {
    const key = `${last.address.connection}/${last.address.orderId}`;
    return { orders, next: JSON.stringify([stage, last.updatedAt, key]) };
  }
  const following = stages[stages.indexOf(stage) + 1];
  return { orders, next: following === undefined ? null : JSON.stringify([following, from, '']) };
}

interface Looking {
  we: LocalOrder;
  expected: readonly Expected[];
  run: PageInput['run'];
  draft: Draft;
  shelf: Shelf;
}

/** Asks for each of them that the run's listings did not show. */
export async function lookFor(deps: RunDeps, looking: Looking): Promise<void> {
  const { we, expected, run, draft, shelf } = looking;
  for (const one of expected) {
    const remote = `${one.system}/${one.id}`;
    const known = shelf.absentSince.get(remote);
    if (!shelf.unseen.has(remote)) {
      if (known !== undefined) draft.present.push(remote);
      continue;
    }
    if (run.gets + draft.gets >= deps.settings.brakes.getsMax) {
      draft.brakes['direct_gets'] = deps.settings.brakes.getsMax;
      return;
    }
    draft.gets += 1;
    const found = await find(deps, one);
    if (found.kind === 'unread') {
      noteUnread(draft, one.system, found.unread);
      return;
    }
    if (found.kind === 'absent') sighted(deps, { ...looking, one, remote, known });
    else {
      if (known !== undefined) draft.present.push(remote);
      addDrifts(draft, found.compare(we, run.runId));
    }
  }
}

async function find(deps: RunDeps, { system, id }: Expected) {
  const result = system === 'wms' ? await findPick(deps, id) : await findTask(deps, id);
  return result;
}

async function findPick(deps: RunDeps, id: string) {
  const result = await deps.remote.pick(id);
  if ('unread' in result) return { kind: 'unread' as const, unread: result.unread };
  const pick = result.found;
  if (pick === null) return { kind: 'absent' as const };
  const compare = (we: LocalOrder, runId: string): Drift[] =>
    comparePick(we, { address: we.address, pick }, contextOf(deps, runId));
  return { kind: 'found' as const, compare };
}

async function findTask(deps: RunDeps, id: string) {
  const result = await deps.remote.task(id);
  if ('unread' in result) return { kind: 'unread' as const, unread: result.unread };
  const task = result.found;
  if (task === null) return { kind: 'absent' as const };
  const compare = (we: LocalOrder, runId: string): Drift[] =>
    compareTask(we, task, contextOf(deps, runId));
  return { kind: 'found' as const, compare };
}

interface Sighting extends Looking {
  one: Expected;
  remote: string;
  /** Since when it is known to be absent. */
  known: number | undefined;
}

/** Absent once is a suspicion; absent again, an interval later, is a drift. */
function sighted(deps: RunDeps, { we, run, draft, one, remote, known }: Sighting): void {
  const { connection, orderId } = we.address;
  draft.absent.push({ remote, orderKey: `${connection}/${orderId}` });
  const confirmed = known !== undefined && deps.now() - known >= deps.settings.confirmAfterMs;
  const input: DriftInput = {
    class: one.system === 'wms' ? 'D1' : 'D15',
    we,
    subject: one.system === 'wms' ? one.id : 'task',
    connection: deps.names[one.system],
    weSay: `${one.id} is there`,
    theySay: confirmed
      ? `no ${one.id}, and none since ${new Date(known).toISOString()}`
      : `no ${one.id}`,
  };
  addDrifts(draft, [
    confirmed ? askOrder(input, contextOf(deps, run.runId)) : driftOf(input, 'confirm', []),
  ]);
}

/** An order is verified when everything that it says was seen, and nothing differed. */
function noteCoverage(
  { book, settings, now }: RunDeps,
  { we, draft, run }: Pick<Looking, 'we' | 'draft' | 'run'>,
): void {
  const { connection, orderId } = we.address;
  const key = `${connection}/${orderId}`;
  const differs =
    (run.counts !== '{}' && book.hasDrift(run.runId, orderId)) ||
    draft.drifts.some((one) => one.orderKey === key);
  const unread = Object.keys(draft.brakes).length > 0;
  draft.openOrders += 1;
  if (!differs && !unread) {
    draft.verified.push(key);
    draft.openVerified += 1;
  } else if ((book.verifiedAt(key) ?? 0) >= now() - settings.flaps.windowMs) {
    draft.openVerified += 1;
  }
}
