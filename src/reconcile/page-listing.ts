import { createSides } from './homes.ts';
import { endListing, moveMark } from './listing-marks.ts';
import { cursorOf, placeIn } from './listing-place.ts';
import { readListing } from './listing-read.ts';
import { remoteRecord, type RemoteRecord } from './listing-records.ts';
import { keyOf, takeRecord } from './listing-take.ts';
import { wordsOf } from './listing-words.ts';
import type { Listing } from './phases.ts';
import type { RemotePage } from './remote-side.ts';
import {
  contextOf,
  emptyDraft,
  noteMissing,
  noteUnread,
  type Draft,
  type PageDone,
  type PageInput,
  type RunDeps,
} from './run-deps.ts';

/** One page of a listing, each record held against our books of its order. */
export async function listingPage(
  deps: RunDeps,
  phase: Listing,
  { run, cursor, following }: PageInput,
): Promise<PageDone> {
  const draft = emptyDraft();
  const place = placeIn(cursor);
  const listed = await readListing(deps, phase, { ...place, following });
  if (listed === null) return { draft, next: null };
  if ('unread' in listed) {
    noteUnread(draft, phase.connection, listed.unread);
    return { draft, next: null };
  }
  const { page, sinceMs } = listed;
  const tracked = phase.extent === 'changed' && run.mode === 'repair';
  const records = await holdAgainstBooks(deps, { phase, page, run, draft, tracked });
  const ended = page.next === null;
  const { runId, startedAt } = run;
  const marking = { phase, records, draft, ended, startedAt, newest: place.newest };
  const newest = tracked ? moveMark(deps, marking) : place.newest;
  if (ended) endListing(deps, { phase, draft, runId });
  if (phase.extent === 'changed' && isFull(deps, draft, runId)) {
    draft.brakes['listing_stopped'] = `${phase.name}: as much as one run may hand on`;
    return { draft, next: null };
  }
  return {
    draft,
    next: page.next === null ? null : cursorOf({ cursor: page.next, sinceMs, newest }),
  };
}

interface Holding {
  phase: Listing;
  page: RemotePage;
  run: PageInput['run'];
  draft: Draft;
  /** A run that only reports leaves no mark, so that the next one finds the same. */
  tracked: boolean;
}

async function holdAgainstBooks(
  deps: RunDeps,
  { phase, page, run, draft, tracked }: Holding,
): Promise<RemoteRecord[]> {
  const { remote, routing } = deps;
  const crms = remote.today().connections.filter(({ spec }) => spec.kind === 'crm');
  const names = crms.map(({ spec }) => spec.name);
  const { bundle } = page;
  const listed = page.records.map((read) => remoteRecord(read, { crms: names, bundle }));
  const orders = ordersOf(deps, listed);
  const words = await wordsOf({
    ...{ sides: createSides(remote), connection: phase.connection, bundle, routing },
    orders: orders.values(),
  });
  noteMissing(draft, words.missing);
  const context = contextOf(deps, run.runId);
  for (const record of listed) {
    takeRecord(deps, { phase, record, draft, context, orders, tracked, words });
  }
  return listed;
}

/** Our books of the orders that a page is about, read at once. */
function ordersOf({ book }: RunDeps, records: readonly RemoteRecord[]) {
  return book.orders(
    records.flatMap((record) => (record.kind === 'unreadable' ? [] : record.addresses.map(keyOf))),
  );
}

function isFull({ book, settings }: RunDeps, draft: Draft, runId: string): boolean {
  return book.driftCount(runId) + draft.drifts.length >= settings.brakes.factsMax;
}
