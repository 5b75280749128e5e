import { hasShrunk } from './brakes.ts';
import type { RemoteRecord } from './listing-records.ts';
import type { Newest } from './listing-place.ts';
import type { Listing } from './phases.ts';
import { addDrifts, looseDrift, type Draft, type RunDeps } from './run-deps.ts';

/** Full listings in a row that must be as short before the shorter one is believed. */
const SHRUNK_TIMES_MAX = 3;

interface Marking {
  phase: Listing;
  records: readonly RemoteRecord[];
  draft: Draft;
  ended: boolean;
  /** When the run began, by our clock. */
  startedAt: number;
  /** Of the pages before. */
  newest: Newest;
}

/**
 * The mark is the remote's own time of the newest record seen; it never goes back. It moves page by
 * page while they come oldest first, and else when all were seen. Where records have no time, all
 * that is known is that the listing was followed to its end.
 */
export function moveMark(deps: RunDeps, marking: Marking): Newest {
  const { phase, records, draft, ended, startedAt } = marking;
  const { clockSkewMaxMs } = deps.settings;
  const newest = newestIn(records, { before: marking.newest, limit: deps.now() + clockSkewMaxMs });
  const stream = deps.book.stream(phase.name);
  let { markAt, markId } = stream ?? { markAt: 0, markId: '' };
  if ((ended || newest.isSorted) && newest.at >= markAt) {
    markAt = newest.at;
    markId = newest.id;
  }
  if (ended && records.some(isTimeless)) markAt = Math.max(markAt, startedAt - clockSkewMaxMs);
  draft.streams.push({
    ...{ stream: phase.name, markAt, markId, fullCount: 0, shrunkTimes: 0 },
    completeAt: ended ? deps.now() : (stream?.completeAt ?? 0),
  });
  return newest;
}

function newestIn(
  records: readonly RemoteRecord[],
  { before, limit }: { before: Newest; limit: number },
): Newest {
  let { at, id, isSorted } = before;
  for (const record of records) {
    if (record.kind === 'unreadable' || record.changedAt === null) continue;
    // Of a clock that runs ahead nothing is taken.
    if (record.changedAt > limit) continue;
    if (record.changedAt < at) isSorted = false;
    else {
      at = record.changedAt;
      id = record.id;
    }
  }
  return { at, id, isSorted };
}

function isTimeless(record: RemoteRecord): boolean {
  return record.kind === 'record' && record.changedAt === null;
}

interface Ending {
  phase: Listing;
  draft: Draft;
  runId: string;
}

/** A full listing that lost most of the last one aborts its run; a lasting loss is believed. */
export function endListing(deps: RunDeps, { phase, draft, runId }: Ending): void {
  if (phase.extent !== 'full') return;
  const before = deps.book.stream(phase.name);
  const last = before?.fullCount ?? 0;
  const count = deps.book.seenCount(runId, phase.connection) + draft.seen.length;
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
    connection: phase.connection,
    weSay: `${last} records in the last full listing`,
    theySay: `${count} records`,
  });
  addDrifts(draft, [drift]);
  draft.brakes['listing_shrunk'] = { connection: phase.connection, last, now: count };
  draft.aborted = true;
}
