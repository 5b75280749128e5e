import type { Compared } from './listing-records.ts';
import type { Listing, Phase, System } from './phases.ts';
import type { ListRequest, Read, RemotePage, Unread } from './read-remote.ts';
import type { RunDeps } from './run-deps.ts';
import { OPEN_STAGES } from './stages.ts';

interface Place {
  cursor: string | null;
  following: Phase | undefined;
}

/** A page of a listing, the one after it asked for meanwhile; null when there is nothing to list. */
export async function readListing(
  deps: RunDeps,
  phase: Listing,
  { cursor, following }: Place,
): Promise<RemotePage<Compared> | { unread: Unread } | null> {
  const sinceMs = sinceOf(deps, phase);
  if (sinceMs === null) return null;
  const request = requestOf(deps, phase, { sinceMs, cursor });
  const page = await read(deps, phase.system, request);
  if ('unread' in page) return page;
  if (page.next !== null && page.next === cursor) {
    return { unread: { status: null, error: 'the listing does not go on' } };
  }
  if (page.next === null) await beginNext(deps, following);
  // A mark moves with each page, and the next request with it.
  else if (phase.extent !== 'changed') {
    await deps.remote.ahead(phase.system, { ...request, cursor: page.next });
  }
  return page;
}

/** The first page of the listing that comes after this one is made meanwhile. */
async function beginNext(deps: RunDeps, following: Phase | undefined): Promise<void> {
  if (following?.kind !== 'listing' || following.extent === 'changed') return;
  const sinceMs = sinceOf(deps, following);
  if (sinceMs === null) return;
  await deps.remote.ahead(following.system, requestOf(deps, following, { sinceMs, cursor: null }));
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
