import type { OrderAddress } from '../domain/ids.ts';
import type { LocalOrder } from './drift.ts';
import { remoteName } from './expected.ts';
import type { Home, Sides } from './homes.ts';
import { compareOne, orderOfPick, ownerOf } from './listing-records.ts';
import { listsBy } from './outside.ts';
import type { Compared } from './remote.ts';
import type { RemoteSide } from './remote-side.ts';
import {
  addDrifts,
  contextOf,
  looseDrift,
  noteUnread,
  type Draft,
  type RunDeps,
} from './run-deps.ts';

/** One order, and what it is looked at with. */
export interface Asked {
  deps: RunDeps;
  address: OrderAddress;
  home: Home;
  sides: Sides;
  draft: Draft;
  runId: string;
}

/** The system of this order in its own words; undefined, and noted, when they are not to be had. */
async function sideOf(
  { sides, home, draft }: Asked,
  connection: string,
): Promise<RemoteSide | undefined> {
  const side = await sides({ connection, bundle: home.bundle });
  if (!('unread' in side)) return side;
  noteUnread(draft, connection, side.unread);
  return undefined;
}

/** Whether the CRM has the order. */
export async function compareWithCrm(asked: Asked): Promise<boolean> {
  const { address, draft } = asked;
  const { connection, orderId } = address;
  const side = await sideOf(asked, connection);
  if (side === undefined) return false;
  const answer = await side.look({ id: orderId, reference: null, order: address });
  if ('unread' in answer) {
    noteUnread(draft, connection, answer.unread);
    return false;
  }
  if (answer.found === null) return false;
  compare(asked, answer.found);
  return true;
}

function compare({ deps, address, home, draft, runId }: Asked, one: Compared): void {
  draft.scanned += 1;
  const we = deps.book.order(address);
  addDrifts(draft, compareOne(we, { address, one, home }, contextOf(deps, runId)));
}

/** Compares what a system lists of the order; answers which records were shown. */
export async function compareListed(asked: Asked, connection: string): Promise<string[]> {
  const side = await sideOf(asked, connection);
  // What cannot be listed by order is asked for by its ids.
  if (side === undefined || !listsBy(side.spec, 'order_id')) return [];
  const records = await readAll(asked, side);
  for (const one of records) if (isOf(asked, one)) compare(asked, one);
  return records.map((one) => remoteName(connection, idOf(one)));
}

function isOf({ deps, address }: Asked, one: Compared): boolean {
  if (one.kind === 'crm') return false;
  if (one.kind === 'wms') {
    const owner = orderOfPick(one.pick);
    return owner?.orderId === address.orderId && owner.connection === address.connection;
  }
  return isTaskOf(deps, address, one);
}

/** The task manager knows no CRM: another one's order of the same id may have the task. */
function isTaskOf({ book, remote }: RunDeps, address: OrderAddress, one: Compared): boolean {
  const candidates = remote.today().connections.flatMap(({ spec }): LocalOrder[] => {
    if (spec.kind !== 'crm') return [];
    const we = book.order({ connection: spec.name, orderId: address.orderId });
    return we === undefined ? [] : [we];
  });
  if (candidates.length === 0) return true;
  return ownerOf(one, candidates)?.address.connection === address.connection;
}

function idOf(one: Compared): string {
  switch (one.kind) {
    case 'crm':
      return one.order.order_id;
    case 'wms':
      return one.pick.pick_id;
    case 'tasks':
      return one.task.task_id;
  }
}

/** Pages of one order's records: few, and bounded all the same. */
const PAGES_MAX = 20;

async function readAll({ deps, address, draft }: Asked, side: RemoteSide): Promise<Compared[]> {
  const { name: connection } = side.spec;
  const all: Compared[] = [];
  let cursor: { cursor?: string } = {};
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const limit = deps.settings.pageRows;
    const answer = await side.list({ orderId: address.orderId, ...cursor, limit });
    if ('unread' in answer) {
      noteUnread(draft, connection, answer.unread);
      return all;
    }
    for (const record of answer.records) {
      if (record.ok) all.push(record.value);
      else addDrifts(draft, [unreadable(connection, record)]);
    }
    if (answer.next === null) return all;
    cursor = { cursor: answer.next };
  }
  noteUnread(draft, connection, { status: null, error: 'too many pages for one order' });
  return all;
}

function unreadable(connection: string, { id, error }: { id: string; error: string }) {
  const theySay = `${id}: ${error}`;
  const weSay = 'a record as agreed';
  return looseDrift({ class: 'D23', subject: theySay, connection, weSay, theySay });
}
