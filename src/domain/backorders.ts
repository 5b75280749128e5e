import type { Line } from './books.ts';
import { moveUnits } from './books.ts';
import { orderRef } from './ids.ts';
import type { StockOffered } from './inputs.ts';
import type { Backorder, OrderState, PickRequest } from './order.ts';
import { requestPick } from './pick-request.ts';
import { note, type Turn } from './turn.ts';

const TERMINAL = new Set(['COMPLETED', 'CANCELLED']);

export function isTerminal(request: PickRequest): boolean {
  return request.pickStatus !== null && TERMINAL.has(request.pickStatus);
}

/** Units of a line that are short on the floor of an open pick: the WMS's to fill, not ours. */
export function floorShort(state: OrderState, lineId: string): number {
  let units = 0;
  for (const request of state.requests) {
    if (request.status !== 'accepted' || isTerminal(request)) continue;
    for (const line of request.lines) {
      if (line.lineId === lineId) units += Math.max(0, line.short - line.closed);
    }
  }
  return units;
}

export function backorderStatus(backorder: Backorder): 'OPEN' | 'REQUESTED' | 'FILLED' | 'CANCELLED' {
  if (backorder.open > 0) return 'OPEN';
  if (backorder.inPick > 0) return 'REQUESTED';
  return backorder.filled > 0 ? 'FILLED' : 'CANCELLED';
}

/** Makes the backorders of every line sum to the missing units that are ours to find. */
export function settleBackorders(turn: Turn): void {
  for (const line of turn.state.lines) {
    const ours = line.buckets.backordered - floorShort(turn.state, line.lineId);
    const open = openBackorders(turn.state, line.lineId);
    const waiting = open.reduce((sum, backorder) => sum + backorder.open, 0);
    if (ours > waiting) create(turn, line, ours - waiting);
    else if (ours < waiting) lower(open, waiting - ours);
  }
}

function openBackorders(state: OrderState, lineId: string): Backorder[] {
  return state.backorders.filter((b) => b.lineId === lineId && b.open > 0);
}

function create(turn: Turn, line: Line, qty: number): void {
  const { state } = turn;
  state.counters.backorder += 1;
  const backorder: Backorder = {
    backorderId: `BO-${orderRef(state.address)}-${state.counters.backorder}`,
    lineId: line.lineId,
    sku: line.sku,
    qty,
    open: qty,
    inPick: 0,
    filled: 0,
    since: turn.now,
    misses: 0,
    notBefore: 0,
  };
  state.backorders.push(backorder);
  turn.born.push(backorder.backorderId);
  note(turn, 'backorder', `${qty} x ${line.sku} not in stock: ${backorder.backorderId} waits for it`);
}

/** Youngest first, so that the one that has waited longest keeps its place. */
function lower(open: readonly Backorder[], units: number): void {
  let left = units;
  for (const backorder of [...open].reverse()) {
    const taken = Math.min(left, backorder.open);
    backorder.open -= taken;
    left -= taken;
  }
}

/** Stock that the allocator holds for a backorder becomes a child pick for as much as still waits. */
export function takeOffer(turn: Turn, offer: StockOffered): void {
  const { state } = turn;
  turn.effects.settledOffers.push(offer.eventId);
  const backorder = state.backorders.find((b) => b.backorderId === offer.backorderId);
  const line = state.lines.find((l) => l.lineId === backorder?.lineId);
  const qty = Math.min(offer.qty, backorder?.open ?? 0);
  if (backorder === undefined || line === undefined || qty === 0) {
    note(turn, 'stock', `${offer.qty} units offered to ${offer.backorderId}, which needs none now`);
    return;
  }
  moveUnits(line, 'backordered', 'requested', qty);
  backorder.open -= qty;
  backorder.inPick += qty;
  note(turn, 'stock', `${qty} x ${backorder.sku} came in: requesting them for ${backorder.backorderId}`);
  requestPick(turn, [{ lineId: line.lineId, sku: line.sku, qty }], backorder.backorderId);
}

/** The WMS answered a child pick: what it took is filled, what it could not goes on waiting. */
export function settleFill(turn: Turn, request: PickRequest): void {
  const backorder = turn.state.backorders.find((b) => b.backorderId === request.fills);
  if (backorder === undefined) return;
  const asked = request.lines.reduce((sum, line) => sum + line.requested, 0);
  const missed =
    request.status === 'out_of_stock'
      ? asked
      : request.lines.reduce((sum, line) => sum + line.closed, 0);
  backorder.inPick -= asked;
  backorder.filled += asked - missed;
  backorder.open += missed;
  if (missed === asked) postpone(turn, backorder);
  else backorder.misses = 0;
  if (backorder.open === 0 && backorder.inPick === 0) turn.filled.push(backorder.backorderId);
}

function postpone(turn: Turn, backorder: Backorder): void {
  const { reofferFirstMs, reofferMaxMs } = turn.state.policy;
  const wait = Math.min(reofferMaxMs, reofferFirstMs * 2 ** Math.min(backorder.misses, 20));
  backorder.misses += 1;
  backorder.notBefore = turn.now + wait;
}
