import { askOrder, driftOf, type Drift, type DriftInput, type LocalOrder } from './drift.ts';
import type { Expected } from './expected.ts';
import type { Home, Sides } from './homes.ts';
import { compareOne } from './listing-records.ts';
import type { System } from './phases.ts';
import type { Compared } from './remote.ts';
import type { Found } from './remote-side.ts';
import {
  addDrifts,
  contextOf,
  noteUnread,
  type Draft,
  type PageInput,
  type RunDeps,
} from './run-deps.ts';

/** What is known of the remote records that a page of orders names. */
export interface Shelf {
  unseen: ReadonlySet<string>;
  absentSince: ReadonlyMap<string, number>;
}

export function shelfOf({ book }: RunDeps, runId: string, expected: readonly Expected[]): Shelf {
  const remotes = expected.map(({ remote }) => remote);
  return { unseen: book.unseen(runId, remotes), absentSince: book.absentSince(remotes) };
}

export interface Looking {
  we: LocalOrder;
  home: Home;
  run: PageInput['run'];
  draft: Draft;
  shelf: Shelf;
  sides: Sides;
}

/** Those that the run's listings did not show; of the others, none is absent any more. */
export function unseenOf(
  expected: readonly Expected[],
  { shelf, draft }: Pick<Looking, 'shelf' | 'draft'>,
): Expected[] {
  return expected.filter(({ remote }) => {
    const isUnseen = shelf.unseen.has(remote);
    if (!isUnseen && shelf.absentSince.has(remote)) draft.present.push(remote);
    return isUnseen;
  });
}

/** Asks for each of these. False when not all could be asked for. */
export async function lookFor(
  deps: RunDeps,
  unseen: readonly Expected[],
  looking: Looking,
): Promise<boolean> {
  const { run, draft, shelf } = looking;
  const { getsMax } = deps.settings.brakes;
  let isWhole = true;
  for (const one of unseen) {
    if (isPutOff(deps, looking, one)) {
      isWhole = false;
      continue;
    }
    if (run.gets + draft.gets >= getsMax) {
      draft.brakes['direct_gets'] = getsMax;
      return false;
    }
    draft.gets += 1;
    const found = await find(looking, one);
    if ('unread' in found) {
      noteUnread(draft, one.connection, found.unread);
      return false;
    }
    conclude(deps, looking, { one, known: shelf.absentSince.get(one.remote), found: found.found });
  }
  return isWhole;
}

/** Of what no listing ever shows, the second half of the questions is for what was not seen lately. */
function isPutOff(
  { book, settings, now }: RunDeps,
  { we, run, draft }: Looking,
  one: Expected,
): boolean {
  if (one.isListed || run.tier === 'order') return false;
  if (run.gets + draft.gets < settings.brakes.getsMax / 2) return false;
  const { connection, orderId } = we.address;
  const verifiedAt = book.verifiedAt(`${connection}/${orderId}`) ?? 0;
  return verifiedAt >= now() - settings.flaps.windowMs;
}

async function find({ sides }: Looking, one: Expected): Promise<Found<Compared>> {
  const { connection, bundle } = one;
  const side = await sides({ connection, bundle });
  return 'unread' in side ? side : side.look(one);
}

interface Conclusion {
  one: Expected;
  /** Since when it is known to be absent. */
  known: number | undefined;
  found: Compared | null;
}

function conclude(deps: RunDeps, looking: Looking, { one, known, found }: Conclusion): void {
  const { we, home, run, draft } = looking;
  const { remote } = one;
  const context = contextOf(deps, run.runId);
  if (found !== null) {
    if (known !== undefined) draft.present.push(remote);
    addDrifts(draft, compareOne(we, { address: we.address, one: found, home }, context));
    return;
  }
  // An order that its CRM has forgotten goes on: nobody has taken it back.
  if (one.system === 'crm') return;
  const { connection, orderId } = we.address;
  draft.absent.push({ remote, orderKey: `${connection}/${orderId}` });
  addDrifts(draft, [sighted(deps, { we, one, known, runId: run.runId })]);
}

interface Sighting {
  we: LocalOrder;
  one: Expected;
  known: number | undefined;
  runId: string;
}

const CLASS: Record<Exclude<System, 'crm'>, 'D1' | 'D15'> = { wms: 'D1', tasks: 'D15' };

/** Absent once is a suspicion; absent again, an interval later, is a drift. */
function sighted(deps: RunDeps, { we, one, known, runId }: Sighting): Drift {
  const { system, connection, id } = one;
  const confirmed = known !== undefined && deps.now() - known >= deps.settings.confirmAfterMs;
  const isPick = system === 'wms';
  const input: DriftInput = {
    class: CLASS[isPick ? 'wms' : 'tasks'],
    we,
    subject: isPick ? id : 'task',
    connection,
    weSay: `${id} is there`,
    theySay: confirmed ? `no ${id}, and none since ${new Date(known).toISOString()}` : `no ${id}`,
  };
  return confirmed ? askOrder(input, contextOf(deps, runId)) : driftOf(input, 'confirm', []);
}
