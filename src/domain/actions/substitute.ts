import { newLine, raise, type Line } from '../books.ts';
import type { SubstituteLine } from '../inputs.ts';
import { move } from '../ledger.ts';
import type { OrderState } from '../order.ts';
import { floorShorts } from '../shares.ts';
import { note, type Turn } from '../turn.ts';
import type { Refusal } from './carry-out.ts';

/**
 * Lets units of another SKU stand in for missing ones: they leave their line as `substituted_out`
 * and a linked line asks for `qty` x `ratio` of the other (fulfilment 3.2). All or nothing.
 */
export function substitute(turn: Turn, asked: readonly SubstituteLine[]): Refusal | null {
  const refusal = refusalOf(turn.state, asked);
  if (refusal !== null) return refusal;
  for (const one of asked) apply(turn, one);
  return null;
}

function refusalOf(state: OrderState, asked: readonly SubstituteLine[]): Refusal | null {
  if (asked.length === 0) {
    return {
      code: 'lines-missing',
      detail: 'Say what stands in for what: lines: [{line_id, sku, qty, ratio?}].',
    };
  }
  const taken = new Map<string, number>();
  for (const { lineId, sku, qty, ratio } of asked) {
    const line = state.lines.find((one) => one.lineId === lineId);
    if (line === undefined) {
      return { code: 'unknown-line', detail: `The order has no line ${lineId}.` };
    }
    if (line.sku === sku) {
      return { code: 'same-sku', detail: `${sku} cannot stand in for itself on line ${lineId}.` };
    }
    const units = (taken.get(lineId) ?? 0) + qty;
    taken.set(lineId, units);
    const ours = oursOf(state, line);
    if (qty < 1 || units > ours) {
      return {
        code: 'too-many-units',
        detail: `Line ${lineId} has ${ours} units that can be stood in for; the rest is with the warehouse.`,
      };
    }
    if (ratio <= 0 || !Number.isInteger(qty * ratio)) {
      return {
        code: 'broken-ratio',
        detail: `${qty} units times ${ratio} is not a whole number of units of ${sku}.`,
      };
    }
  }
  return null;
}

/** Units that are missing and ours to find: those short on the floor are still the warehouse's. */
function oursOf(state: OrderState, line: Line): number {
  const floor = floorShorts(state).get(line.lineId) ?? 0;
  return line.buckets.open + line.buckets.backordered - floor;
}

function apply(turn: Turn, { lineId, sku, qty, ratio }: SubstituteLine): void {
  const { state } = turn;
  const line = state.lines.find((one) => one.lineId === lineId);
  if (line === undefined) return;
  const open = Math.min(qty, line.buckets.open);
  move(turn, line, { from: 'open', to: 'substitutedOut', qty: open });
  move(turn, line, { from: 'backordered', to: 'substitutedOut', qty: qty - open });
  const other = lineFor(state, line, { sku, ratio });
  raise(other, qty * ratio);
  other.wanted = other.ordered;
  note(turn, 'decision', `${qty} x ${line.sku} are stood in for by ${qty * ratio} x ${sku}`);
}

interface StandIn {
  sku: string;
  ratio: number;
}

function lineFor(state: OrderState, source: Line, { sku, ratio }: StandIn): Line {
  const lineId = `${source.lineId}~${sku}`;
  const known = state.lines.find((line) => line.lineId === lineId);
  if (known !== undefined) return known;
  const line: Line = {
    ...newLine(lineId, sku),
    source: { lineId: source.lineId, ratio },
    asked: state.versions.map(() => null),
  };
  state.lines.push(line);
  state.crm.told[lineId] ??= { picked: 0, shipped: 0, backordered: 0, cancelled: 0 };
  return line;
}
