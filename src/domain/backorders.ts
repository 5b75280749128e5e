import type { Line } from './books.ts';
import { fingerprint } from './fingerprint.ts';
import { orderRef } from './ids.ts';
import type { Backorder, OrderState } from './order.ts';
import { reofferWaitMs } from './offers.ts';
import { floorShorts } from './shares.ts';
import { note, type Turn } from './turn.ts';

export function backorderStatus(
  backorder: Backorder,
): 'OPEN' | 'REQUESTED' | 'FILLED' | 'CANCELLED' {
  if (backorder.open > 0) return 'OPEN';
  if (backorder.inPick > 0) return 'REQUESTED';
  return backorder.filled > 0 ? 'FILLED' : 'CANCELLED';
}

/** Makes the backorders of every line sum to the missing units that are ours to find. */
export function settleBackorders(turn: Turn): void {
  const { state } = turn;
  const shorts = floorShorts(state);
  const waiting = openBackorders(state);
  for (const line of state.lines) {
    const ours = line.buckets.backordered - (shorts.get(line.lineId) ?? 0);
    const open = waiting.get(line.lineId) ?? [];
    const held = open.reduce((sum, backorder) => sum + backorder.open, 0);
    if (ours > held) create(turn, line, ours - held);
    else if (ours < held) lower(open, held - ours);
  }
}

function openBackorders(state: OrderState): Map<string, Backorder[]> {
  const open = new Map<string, Backorder[]>();
  for (const backorder of state.backorders) {
    if (backorder.open === 0) continue;
    const ofLine = open.get(backorder.lineId);
    if (ofLine === undefined) open.set(backorder.lineId, [backorder]);
    else ofLine.push(backorder);
  }
  return open;
}

/** Its cause names it, so that a step that is cut off and run again names it the same. */
function create(turn: Turn, line: Line, qty: number): void {
  const { state } = turn;
  const misses = fruitlessPicks(state, line.lineId);
  const backorder: Backorder = {
    backorderId: `BO-${orderRef(state.address)}-${fingerprint(`${turn.cause} ${line.lineId}`)}`,
    lineId: line.lineId,
    sku: line.sku,
    qty,
    open: qty,
    inPick: 0,
    filled: 0,
    since: turn.now,
    misses,
    notBefore: misses > 1 ? turn.now + reofferWaitMs(turn, misses - 2) : 0,
  };
  state.backorders.push(backorder);
  turn.born.push(backorder.backorderId);
  note(
    turn,
    'backorder',
    `${qty} x ${line.sku} not in stock: ${backorder.backorderId} waits for it`,
  );
}

/**
 * Picks of a line that the WMS took and that brought nothing. One is bad luck; after more, stock
 * that is only in the WMS's books must not be asked for again and again.
 */
function fruitlessPicks(state: OrderState, lineId: string): number {
  let count = 0;
  for (const request of state.requests) {
    if (request.status !== 'accepted' || request.cancelAsked.includes(lineId)) continue;
    const line = request.lines.find((l) => l.lineId === lineId);
    if (line !== undefined && line.share === 0 && line.picked === 0) count += 1;
  }
  return count;
}

/** Youngest first, so that the one that has waited longest keeps its place. */
function lower(open: readonly Backorder[], units: number): void {
  let left = units;
  for (const backorder of open.toReversed()) {
    const taken = Math.min(left, backorder.open);
    backorder.open -= taken;
    left -= taken;
  }
}
