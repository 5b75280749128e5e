import type { Line } from './books.ts';
import { fingerprint } from './fingerprint.ts';
import { orderRef } from './ids.ts';
import type { StockOffered } from './inputs.ts';
import { move } from './ledger.ts';
import type { Backorder, OrderState } from './order.ts';
import type { PickRequest } from './pick.ts';
import { requestPick } from './pick-request.ts';
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

/**
 * Stock that the allocator holds for a backorder becomes a child pick for as much as still waits.
 * The units stay held until the WMS has answered it, so that nobody else is offered them.
 */
export function takeOffer(turn: Turn, offer: StockOffered): void {
  const { state } = turn;
  const backorder = state.backorders.find((b) => b.backorderId === offer.backorderId);
  const line = state.lines.find((l) => l.lineId === backorder?.lineId);
  const qty = Math.min(offer.qty, backorder?.open ?? 0);
  if (backorder === undefined || line === undefined || qty === 0) {
    turn.effects.settledOffers.push(offer.eventId);
    note(turn, 'stock', `${offer.qty} units offered to ${offer.backorderId}, which needs none now`);
    return;
  }
  move(turn, line, { from: 'backordered', to: 'requested', qty });
  backorder.open -= qty;
  backorder.inPick += qty;
  note(turn, 'stock', `${qty} x ${line.sku} came in: requesting them for ${backorder.backorderId}`);
  const { backorderId } = backorder;
  const asked = { lineId: line.lineId, sku: line.sku, qty };
  requestPick(turn, [asked], { backorderId, offerId: offer.eventId });
}

/** How a child pick was answered. */
export interface Fill {
  asked: number;
  /** Units that it could not bring, and that wait on. */
  missed: number;
}

/** The WMS answered a child pick: what it took is filled, what it could not goes on waiting. */
export function settleFill(turn: Turn, request: PickRequest, { asked, missed }: Fill): void {
  if (request.fills === null) return;
  const { backorderId, offerId } = request.fills;
  turn.effects.settledOffers.push(offerId);
  const backorder = turn.state.backorders.find((b) => b.backorderId === backorderId);
  if (backorder === undefined) return;
  backorder.inPick -= asked;
  backorder.filled += asked - missed;
  backorder.open += missed;
  if (missed === asked) {
    backorder.notBefore = turn.now + reofferWaitMs(turn, backorder.misses);
    backorder.misses += 1;
  } else {
    backorder.misses = 0;
  }
  if (backorder.open === 0 && backorder.inPick === 0) turn.filled.push(backorder.backorderId);
}

function reofferWaitMs(turn: Turn, misses: number): number {
  const { reofferFirstMs, reofferMaxMs } = turn.state.policy;
  return Math.min(reofferMaxMs, reofferFirstMs * 2 ** Math.min(misses, 20));
}
