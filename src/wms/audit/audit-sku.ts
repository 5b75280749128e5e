import { setImmediate as breathe } from 'node:timers/promises';
import type { StockRow } from '../domain/allocation.ts';
import { addCounters, NO_COUNTERS, sameCounters, type Counters } from '../domain/movement.ts';
import { lookAtLine, mendLine } from '../operations/mend-line.ts';
import { mendRow, type RowDrift } from '../operations/mend-row.ts';
import { mend, type AuditDeps, type AuditRun } from './run.ts';

interface SkuView {
  sku: string;
  /** The ledger up to and with this movement is what the rows and draws are compared with. */
  upTo: number;
  rows: StockRow[];
  /** Reserved units by place, as the draws have them. */
  reserved: Map<string, number>;
  /** Pick lines that hold reservations though their pick has ended or is gone. */
  ended: string[];
}

/** S2 and S3 of one sku, and the reservations that nobody may hold (S5). */
export async function auditSku(run: AuditRun, sku: string): Promise<void> {
  const { deps, report } = run;
  const view = deps.snapshot(() => viewOf(deps, sku));
  const folds = await foldPlaces(deps, view);
  report.looked(view.rows.length);
  const rows = new Map(view.rows.map((row) => [placeOf(row), row]));
  const places = new Map([...rows, ...folds]);
  const astray = [...places.keys()].some(
    (place) => (folds.get(place)?.reserved ?? 0) !== (view.reserved.get(place) ?? 0),
  );
  const suspects = astray
    ? [...new Set([...view.ended, ...(await linesAstray(deps, view))])]
    : view.ended;
  for (const [place, { location, lot }] of places) {
    const key = { sku, location, lot };
    const fold = countersOf(folds.get(place));
    const row = rows.get(place);
    if (report.isFull()) return;
    if (sameCounters(row ?? NO_COUNTERS, fold)) continue;
    await auditRow(run, { drift: { key, fold, upTo: view.upTo, suspects }, row });
  }
  for (const pickLine of suspects) {
    if (report.isFull()) return;
    await auditLine(run, pickLine);
  }
}

/** One pick line: looked at, and mended when that is asked. */
export async function auditLine(run: AuditRun, pickLine: string): Promise<void> {
  const { deps, report, repair } = run;
  if (report.has(pickLine)) return;
  const found = deps.snapshot(() => lookAtLine(deps.stores, pickLine));
  if (found === undefined) return;
  const mended = repair ? await mend(run, (work) => mendLine(work, pickLine)) : undefined;
  report.addLine(pickLine, found, mended !== undefined);
}

async function auditRow(
  run: AuditRun,
  { drift, row }: { drift: RowDrift; row: StockRow | undefined },
): Promise<void> {
  const { report, repair } = run;
  const { sku, location, lot } = drift.key;
  const mended = repair ? await mend(run, (work) => mendRow(work, drift)) : undefined;
  report.add({
    ...{ class: 'D9', sku, location, lot: lot === '' ? null : lot },
    ...differences(row ?? NO_COUNTERS, drift.fold),
    repaired: mended !== undefined,
  });
  for (const { pickLine, found } of mended?.done.lines ?? []) {
    report.addLine(pickLine, found, true);
  }
}

function viewOf({ stores, settings }: AuditDeps, sku: string): SkuView {
  const { audits, stock } = stores;
  return {
    sku,
    upTo: audits.lastMovementId(),
    rows: stock.rowsOf(sku),
    reserved: new Map(audits.reservedDraws(sku).map((sum) => [placeOf(sum), sum.reserved])),
    ended: audits.drawsOfEnded(sku, settings.findingsMax),
  };
}

type PlaceFold = Counters & { location: string; lot: string };

/** The fold of a sku's ledger by place, read in small parts. */
async function foldPlaces(
  { stores, settings }: AuditDeps,
  { sku, upTo }: SkuView,
): Promise<Map<string, PlaceFold>> {
  const folds = new Map<string, PlaceFold>();
  let after = 0;
  for (;;) {
    const sums = stores.audits.byPlace({ sku, after, upTo, limit: settings.chunkRows });
    for (const sum of sums) {
      const { location, lot, lastId } = sum;
      const place = placeOf(sum);
      const before = folds.get(place) ?? NO_COUNTERS;
      folds.set(place, { location, lot, ...addCounters(before, sum) });
      after = Math.max(after, lastId);
    }
    if (movementsOf(sums) < settings.chunkRows) return folds;
    await breathe();
  }
}

/** Lines of which the ledger has more or fewer units reserved than their draws. */
async function linesAstray(
  { stores, settings }: AuditDeps,
  { sku, upTo }: SkuView,
): Promise<string[]> {
  const reserved = new Map<string, number>();
  let after = 0;
  for (;;) {
    const sums = stores.audits.byLine({ sku, after, upTo, limit: settings.chunkRows });
    for (const { pickLine, location, lot, lastId, ...sum } of sums) {
      after = Math.max(after, lastId);
      if (pickLine === '') continue;
      const at = JSON.stringify([pickLine, location, lot]);
      const units = (reserved.get(at) ?? 0) + sum.reserved;
      // Lines that hold nothing are forgotten, so that the map stays as small as the open work.
      if (units === 0) reserved.delete(at);
      else reserved.set(at, units);
    }
    if (movementsOf(sums) < settings.chunkRows) break;
    await breathe();
  }
  for (const { pickLine, location, lot, units } of stores.audits.drawsReserved(sku)) {
    const at = JSON.stringify([pickLine, location, lot]);
    if (reserved.get(at) === units) reserved.delete(at);
    else reserved.set(at, units);
  }
  return [...new Set([...reserved.keys()].map((at) => (JSON.parse(at) as string[])[0] ?? ''))];
}

function movementsOf(sums: readonly { movements: number }[]): number {
  return sums.reduce((total, sum) => total + sum.movements, 0);
}

function countersOf(fold: PlaceFold | undefined): Counters {
  const { onHand, reserved, picked, held, counting } = fold ?? NO_COUNTERS;
  return { onHand, reserved, picked, held, counting };
}

const NAMES = [
  ['onHand', 'on_hand'],
  ['reserved', 'reserved'],
  ['picked', 'picked'],
  ['held', 'held'],
  ['counting', 'waiting for a count'],
] as const;

function differences(counters: Counters, ledger: Counters) {
  const differ = NAMES.filter(([member]) => counters[member] !== ledger[member]);
  const told = (from: Counters) =>
    differ.map(([member, name]) => `${name} ${from[member]}`).join(', ');
  return { we_say: `the counter: ${told(counters)}`, they_say: `the ledger: ${told(ledger)}` };
}

function placeOf({ location, lot }: { location: string; lot: string }): string {
  return JSON.stringify([location, lot]);
}
