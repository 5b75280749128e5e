import type { ReconcileBook } from '../books/reconcile-book.ts';
import type { NewDrift, PageRecord, RunRow } from '../books/read-reconcile-rows.ts';
import type { OrderAddress } from '../domain/ids.ts';
import type { OrderInput } from '../domain/inputs.ts';
import type { Logger } from '../logger.ts';
import type { BrakeSettings, FlapLimit } from './brakes.ts';
import type { CompareContext, Drift, DriftClass, OwnAct } from './drift.ts';
import type { AheadReader } from './read-ahead.ts';
import type { Missing } from './homes.ts';
import type { Unread } from './remote-side.ts';
import type { Phase } from './phases.ts';

/** Times in ms, business times already scaled. */
export interface RunSettings {
  settlingMs: number;
  overlapMs: number;
  stuckMs: number;
  undeliveredMs: number;
  clockSkewMaxMs: number;
  /** Least time between the two looks that prove an absence. */
  confirmAfterMs: number;
  flaps: FlapLimit;
  brakes: BrakeSettings;
  pageRows: number;
  driftsMax: number;
  keepMs: number;
  retellMs: number;
  /** How long what an operator has touched is left to the operator. */
  operatorQuietMs: number;
  /** Runs of a tier that only report after the connections or the mapping have changed. */
  reportFirstRuns: number;
}

export interface RunDeps {
  book: ReconcileBook;
  remote: AheadReader;
  settings: RunSettings;
  /** Where orders go whose CRM does not say. */
  routing: { wms: string; tasks: string };
  /** Tells an order; `late` when its workflow has ended. */
  tell(batch: { order: OrderAddress; inputs: OrderInput[] }): Promise<'delivered' | 'late'>;
  /** Names the connections and the mapping of today: another one makes runs careful. */
  setup(): string;
  /** Events in quarantine that were received since, and why. */
  quarantined(since: number): { connection: string; cause: string; count: number }[];
  /** When the oldest event that waits in our inbox was received, epoch ms. */
  inboxOldestAt(): number | null;
  log: Logger;
  now: () => number;
}

/** What a page found, before it is numbered and written. */
export type Draft = Omit<PageRecord, 'runId' | 'page' | 'at' | 'driftsMax'>;

export interface PageDone {
  draft: Draft;
  /** Where the phase goes on; null when it is through. */
  next: string | null;
  /** Why the run cannot be made at all. */
  failed?: string;
}

export interface PageInput {
  run: RunRow;
  cursor: string | null;
  /** The phase after the present one. */
  following?: Phase | undefined;
}

export function emptyDraft(): Draft {
  return {
    scanned: 0,
    changes: 0,
    missed: 0,
    gets: 0,
    openOrders: 0,
    openVerified: 0,
    drifts: [],
    seen: [],
    handled: [],
    streams: [],
    absent: [],
    present: [],
    verified: [],
    brakes: {},
    aborted: false,
  };
}

export function contextOf({ now, settings }: RunDeps, runId: string): CompareContext {
  const { retellMs, settlingMs } = settings;
  return { runId, now: now(), retellMs, settlingMs };
}

/** What acting on a drift takes: what its order is told, or what is done without it. */
export interface DriftWork {
  inputs: OrderInput[];
  act?: OwnAct;
}

export function addDrifts(draft: Draft, drifts: readonly Drift[]): void {
  for (const drift of drifts) draft.drifts.push(driftRow(drift));
}

export function driftRow(drift: Drift): NewDrift {
  const { order, inputs, act } = drift;
  const work: DriftWork = act === undefined ? { inputs } : { inputs, act };
  const acts = inputs.length > 0 || act !== undefined;
  return {
    driftKey: drift.key,
    class: drift.class,
    orderKey: order === null ? null : `${order.connection}/${order.orderId}`,
    orderId: order?.orderId ?? null,
    weSay: drift.weSay,
    theySay: drift.theySay,
    action: drift.action,
    result: drift.action === 'confirm' ? 'unconfirmed' : 'pending',
    inputs: acts ? JSON.stringify(work) : null,
  };
}

export interface LooseDrift {
  class: DriftClass;
  subject: string;
  connection: string;
  weSay: string;
  theySay: string;
}

/** A drift of no one order, for a person. */
export function looseDrift({ subject, ...rest }: LooseDrift): Drift {
  const key = `${rest.class}:${rest.connection}:${subject}`;
  return { ...rest, key, order: null, action: 'human', inputs: [] };
}

/** A page that could not be read ends its listing: nothing is concluded from what is missing. */
export function noteUnread(draft: Draft, connection: string, unread: Unread): void {
  draft.brakes[`unread_${connection}`] = unread.error;
}

/** Tells which connections could not be read so far. */
export function unreadIn(run: RunRow): (connection: string) => boolean {
  const brakes = JSON.parse(run.brakes) as Record<string, unknown>;
  return (connection) => `unread_${connection}` in brakes;
}

/** A bundle is told by this much of its hash. */
const HASH_CHARS = 12;

/** Orders whose words are not to be had are not compared, and never in the newest words. */
export function noteMissing(draft: Draft, missing: readonly Missing[]): void {
  for (const { spoken, unread } of missing) {
    const { connection, bundle } = spoken;
    draft.brakes[`unread_${connection}@${bundle.slice(0, HASH_CHARS)}`] = unread.error;
  }
}
