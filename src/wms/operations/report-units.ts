import { AppError } from '../../errors.ts';
import { isExpired, samePlace, type Place } from '../domain/allocation.ts';
import { allowOver, missedPlaces, type PickLine } from '../domain/pick-line.ts';
import { sumOf, takeFrom } from '../domain/take.ts';
import { moveLine, type PickChange } from '../pick-change.ts';
import { fillLine } from './fill.ts';
import { unprocessable } from './find.ts';

export interface ReportedUnits {
  line: PickLine;
  qty: number;
  location?: string | undefined;
  lot?: string | undefined;
  /** Where the report stands in the body. */
  pointer: string;
}

/**
 * Units that a picker took off the bin. They come out of the line's reservations; what exceeds
 * these are units found that were reported short before, and then units beyond the request,
 * within the tolerance of the SKU.
 */
export function pickUnits(change: PickChange, report: ReportedUnits): void {
  const { line, qty, location, lot } = report;
  if (lot !== undefined && line.lot !== null && lot !== line.lot) {
    throw unprocessable(`Line ${line.lineId} is for lot ${line.lot} only`, `${report.pointer}/lot`);
  }
  const beyond = qty - line.allocated;
  if (beyond > 0) gainUnits(change, { ...report, qty: beyond });
  bringReservations(change, report);
  const draws = takeFrom({ draws: line.draws, counter: 'reserved', qty, location, lot });
  for (const draw of draws) moveLine(change, line, { kind: 'pick', ...draw });
}

/** Units that a picker did not find: they wait for a count and are nobody's until then. */
export function shortUnits(change: PickChange, report: ReportedUnits): void {
  const { line, qty, location, lot } = report;
  if (qty > line.allocated) {
    throw unprocessable(
      `Line ${line.lineId} has ${line.allocated} allocated units, so ${qty} cannot be short`,
      `${report.pointer}/short`,
    );
  }
  const here = takeFrom({ draws: line.draws, counter: 'reserved', qty, location, lot });
  for (const draw of here) moveLine(change, line, { kind: 'short', ...draw });
  const rest = takeFrom({ draws: line.draws, counter: 'reserved', qty: qty - sumOf(here) });
  for (const draw of rest) moveLine(change, line, { kind: 'short', ...draw });
}

/** Reserves elsewhere what was not found; those units are then not short. */
export function tryOtherBins(change: PickChange, line: PickLine): void {
  fillLine(change, { line, qty: line.unfilled, except: missedPlaces(line) });
}

function gainUnits(change: PickChange, report: ReportedUnits): void {
  const { line, qty } = report;
  const over = Math.max(0, qty - line.unfilled);
  const tolerance = change.work.stores.products.findProduct(line.sku)?.overPickTolerance ?? 0;
  if (line.over + over > tolerance) {
    throw unprocessable(
      `Line ${line.lineId} asks for ${line.requested} and ${line.allocated} are allocated: picked is more than that, and the tolerance of ${line.sku} is ${tolerance}`,
      `${report.pointer}/picked`,
    );
  }
  allowOver(line, over);
  const found = foundAgain(change, report);
  const { location, lot } = report;
  const filled = fillLine(change, { line, qty: qty - found, location, lot });
  if (found + filled < qty) throw notThere(report);
}

/** Takes units back that this line had reported short, unless a count has settled them since. */
function foundAgain(change: PickChange, report: ReportedUnits): number {
  const { line, qty, location, lot } = report;
  const missed = takeFrom({ draws: line.draws, counter: 'counting', qty, location, lot });
  let found = 0;
  for (const part of missed) {
    const units = Math.min(part.qty, countingAt(change, line, part));
    moveLine(change, line, { kind: 'unhold', ...part, qty: units });
    moveLine(change, line, { kind: 'reserve', ...part, qty: units });
    found += units;
  }
  return found;
}

function countingAt(change: PickChange, line: PickLine, place: Place): number {
  const { writer, now } = change.work;
  const row = writer.rowsOf(line.sku).find((found) => samePlace(found, place));
  return row === undefined || isExpired(row, now) ? 0 : row.counting;
}

/** The picker took them from another place than planned, so the reservations move there. */
function bringReservations(change: PickChange, report: ReportedUnits): void {
  const { line, qty, location, lot } = report;
  const { draws } = line;
  const missing = qty - sumOf(takeFrom({ draws, counter: 'reserved', qty, location, lot }));
  if (missing === 0) return;
  const elsewhere = draws.filter(
    (draw) =>
      (location !== undefined && draw.location !== location) ||
      (lot !== undefined && draw.lot !== lot),
  );
  for (const draw of takeFrom({ draws: elsewhere, counter: 'reserved', qty: missing })) {
    moveLine(change, line, { kind: 'release', ...draw });
  }
  if (fillLine(change, { line, qty: missing, location, lot }) < missing) throw notThere(report);
}

function notThere({ line, qty, location, lot }: ReportedUnits): AppError {
  const where = [location, lot === undefined ? undefined : `lot ${lot}`].filter(Boolean).join(', ');
  return new AppError(
    'conflict',
    `By the books there are not ${qty} available units of ${line.sku}${where === '' ? '' : ` at ${where}`}. Nothing was changed; count or receive the goods first, or name the place they were taken from. Goods of an expired lot cannot be picked.`,
    { problem: 'insufficient-stock' },
  );
}
