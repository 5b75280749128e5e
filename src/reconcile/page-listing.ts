import type { OrderAddress } from '../domain/ids.ts';
import { hasShrunk } from './brakes.ts';
import { remoteRecord, type Compared, type RemoteRecord } from './listing-records.ts';
import type { CompareContext, LocalOrder } from './drift.ts';
import type { Listing, System } from './phases.ts';
import type { ListRequest, Read, RemotePage, Unread } from './read-remote.ts';
import {
  addDrifts,
  contextOf,
  emptyDraft,
  looseDrift,
  noteUnread,
  type Draft,
  type PageDone,
  type PageInput,
  type RunDeps,
} from './run-deps.ts';
import { isSettling } from './settling.ts';
import { OPEN_STAGES } from './stages.ts';

/** Full listings in a row that must be as short before the shorter one is believed. */
const SHRUNK_TIMES_MAX = 3;

/** One page of a listing, each record held against our books of its order. */
export async function listingPage(
  deps: RunDeps,
  phase: Listing,
  { run, cursor }: PageInput,
): Promise<PageDone> {
  const draft = emptyDraft();
  const sinceMs = sinceOf(deps, phase);
  if (sinceMs === null) return { draft, next: null };
  const request = requestOf(deps, phase, { sinceMs, cursor });
  const page = await read(deps, phase.system, request);
  if ('unread' in page) {
    noteUnread(draft, phase.system, page.unread);
    return { draft, next: null };
  }
  if (page.next !== null && page.next === cursor) {
    noteUnread(draft, phase.system, { status: null, error: 'the listing does not go on' });
    return { draft, next: null };
  }
  const records = page.records.map(remoteRecord);
  // A mark moves with each page, and the next request with it.
  if (page.next !== null && phase.extent !== 'changed') {
    deps.remote.ahead(phase.system, { ...request, cursor: page.next });
  }
  const context = contextOf(deps, run.runId);
  const orders = ordersOf(deps, records);
  for (const record of records) take(deps, { phase, record, draft, context, orders });
  moveMark(deps, { phase, records, draft, ended: page.next === null });
  if (page.next === null) end(deps, { phase, draft, runId: run.runId });
  if (phase.extent === 'changed' && isFull(deps, draft, run.runId)) {
    draft.brakes['listing_stopped'] = `${phase.name}: as much as one run may hand on`;
    return { draft, next: null };
  }
  return { draft, next: page.next };
}

interface Reading {
  sinceMs: number | undefined;
  cursor: string | null;
}

function requestOf(
  { settings }: RunDeps,
  { status }: Listing,
  { sinceMs, cursor }: Reading,
): ListRequest {
  return {
    ...(sinceMs === undefined ? {} : { sinceMs }),
    ...(status === undefined ? {} : { status }),
    ...(cursor === null ? {} : { cursor }),
    limit: settings.pageRows,
  };
}

async function read(
  { remote, names }: RunDeps,
  system: System,
  request: ListRequest,
): Promise<RemotePage<Compared> | { unread: Unread }> {
  switch (system) {
    case 'crm':
      return asCompared(await remote.orders(request), (order) => ({
        kind: 'crm',
        order,
        connection: names.crm,
      }));
    case 'wms':
      return asCompared(await remote.picks(request), (pick) => ({ kind: 'wms', pick }));
    case 'tasks':
      return asCompared(await remote.tasks(request), (task) => ({ kind: 'tasks', task }));
  }
}

function asCompared<T>(
  page: RemotePage<T> | { unread: Unread },
  wrap: (record: T) => Compared,
): RemotePage<Compared> | { unread: Unread } {
  if ('unread' in page) return page;
  const records = page.records.map((record): Read<Compared> =>
    record.ok ? { ok: true, value: wrap(record.value) } : record,
  );
  return { records, next: page.next };
}

/** Undefined: from the beginning. Null: there is nothing to list. */
function sinceOf({ book, settings }: RunDeps, phase: Listing): number | null | undefined {
  if (phase.extent === 'changed') {
    const mark = book.stream(phase.name);
    return mark === undefined ? undefined : mark.markAt - settings.overlapMs;
  }
  if (phase.extent === 'full' || phase.system !== 'crm') return undefined;
  const oldest = book.oldestOpenCreatedAt(OPEN_STAGES);
  return oldest === null ? null : oldest - settings.overlapMs - settings.clockSkewMaxMs;
}

/** Our books of the orders that a page is about, read at once. */
function ordersOf({ book }: RunDeps, records: readonly RemoteRecord[]): Map<string, LocalOrder> {
  const keys = records.flatMap((record) =>
    record.kind === 'unreadable' || record.address === null ? [] : [keyOf(record.address)],
  );
  return book.orders(keys);
}

