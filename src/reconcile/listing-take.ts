import type { OrderAddress } from '../domain/ids.ts';
import { forPerson, type CompareContext, type Drift, type LocalOrder } from './drift.ts';
import { compareOne, ownerOf, type RemoteRecord } from './listing-records.ts';
import type { Words } from './listing-words.ts';
import type { Listing } from './phases.ts';
import { addDrifts, looseDrift, type Draft, type RunDeps } from './run-deps.ts';
import { isSettling } from './settling.ts';

interface Taking {
  phase: Listing;
  record: RemoteRecord;
  draft: Draft;
  context: CompareContext;
  orders: ReadonlyMap<string, LocalOrder>;
  tracked: boolean;
  words: Words;
}

type Known = Extract<RemoteRecord, { kind: 'record' }>;

export function keyOf({ connection, orderId }: OrderAddress): string {
  return `${connection}/${orderId}`;
}

/** Holds one record of a listing against our books, unless it or its order still settles. */
export function takeRecord(deps: RunDeps, taking: Taking): void {
  const { phase, record, draft, tracked } = taking;
  const { book, settings, now } = deps;
  if (record.kind === 'unreadable') {
    addUnreadable(draft, phase, record);
    return;
  }
  if (phase.extent !== 'changed') draft.seen.push(`${phase.connection}/${record.id}`);
  const changedAt = record.changedAt ?? 0;
  if (changedAt > now() + settings.clockSkewMaxMs) {
    addSkewed(deps, draft, { phase, id: record.id, changedAt });
    return;
  }
  if (tracked && book.handledVersion(phase.name, record.id) === record.version) return;
  if (changedAt > now() - settings.settlingMs) return;
  const drifts = held(deps, taking, record);
  if (drifts === null) return;
  draft.scanned += 1;
  addDrifts(draft, drifts);
  if (tracked) noteHandled(deps, taking, { record, drifts });
}

/** What differs; null when nothing can be concluded yet. */
function held({ now, settings }: RunDeps, taking: Taking, record: Known): Drift[] | null {
  const known: LocalOrder[] = [];
  for (const address of record.addresses) {
    const order = taking.orders.get(keyOf(address));
    if (order !== undefined) known.push(order);
  }
  const we = ownerOf(record.one, known);
  // Whose of several it is cannot be told, so nothing is concluded from it.
  if (we === undefined && known.length > 0) return [];
  if (isSettling(we, { now: now(), settlingMs: settings.settlingMs })) return null;
  return compare(taking, record, we);
}

function noteHandled(
  { now }: RunDeps,
  { phase, draft }: Taking,
  { record, drifts }: { record: Known; drifts: readonly Drift[] },
): void {
  const { id, version, changedAt } = record;
  draft.handled.push({ stream: phase.name, id, version, changedAt: changedAt ?? now() });
  if (phase.system !== 'wms') return;
  draft.changes += 1;
  draft.missed += drifts.filter((drift) => drift.class === 'D5').length;
}

/** Null when the bundle that the order is pinned to is not to be had: nothing is concluded then. */
function compare(
  { phase, words, context }: Taking,
  record: Known,
  we: LocalOrder | undefined,
): Drift[] | null {
  const [first] = record.addresses;
  if (first === undefined) return [];
  if (we === undefined) {
    return compareOne(undefined, { address: first, one: record.one, home: undefined }, context);
  }
  const spoken = words.of(we, record);
  if (spoken === null) return null;
  if (spoken.ok) {
    const { one, home } = spoken;
    return compareOne(we, { address: we.address, one, home }, context);
  }
  const theySay = `${record.id}: ${spoken.error}`;
  const weSay = `a record as agreed in bundle ${spoken.bundle}`;
  const { connection } = phase;
  return [forPerson({ class: 'D23', we, subject: theySay, connection, weSay, theySay })];
}

function addUnreadable(
  draft: Draft,
  { connection }: Listing,
  { id, error }: Extract<RemoteRecord, { kind: 'unreadable' }>,
): void {
  const theySay = `${id}: ${error}`;
  const weSay = 'a record as agreed';
  addDrifts(draft, [looseDrift({ class: 'D23', subject: theySay, connection, weSay, theySay })]);
}

interface Skewed {
  phase: Listing;
  id: string;
  changedAt: number;
}

/** Its clock, or the record, is wrong: whatever it is, nothing is concluded from it. */
function addSkewed(deps: RunDeps, draft: Draft, { phase, id, changedAt }: Skewed): void {
  const drift = looseDrift({
    class: 'D24',
    subject: 'clock',
    connection: phase.connection,
    weSay: new Date(deps.now()).toISOString(),
    theySay: `${id} changed at ${new Date(changedAt).toISOString()}`,
  });
  draft.brakes[`clock_skew_${phase.connection}`] = id;
  addDrifts(draft, [drift]);
}
