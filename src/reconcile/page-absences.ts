import { expectedOf, listedIn, type Expected } from './expected.ts';
import { createSides, homesOf, type Home } from './homes.ts';
import type { LocalOrder } from './drift.ts';
import { lookFor, shelfOf, unseenOf, type Looking } from './look-for.ts';
import {
  emptyDraft,
  noteMissing,
  unreadIn,
  type PageDone,
  type PageInput,
  type RunDeps,
} from './run-deps.ts';
import { isSettling } from './settling.ts';
import { OPEN_STAGES } from './stages.ts';
import { walkOrders } from './walk-orders.ts';

/** Walks our open orders: what no listing showed is asked for by its id. */
export async function absencesPage(deps: RunDeps, { run, cursor }: PageInput): Promise<PageDone> {
  const draft = emptyDraft();
  const { remote, routing, settings } = deps;
  const today = remote.today();
  const { orders, next } = walkOrders(deps, { cursor, until: run.startedAt, stages: OPEN_STAGES });
  const { settlingMs } = settings;
  const calm = orders.filter((we) => !isSettling(we, { now: deps.now(), settlingMs }));
  const sides = createSides(remote);
  const homes = await homesOf({ sides, likely: today.bundle, routing, orders: calm });
  noteMissing(draft, homes.missing);
  const wanting = {
    ...{ listed: listedIn(today), isUnread: unreadIn(run), scope: run.scopeConnection },
    stage: run.tier === 'T2' ? 'open' : 'all',
  } as const;
  const walked = calm.map((we) => {
    const home = homes.of(we);
    const { expected, isWhole } = wantedOf(we, home, wanting);
    return { we, home, expected, isWhole };
  });
  const shelf = shelfOf(
    deps,
    run.runId,
    walked.flatMap(({ expected }) => expected),
  );
  for (const { we, home, expected, isWhole } of walked) {
    draft.scanned += 1;
    const unseen = unseenOf(expected, { shelf, draft });
    const looking = home && { we, home, run, draft, shelf, sides };
    const isAsked =
      looking === undefined || unseen.length === 0 || (await lookFor(deps, unseen, looking));
    noteCoverage(deps, { we, draft, run, isWhole: isWhole && isAsked });
  }
  return { draft, next };
}

interface Wanting {
  listed: ReadonlySet<string>;
  stage: 'open' | 'all';
  /** Null for all connections. */
  scope: string | null;
  isUnread(connection: string): boolean;
}

/** What is looked for, and whether that is all that there is to be seen of the order. */
function wantedOf(
  we: LocalOrder,
  home: Home | undefined,
  { listed, stage, scope, isUnread }: Wanting,
): { expected: Expected[]; isWhole: boolean } {
  if (home === undefined) return { expected: [], isWhole: false };
  const all = expectedOf(we, { home, listed, stage });
  const expected = all.filter(
    ({ connection }) => (scope === null || connection === scope) && !isUnread(connection),
  );
  const isWhole =
    scope === null && expected.length === all.length && !isUnread(we.address.connection);
  return { expected, isWhole };
}

interface Covering extends Pick<Looking, 'we' | 'draft' | 'run'> {
  isWhole: boolean;
}

/** An order is verified when everything that it says was seen, and nothing differed. */
function noteCoverage(
  { book, settings, now }: RunDeps,
  { we, draft, run, isWhole }: Covering,
): void {
  const { connection, orderId } = we.address;
  const key = `${connection}/${orderId}`;
  const differs =
    (run.counts !== '{}' && book.hasDrift(run.runId, orderId)) ||
    draft.drifts.some((one) => one.orderKey === key);
  draft.openOrders += 1;
  if (!differs && isWhole) {
    draft.verified.push(key);
    draft.openVerified += 1;
  } else if ((book.verifiedAt(key) ?? 0) >= now() - settings.flaps.windowMs) {
    draft.openVerified += 1;
  }
}
