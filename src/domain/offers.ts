import type { StockOffered } from './inputs.ts';
import { move } from './ledger.ts';
import type { PickRequest } from './pick.ts';
import { requestPick } from './pick-request.ts';
import { note, type Turn } from './turn.ts';

/**
 * Stock that the allocator holds for a backorder becomes a child pick for as much as still waits.
 * The units stay held until the WMS has answered it, so that nobody else is offered them.
 */
export function takeOffer(turn: Turn, offer: StockOffered): void {
  const { state } = turn;
  const backorder = state.backorders.find((b) => b.backorderId === offer.backorderId);
  const line = state.lines.find((l) => l.lineId === backorder?.lineId);
  const qty = state.holds.length > 0 ? 0 : Math.min(offer.qty, backorder?.open ?? 0);
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

/** An offer that comes again was settled in books that have lost it, unless its pick is still out. */
export function settleAgain(turn: Turn, offer: StockOffered): void {
  const isOut = turn.state.requests.some(
    (request) => request.status === 'sending' && request.fills?.offerId === offer.eventId,
  );
  if (!isOut) turn.effects.settledOffers.push(offer.eventId);
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

/** How long a backorder waits after offers, or picks, that brought it nothing. */
export function reofferWaitMs(turn: Turn, misses: number): number {
  const { reofferFirstMs, reofferMaxMs } = turn.state.policy;
  return Math.min(reofferMaxMs, reofferFirstMs * 2 ** Math.min(misses, 20));
}
