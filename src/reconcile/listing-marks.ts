import { hasShrunk } from './brakes.ts';
import type { RemoteRecord } from './listing-records.ts';
import type { Listing } from './phases.ts';
import { addDrifts, looseDrift, type Draft, type RunDeps } from './run-deps.ts';

/** Full listings in a row that must be as short before the shorter one is believed. */
const SHRUNK_TIMES_MAX = 3;

interface Marking {
  phase: Listing;
  records: readonly RemoteRecord[];
  draft: Draft;
  ended: boolean;
}

/** The mark is the remote's own time of the last record seen; it never goes back. */
export function moveMark(deps: RunDeps, { phase, records, draft, ended }: Marking): void {
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
export function endListing(deps: RunDeps, { phase, draft, runId }: Ending): void {
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
