import { raise, type Line } from './books.ts';
import type { OrderState } from './order.ts';

/** One statement of the CRM on what it wants, in the order in which it made them. */
export interface Version {
  /** The CRM's number; null when it sends none. */
  number: number | null;
  /** The CRM's own time, epoch ms: orders statements of which one has no number. */
  sentAt: number;
  kind: 'list' | 'cancel';
  /** Lines that a cancel names, known here or not yet; null when it speaks of all there are. */
  named: string[] | null;
}

export interface Statement extends Version {
  /** Units per line of a list. */
  units: ReadonlyMap<string, number>;
}

/** A cancel without a number is the CRM's last word on its lines, whenever it arrives. */
export const LAST_WORD_AT = Number.MAX_SAFE_INTEGER;

/** Versions whose quantities are remembered; what is older than these changes nothing any more. */
const VERSIONS_MAX = 50;

/**
 * Takes a statement at its place among those known: what is wanted is what the last one says, and
 * what was ever ordered is the sum of all raises from each to the next. Returns false for one that
 * is known, too old, or overtaken by a later one that says it all (O4). One that only a cancel of
 * single lines has overtaken still counts for the others.
 */
export function takeStatement(state: OrderState, statement: Statement): boolean {
  const { units, ...version } = statement;
  const { number } = version;
  const known = number !== null && state.versions.some((v) => v.number === number);
  const after = state.versions.findLastIndex((v) => !isBefore(version, v));
  const overtaken = state.versions.slice(after + 1).some(isWhole);
  const tooOld = after === -1 && state.versions.length >= VERSIONS_MAX;
  if (known || overtaken || tooOld) return false;
  for (const line of state.lines) {
    const before = everAsked(line);
    line.asked.splice(after + 1, 0, unitsAsked(statement, line));
    raise(line, everAsked(line) - before);
    line.wanted = unitsWanted(line, state.versions.length);
  }
  state.versions.splice(after + 1, 0, version);
  state.version = Math.max(state.version, lastNumber(state.versions));
  if (state.versions.length > VERSIONS_MAX) forgetOldest(state);
  return true;
}

/** A list, or a cancel of the order, says all there is to say; what was stated before it is history. */
function isWhole({ kind, named }: Version): boolean {
  return kind === 'list' || named === null;
}

/** A substitute is the person's who decided on it: the CRM speaks of it by the line it stands in for. */
function unitsAsked({ units, ...version }: Statement, line: Line): number | null {
  if (line.source === null) return units.get(line.lineId) ?? unitsUnnamed(version, line);
  const { lineId } = line.source;
  const gone =
    version.kind === 'list'
      ? (units.get(lineId) ?? 0) === 0
      : version.named === null || version.named.includes(lineId);
  return gone ? 0 : null;
}

/** Units wanted after the versions up to `index`; of a substitute all, or none once its source is gone. */
function unitsWanted(line: Line, index: number): number {
  if (line.source === null) return unitsAt(line, index);
  return line.asked.slice(0, index + 1).findLast((units) => units !== null) === 0
    ? 0
    : line.ordered;
}

/** What a version says of a line that it gives no units: nothing is wanted, or nothing is said. */
export function unitsUnnamed({ named }: Version, { lineId, sku }: Line): 0 | null {
  const isNamed =
    named === null || named.includes(lineId) || named.includes(crmLineOf(lineId, sku));
  return isNamed ? 0 : null;
}

/** The CRM's own id of a line that we had to tell apart from another of the same id. */
function crmLineOf(lineId: string, sku: string): string {
  const suffix = `:${sku}`;
  return lineId.endsWith(suffix) ? lineId.slice(0, -suffix.length) : lineId;
}

/** Whether the CRM's last word on a line is a cancel. */
export function isCancelled(state: OrderState, line: Line): boolean {
  const last = line.asked.findLastIndex((units) => units !== null);
  return state.versions[last]?.kind === 'cancel';
}

/** The last whole list decides on what belongs to the order as a whole. */
export function isLatestList(state: OrderState, version: Version): boolean {
  const last = state.versions.findLast((v) => v.kind === 'list');
  return last?.number === version.number && last.sentAt === version.sentAt;
}

function isBefore(a: Version, b: Version): boolean {
  if (a.number !== null && b.number !== null) return a.number < b.number;
  return a.sentAt < b.sentAt;
}

/** A list without a number counts as the next. */
function lastNumber(versions: readonly Version[]): number {
  return versions.reduce(
    (last, { number, kind }) => Math.max(last, number ?? (kind === 'list' ? last + 1 : last)),
    0,
  );
}

function everAsked({ asked }: Line): number {
  let total = 0;
  let before = 0;
  for (const units of asked) {
    const now = units ?? before;
    total += Math.max(0, now - before);
    before = now;
  }
  return total;
}

function unitsAt({ asked }: Line, index: number): number {
  return asked.slice(0, index + 1).findLast((units) => units !== null) ?? 0;
}

function forgetOldest(state: OrderState): void {
  state.versions.shift();
  for (const line of state.lines) {
    const oldest = line.asked.shift() ?? null;
    line.asked[0] ??= oldest;
  }
}
