import { samePlace } from '../domain/allocation.ts';
import { lineDrift, type AuditClass, type LineFold } from '../domain/line-drift.ts';
import { isTerminal } from '../domain/pick-state.ts';
import type { PickRecord } from '../domain/pick.ts';
import {
  cancelUnfilled,
  closeShort,
  missedPlaces,
  type Draw,
  type PickLine,
} from '../domain/pick-line.ts';
import { sumOf, takeFrom } from '../domain/take.ts';
import {
  beginChange,
  finishChange,
  hasChanged,
  moveLine,
  type PickChange,
} from '../pick-change.ts';
import type { Work } from '../work.ts';
import { fillLine } from './fill.ts';
import { releaseAll } from './patch-pick.ts';

export interface LineFinding {
  class: AuditClass;
  sku: string;
  pickId: string;
  weSay: string;
  theySay: string;
}

/** Looks at one pick line; says what is wrong with it, and changes nothing. */
export function lookAtLine(
  stores: Pick<Work['stores'], 'audits' | 'picks'>,
  pickLine: string,
): LineFinding | undefined {
  const pickId = pickIdOf(pickLine);
  const pick = stores.picks.find(pickId);
  const line = pick?.lines.find((one) => one.pickLine === pickLine);
  const fold = stores.audits.lineFold(pickLine);
  const open = pick !== undefined && !isTerminal(pick.status);
  const draws = line?.draws ?? stores.audits.drawsOf(pickLine);
  const drift = lineDrift({ line, open, draws, fold });
  return drift && { ...drift, sku: line?.sku ?? fold.sku ?? '', pickId };
}

/**
 * Brings a pick line to what the ledger says. Reservations that nobody may hold are released by
 * ordinary movements; units that turn out to be promised and not reserved are reserved anew, and
 * what there is not enough of is short on the floor.
 */
export function mendLine(work: Work, pickLine: string): LineFinding | undefined {
  const found = lookAtLine(work.stores, pickLine);
  if (found === undefined) return undefined;
  const pick = work.stores.picks.find(found.pickId);
  const line = pick?.lines.find((one) => one.pickLine === pickLine);
  const fold = work.stores.audits.lineFold(pickLine);
  if (pick === undefined || line === undefined) releaseStray(work, { pickLine, fold, found });
  else mendPickLine(beginChange(work, pick), { line, fold, found });
  return found;
}

interface Stray {
  pickLine: string;
  fold: LineFold;
  found: LineFinding;
}

/** The pick is gone, so only the ledger and the draws are left to mend. */
function releaseStray(work: Work, { pickLine, fold, found }: Stray): void {
  const { audits } = work.stores;
  const draws = audits.drawsOf(pickLine);
  const after = fold.draws.map((draw) => ({ ...draw, reserved: 0 }));
  const { sku } = found;
  const id = audits.record({
    ...{ at: work.now, class: found.class, sku, location: '', lot: '', pickLine },
    before: { draws },
    after: { draws: after },
  });
  for (const { location, lot, reserved } of fold.draws) {
    if (reserved <= 0) continue;
    const move = { kind: 'release' as const, sku, location, lot, qty: reserved, pickLine };
    work.writer.move({ ...move, causeId: `audit:${id}`, reason: 'audit' });
  }
  for (const draw of draws) {
    const known = after.find((one) => samePlace(one, draw));
    audits.setDraw(pickLine, known ?? { ...draw, reserved: 0, picked: 0, counting: 0 });
  }
}

interface Mend {
  line: PickLine;
  fold: LineFold;
  found: LineFinding;
}

function mendPickLine(change: PickChange, { line, fold, found }: Mend): void {
  const { work, pick } = change;
  const before = structuredClone(line);
  change.reasons.set(line.pickLine, 'audit');
  takeFromLedger(line, fold);
  if (isTerminal(pick.status)) endLine(change, line);
  else promiseAgain(change, { line, missing: line.unfilled - before.unfilled });
  if (hasChanged(change)) finishChange(change);
  work.stores.picks.save(pick, [line]);
  work.stores.audits.record({
    ...{ at: work.now, class: found.class, sku: line.sku, location: '', lot: '' },
    pickLine: line.pickLine,
    before: { ...before },
    after: { ...line },
  });
}

/** Units that the ledger neither has reserved nor picked are open again. */
function takeFromLedger(line: PickLine, fold: LineFold): void {
  line.draws = drawsAfter(line.draws, fold.draws);
  line.allocated = line.draws.reduce((sum, draw) => sum + draw.reserved, 0);
  line.shipped = fold.shipped;
  line.picked = fold.shipped + line.draws.reduce((sum, draw) => sum + draw.picked, 0);
  const settled = line.allocated + line.picked + line.short + line.cancelled;
  line.unfilled = line.requested + line.over - settled;
}

function drawsAfter(present: readonly Draw[], ledger: readonly Draw[]): Draw[] {
  const gone = present
    .filter((draw) => !ledger.some((one) => samePlace(one, draw)))
    .map(({ location, lot }) => ({ location, lot, reserved: 0, picked: 0, counting: 0 }));
  return [...ledger.map((draw) => ({ ...draw })), ...gone];
}

function endLine(change: PickChange, line: PickLine): void {
  const { pick } = change;
  releaseAll(change, line);
  takeSurplus(change, line);
  if (pick.status === 'CANCELLED') cancelUnfilled(line);
  else closeShort(line);
  if (pick.outcome === 'FULL' && line.short > 0) pick.outcome = 'SHORT';
}

function promiseAgain(
  change: PickChange,
  { line, missing }: { line: PickLine; missing: number },
): void {
  takeSurplus(change, line);
  if (missing <= 0) return;
  const filled = fillLine(change, { line, qty: missing, except: missedPlaces(line) });
  if (filled < missing) markShort(change.pick);
}

/** More is reserved or picked than was asked: reservations go back, and picked units are over. */
function takeSurplus(change: PickChange, line: PickLine): void {
  const surplus = Math.max(0, -line.unfilled);
  const free = takeFrom({ draws: line.draws, counter: 'reserved', qty: surplus });
  for (const draw of free) moveLine(change, line, { kind: 'release', ...draw });
  const over = surplus - sumOf(free);
  line.over += over;
  line.unfilled += over;
}

function markShort(pick: PickRecord): void {
  pick.status = 'PARTIAL';
}

/** The pick's id has no slash, so the first one ends it. */
function pickIdOf(pickLine: string): string {
  return pickLine.slice(0, pickLine.indexOf('/'));
}
