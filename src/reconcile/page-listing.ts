import type { OrderAddress } from '../domain/ids.ts';
import type { CompareContext, LocalOrder } from './drift.ts';
import { endListing, moveMark } from './listing-marks.ts';
import { readListing } from './listing-read.ts';
import { remoteRecord, type RemoteRecord } from './listing-records.ts';
import type { Listing } from './phases.ts';
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

/** One page of a listing, each record held against our books of its order. */
export async function listingPage(
  deps: RunDeps,
  phase: Listing,
  { run, cursor, following }: PageInput,
): Promise<PageDone> {
  const draft = emptyDraft();
  const page = await readListing(deps, phase, { cursor, following });
  if (page === null) return { draft, next: null };
  if ('unread' in page) {
    noteUnread(draft, phase.system, page.unread);
    return { draft, next: null };
  }
  const records = page.records.map(remoteRecord);
  const context = contextOf(deps, run.runId);
  const orders = ordersOf(deps, records);
  const tracked = phase.extent === 'changed' && run.mode === 'repair';
  for (const record of records) take(deps, { phase, record, draft, context, orders, tracked });
  if (tracked) moveMark(deps, { phase, records, draft, ended: page.next === null });
  if (page.next === null) endListing(deps, { phase, draft, runId: run.runId });
  if (phase.extent === 'changed' && isFull(deps, draft, run.runId)) {
    draft.brakes['listing_stopped'] = `${phase.name}: as much as one run may hand on`;
    return { draft, next: null };
  }
  return { draft, next: page.next };
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
  /** A run that only reports leaves no mark, so that the next one finds the same. */
  tracked: boolean;
}

function take(deps: RunDeps, taking: Taking): void {
  const { phase, record, draft, context, orders, tracked } = taking;
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
    addSkewed(deps, draft, { phase, record });
    return;
  }
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

/** Its clock, or the record, is wrong: whatever it is, nothing is concluded from it. */
function addSkewed(
  deps: RunDeps,
  draft: Draft,
  { phase, record }: { phase: Listing; record: Extract<RemoteRecord, { kind: 'record' }> },
): void {
  const drift = looseDrift({
    class: 'D24',
    subject: 'clock',
    connection: deps.names[phase.system],
    weSay: new Date(deps.now()).toISOString(),
    theySay: `${record.id} changed at ${new Date(record.changedAt).toISOString()}`,
  });
  draft.brakes[`clock_skew_${phase.system}`] = record.id;
  addDrifts(draft, [drift]);
}

function isFull({ book, settings }: RunDeps, draft: Draft, runId: string): boolean {
  return book.driftCount(runId) + draft.drifts.length >= settings.brakes.factsMax;
}
