import type { DriftRow, SettledDrift } from '../books/read-reconcile-rows.ts';
import type { OrderAddress } from '../domain/ids.ts';
import type { OrderInput } from '../domain/inputs.ts';
import { flapLimitOf, judge, repairsAllowed } from './brakes.ts';
import type { DriftAction, DriftClass } from './drift.ts';
import { carryOut } from './own-acts.ts';
import {
  emptyDraft,
  type DriftWork,
  type PageDone,
  type PageInput,
  type RunDeps,
} from './run-deps.ts';

/** Drifts that one page acts on. */
const ROWS_MAX = 100;

/**
 * Acts on what was found, now that it is known how much was looked at. What a brake holds back is
 * reported; what is for a person is left to one. Order by order, so that an order is asked once.
 */
export async function actPage(deps: RunDeps, { run }: PageInput): Promise<PageDone> {
  const draft = emptyDraft();
  const rows = deps.book.pending(run.runId, ROWS_MAX);
  for (const group of byOrder(rows)) {
    const { go, stay } = split(deps, { run, group, draft });
    const settled = [...stay, ...(await actOn(deps, go))];
    deps.book.settleDrifts(settled, deps.now());
  }
  return { draft, next: rows.length < ROWS_MAX ? null : 'more' };
}

function byOrder(rows: readonly DriftRow[]): DriftRow[][] {
  const groups = new Map<string, DriftRow[]>();
  for (const row of rows) {
    const key = row.orderKey ?? `drift ${row.seq}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}

interface Splitting {
  run: PageInput['run'];
  group: readonly DriftRow[];
  draft: PageDone['draft'];
}

function split(
  deps: RunDeps,
  { run, group, draft }: Splitting,
): { go: DriftRow[]; stay: SettledDrift[] } {
  const { book, settings, now } = deps;
  const touched = isTouched(deps, run, group);
  const go: DriftRow[] = [];
  const stay: SettledDrift[] = [];
  for (const row of group) {
    const driftClass = row.class as DriftClass;
    const limit = flapLimitOf(driftClass, settings.flaps, settings.keepMs);
    const here = go.filter((one) => one.class === row.class).length;
    const verdict = judge({
      class: driftClass,
      action: row.action as DriftAction,
      mode: run.mode,
      acted: book.actedOn(run.runId, row.class) + here,
      allowed: repairsAllowed(driftClass, run.scanned, settings.brakes),
      repairedBefore: book.repairedSince(row.driftKey, now() - limit.windowMs),
      flapsMax: limit.max,
      off: settings.brakes.off,
      touched,
    });
    if (verdict.act) {
      go.push(row);
      continue;
    }
    const { result } = verdict;
    const action = result === 'flapping' ? 'human' : row.action;
    stay.push({ seq: row.seq, action, result, repaired: false });
    if (result === 'braked') draft.brakes[row.class] = 'more repairs than one run may make';
    if (result === 'flapping') draft.brakes['flapping'] = true;
  }
  return { go, stay };
}

/** Whoever asks for the run of one order wants it mended now. */
function isTouched(
  { book, settings, now }: RunDeps,
  run: PageInput['run'],
  [first]: readonly DriftRow[],
): boolean {
  if (run.tier === 'order' || first === undefined || first.orderKey === null) return false;
  return book.touchedSince(first.orderKey, now() - settings.operatorQuietMs);
}

async function actOn(deps: RunDeps, rows: readonly DriftRow[]): Promise<SettledDrift[]> {
  const results: SettledDrift[] = [];
  const told: DriftRow[] = [];
  for (const row of rows) {
    const { act } = workOf(row);
    if (act === undefined) {
      told.push(row);
      continue;
    }
    const key = `recon:${row.runId}:${row.seq}`;
    const result = await carryOut(deps, { act, order: orderOf(row), key });
    results.push({ seq: row.seq, action: row.action, result, repaired: result === 'sent' });
  }
  const [first] = told;
  const order = first === undefined ? null : orderOf(first);
  if (order === null) return results;
  const inputs = merged(told.flatMap((row) => workOf(row).inputs));
  const outcome = await deps.tell({ order, inputs });
  return [
    ...results,
    ...told.map((row) =>
      outcome === 'delivered'
        ? { seq: row.seq, action: row.action, result: 'sent', repaired: true }
        : { seq: row.seq, action: 'human', result: 'order_ended', repaired: false },
    ),
  ];
}

function orderOf({ orderKey, orderId }: DriftRow): OrderAddress | null {
  if (orderKey === null || orderId === null) return null;
  return { connection: orderKey.slice(0, orderKey.length - orderId.length - 1), orderId };
}

/** Facts first, and one question for all the reasons there are to ask. */
function merged(inputs: readonly OrderInput[]): OrderInput[] {
  const facts = inputs.filter((input) => input.type !== 'reconcile_asked');
  const asked = inputs.filter((input) => input.type === 'reconcile_asked');
  const [first] = asked;
  if (first === undefined) return facts;
  const reason = [...new Set(asked.map((one) => one.reason))].join(', ');
  return [...facts, { ...first, reason }];
}

/** The drift's own page wrote it from a DriftWork. */
function workOf(row: DriftRow): DriftWork {
  return JSON.parse(row.inputs ?? '{"inputs":[]}') as DriftWork;
}
