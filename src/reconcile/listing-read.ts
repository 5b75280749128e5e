import { listsBy } from './outside.ts';
import type { Listing, Phase } from './phases.ts';
import type { ListRequest, RemotePage, Unread } from './remote-side.ts';
import type { RunDeps } from './run-deps.ts';
import { OPEN_STAGES } from './stages.ts';

interface Place {
  cursor: string | null;
  /** Of a listing that has begun: it goes on with what it began with. */
  sinceMs?: number | undefined;
  following: Phase | undefined;
}

interface Listed {
  page: RemotePage;
  /** Undefined: from the beginning. */
  sinceMs: number | undefined;
}

/** A page of a listing, the one after it asked for meanwhile; null when there is nothing to list. */
export async function readListing(
  deps: RunDeps,
  phase: Listing,
  { cursor, sinceMs: began, following }: Place,
): Promise<Listed | { unread: Unread } | null> {
  const sinceMs = cursor === null ? sinceOf(deps, phase) : began;
  if (sinceMs === null) return null;
  const request = requestOf(deps, phase, { sinceMs, cursor });
  const page = await deps.remote.list(phase.connection, request);
  if ('unread' in page) return page;
  if (page.next !== null && page.next === cursor) {
    return { unread: { status: null, error: 'the listing does not go on' } };
  }
  if (page.next === null) await beginNext(deps, following);
  else await deps.remote.ahead(phase.connection, { ...request, cursor: page.next });
  return { page, sinceMs };
}

/** The first page of the listing that comes after this one is made meanwhile. */
async function beginNext(deps: RunDeps, following: Phase | undefined): Promise<void> {
  if (following?.kind !== 'listing') return;
  const sinceMs = sinceOf(deps, following);
  if (sinceMs === null) return;
  const request = requestOf(deps, following, { sinceMs, cursor: null });
  await deps.remote.ahead(following.connection, request);
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

/** Undefined: from the beginning. Null: there is nothing to list. */
function sinceOf({ book, settings, remote }: RunDeps, phase: Listing): number | null | undefined {
  if (phase.extent === 'changed') {
    const mark = book.stream(phase.name);
    return mark === undefined ? undefined : mark.markAt - settings.overlapMs;
  }
  if (phase.extent === 'full' || phase.system !== 'crm') return undefined;
  const oldest = book.oldestOpenCreatedAt(OPEN_STAGES);
  if (oldest === null) return null;
  const spec = remote.today().connections.find((one) => one.spec.name === phase.connection)?.spec;
  if (spec === undefined || !listsBy(spec, 'since')) return undefined;
  return oldest - settings.overlapMs - settings.clockSkewMaxMs;
}