function keyOf({ connection, orderId }: OrderAddress): string {
  return `${connection}/${orderId}`;
}

interface Taking {
  phase: Listing;
  record: RemoteRecord;
  draft: Draft;
  context: CompareContext;
  orders: ReadonlyMap<string, LocalOrder>;
}

function take(deps: RunDeps, { phase, record, draft, context, orders }: Taking): void {
  const { book, settings, now } = deps;
  if (record.kind === 'unreadable') {
    const { id, error } = record;
    const what = { subject: `${id}: ${error}`, connection: deps.names[phase.system] };
    const say = { weSay: 'a record as agreed', theySay: `${id}: ${error}` };
    addDrifts(draft, [looseDrift({ class: 'D23', ...what, ...say })]);
    return;
  }
  if (phase.extent !== 'changed') draft.seen.push(`${phase.system}/${record.id}`);
  if (record.changedAt > now() + settings.clockSkewMaxMs) {
    draft.drifts.push(...skewed(deps, phase, record));
    return;
  }
  const tracked = phase.extent === 'changed';
  if (tracked && book.handledVersion(phase.name, record.id) === record.version) return;
  if (record.changedAt > now() - settings.settlingMs) return;
  const we = record.address === null ? undefined : orders.get(keyOf(record.address));
  if (isSettling(we, { now: context.now, settlingMs: settings.settlingMs })) return;
  const drifts = record.address === null ? [] : record.compare(we, context);
  draft.scanned += 1;
  addDrifts(draft, drifts);
  if (!tracked) return;
  const { id, version, changedAt } = record;
  draft.handled.push({ stream: phase.name, id, version, changedAt });
  if (phase.system !== 'wms') return;
  draft.changes += 1;
  draft.missed += drifts.filter((drift) => drift.class === 'D5').length;
}

function skewed(
  deps: RunDeps,
  phase: Listing,
  record: Extract<RemoteRecord, { kind: 'record' }>,
): Draft['drifts'] {
  const draft = emptyDraft();
  const drift = looseDrift({
    class: 'D24',
    subject: 'clock',
    connection: deps.names[phase.system],
    weSay: new Date(deps.now()).toISOString(),
    theySay: `${record.id} changed at ${new Date(record.changedAt).toISOString()}`,
  });
  addDrifts(draft, [drift]);
  return draft.drifts;
}

interface Marking {
  phase: Listing;
  records: readonly RemoteRecord[];
  draft: Draft;
  ended: boolean;
}

/** The mark is the remote's own time of the last record seen; it never goes back. */
function moveMark(deps: RunDeps, { phase, records, draft, ended }: Marking): void {
  if (phase.extent !== 'changed') return;
  const before = deps.book.stream(phase.name);
  const limit = deps.now() + deps.settings.clockSkewMaxMs;
  let { markAt, markId } = before ?? { markAt: 0, markId: '' };
  for (const record of records) {
    if (record.kind === 'unreadable' || record.changedAt > limit) continue;
    if (record.changedAt < markAt) continue;
    markAt = record.changedAt;
    markId = record.id;
  }
  draft.streams.push({
    stream: phase.name,
    markAt,
    markId,
    completeAt: ended ? deps.now() : (before?.completeAt ?? 0),
    fullCount: 0,
    shrunkTimes: 0,
  });
}

interface Ending {
  phase: Listing;
  draft: Draft;
  runId: string;
}

/** A full listing that lost most of the last one aborts its run; a lasting loss is believed. */
function end(deps: RunDeps, { phase, draft, runId }: Ending): void {
  if (phase.extent !== 'full') return;
  const before = deps.book.stream(phase.name);
  const last = before?.fullCount ?? 0;
  const count = deps.book.seenCount(runId, phase.system) + draft.seen.length;
  const shrunk = hasShrunk(count, last, deps.settings.brakes);
  const times = shrunk ? (before?.shrunkTimes ?? 0) + 1 : 0;
  const disbelieved = shrunk && times < SHRUNK_TIMES_MAX;
  draft.streams.push({
    stream: phase.name,
    markAt: 0,
    markId: '',
    completeAt: deps.now(),
    fullCount: disbelieved ? last : count,
    shrunkTimes: disbelieved ? times : 0,
  });
  if (!disbelieved) return;
  const drift = looseDrift({
    class: 'D24',
    subject: `listing of ${count}`,
    connection: deps.names[phase.system],
    weSay: `${last} records in the last full listing`,
    theySay: `${count} records`,
  });
  addDrifts(draft, [drift]);
  draft.brakes['listing_shrunk'] = { system: phase.system, last, now: count };
  draft.aborted = true;
}

function isFull({ book, settings }: RunDeps, draft: Draft, runId: string): boolean {
  return book.driftCount(runId) + draft.drifts.length >= settings.brakes.factsMax;
}
