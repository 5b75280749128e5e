import { cancelWish, customerPart, goalOf, type Line } from './books.ts';
import { fingerprint } from './fingerprint.ts';
import { move } from './ledger.ts';
import type { OrderState } from './order.ts';
import { isTerminal, type PickLine, type PickRequest } from './pick.ts';
import { cancellableUnits, excessOf, floorShorts } from './shares.ts';
import { note, send, type Turn } from './turn.ts';

/** What is still ours is cancelled at once: units that nobody was asked for, or that wait for stock. */
export function cancelOurs(turn: Turn): void {
  const wished = turn.state.lines.filter((line) => cancelWish(line) > 0);
  if (wished.length === 0) return;
  const shorts = floorShorts(turn.state);
  for (const line of wished) {
    const ours = line.buckets.backordered - (shorts.get(line.lineId) ?? 0);
    const cancelled = giveUp(turn, line, 'open') + giveUp(turn, line, 'backordered', ours);
    if (cancelled > 0) note(turn, 'cancel', `${cancelled} x ${line.sku} cancelled before any pick`);
  }
}

function giveUp(
  turn: Turn,
  line: Line,
  from: 'open' | 'backordered',
  units = line.buckets[from],
): number {
  const qty = Math.min(cancelWish(line), units);
  line.cancelledByCustomer += customerPart(line, qty);
  move(turn, line, { from, to: 'cancelled', qty });
  return qty;
}

/**
 * Asks the warehouse to let go what is wanted no more, youngest pick first; only its answer moves
 * units (fulfilment 3.3). Safe to call at any time.
 */
export function askForCancels(turn: Turn): void {
  const { state } = turn;
  const wishes = wishesOf(state);
  const spoilt = canTellExcess(state) && state.requests.some((r) => r.lines.some(hasExcess));
  if (wishes.size === 0 && !spoilt) return;
  for (const request of state.requests) {
    if (request.cancelling) spend(wishes, request.lines);
  }
  const isUnwanted = (line: PickLine): boolean =>
    (wishes.get(line.lineId) ?? 0) > 0 || (spoilt && hasExcess(line));
  for (const request of state.requests.toReversed()) {
    if (request.status !== 'accepted' || request.cancelling) continue;
    const lines = request.lines.filter(
      (line) =>
        isUnwanted(line) &&
        (isLetGo(request, line) || isPickedInVain(state, request, line)) &&
        !request.cancelAnswered.includes(line.lineId),
    );
    if (lines.length > 0) ask(turn, request, lines);
    spend(wishes, lines);
  }
}

function isLetGo(request: PickRequest, line: PickLine): boolean {
  return !isTerminal(request) && cancellableUnits(line) > 0;
}

/**
 * Picked units of a line of which nothing is wanted: the warehouse cannot cancel them, but only a
 * line that it was asked to cancel may be put back. Where it reports no shipments, those of a pick
 * that has ended have left.
 */
function isPickedInVain(state: OrderState, request: PickRequest, line: PickLine): boolean {
  if (line.picked <= line.shipped || (isTerminal(request) && !reportsShipments(state)))
    return false;
  return state.lines.some((own) => own.lineId === line.lineId && goalOf(own) === 0);
}

/**
 * Picked units of a line that the warehouse was asked to cancel may be put back as long as its pick
 * is under way, also where picked is the end of them.
 */
export function mayGiveBack(state: OrderState, request: PickRequest): boolean {
  if (request.status !== 'accepted' || isTerminal(request) || reportsShipments(state)) return false;
  return request.lines.some(
    ({ lineId, picked }) => picked > 0 && request.cancelAsked.includes(lineId),
  );
}

function reportsShipments({ policy }: OrderState): boolean {
  return policy.terminalBucket === 'shipped';
}

/** Units per line that are still to be cancelled. */
function wishesOf(state: OrderState): Map<string, number> {
  const wishes = new Map<string, number>();
  for (const line of state.lines) {
    if (cancelWish(line) > 0) wishes.set(line.lineId, cancelWish(line));
  }
  return wishes;
}

/** While an answer is awaited, what looks like an excess may yet find its units. */
function canTellExcess(state: OrderState): boolean {
  return !state.requests.some((request) => request.status === 'sending' || request.cancelling);
}

function hasExcess(line: PickLine): boolean {
  return excessOf(line) > 0;
}

/** A cancel may bring back this many units: they are not to be asked for elsewhere. */
function spend(wishes: Map<string, number>, lines: readonly PickLine[]): void {
  for (const line of lines) {
    const wish = wishes.get(line.lineId);
    if (wish === undefined) continue;
    const units = Math.max(0, cancellableUnits(line) - excessOf(line));
    wishes.set(line.lineId, Math.max(0, wish - units));
  }
}

function ask(turn: Turn, request: PickRequest, lines: readonly PickLine[]): void {
  const { state } = turn;
  if (request.pickId === null) return;
  const lineIds = lines.map((line) => line.lineId);
  const whole = request.lines.every(
    (line) => lineIds.includes(line.lineId) || cancellableUnits(line) + line.picked === 0,
  );
  state.counters.ask += 1;
  request.cancelling = true;
  request.cancelAsked = [...new Set([...request.cancelAsked, ...lineIds])];
  const asked = whole ? null : lineIds;
  const content = fingerprint(JSON.stringify([asked, state.cancelReason]));
  send(turn, {
    kind: 'cancel_pick',
    key: `cancel:${request.reference}:${state.counters.ask}-${content}`,
    reference: request.reference,
    pickId: request.pickId,
    lines: asked,
    reason: state.cancelReason,
  });
  const what = whole ? request.pickId : `${lines.length} lines of ${request.pickId}`;
  note(turn, 'cancel', `Asking the warehouse to cancel ${what}`);
}

/** Whether a cancel is asked for and not answered yet. */
export function cancelPending(state: OrderState): boolean {
  return (
    state.requests.some((request) => request.cancelling) ||
    (state.lines.some((line) => cancelWish(line) > 0) &&
      state.requests.some((request) => request.status === 'sending'))
  );
}
