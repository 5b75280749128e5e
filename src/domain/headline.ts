import { isOpen } from './actions/action.ts';
import { total } from './books.ts';
import { cancelPending } from './cancel.ts';
import type { OrderState } from './order.ts';
import type { PickRequest } from './pick.ts';
import { excessOf, overOf } from './shares.ts';

export type Headline =
  | 'CANCELLED'
  | 'FULFILLED'
  | 'CLOSED_SHORT'
  | 'PARTIALLY_SHIPPED'
  | 'PICKED'
  | 'PARTIALLY_PICKED'
  | 'ALLOCATED'
  | 'PARTIALLY_ALLOCATED'
  | 'BACKORDERED'
  | 'OPEN';

/** First match of fulfilment 3.2, over all lines. */
export function headlineOf(state: OrderState): Headline {
  const { lines } = state;
  const ordered = lines.reduce((sum, line) => sum + line.ordered, 0);
  const shipped = total(lines, 'shipped');
  const picked = total(lines, 'picked');
  const cancelled = total(lines, 'cancelled');
  const out = total(lines, 'substitutedOut');
  const byCustomer = lines.reduce((sum, line) => sum + line.cancelledByCustomer, 0);
  const done = state.policy.terminalBucket === 'shipped' ? shipped : shipped + picked;
  if (!state.known) return 'OPEN';
  if (cancelled === ordered) return 'CANCELLED';
  if (done + byCustomer + out === ordered) return 'FULFILLED';
  if (done + cancelled + out === ordered) return 'CLOSED_SHORT';
  if (shipped > 0) return 'PARTIALLY_SHIPPED';
  if (picked + cancelled + out === ordered) return 'PICKED';
  if (picked > 0) return 'PARTIALLY_PICKED';
  const allocated = total(lines, 'allocated');
  if (allocated + cancelled + out === ordered) return 'ALLOCATED';
  if (allocated > 0) return 'PARTIALLY_ALLOCATED';
  return total(lines, 'backordered') > 0 ? 'BACKORDERED' : 'OPEN';
}

/** Overlays beside the headline. NEEDS_ACTION goes with ACTION_REQUIRED: the stage's word for it. */
export function flagsOf(state: OrderState): string[] {
  const flags: string[] = [];
  if (total(state.lines, 'backordered') > 0 || state.backorders.some((b) => b.inPick > 0)) {
    flags.push('HAS_BACKORDER');
  }
  if (cancelPending(state)) flags.push('CANCEL_PENDING');
  if (state.holds.length > 0) flags.push('ON_HOLD');
  if (needsAction(state)) flags.push('ACTION_REQUIRED', 'NEEDS_ACTION');
  if (state.lines.some((line) => line.over > 0)) flags.push('OVER_DELIVERED');
  if (state.requests.some(hasDrift)) flags.push('DRIFT');
  return flags;
}

function needsAction(state: OrderState): boolean {
  return state.deadLetters.length > 0 || state.actions.some(isOpen);
}

/** The WMS contradicts itself, or holds units for the order that the order did not ask for. */
function hasDrift(request: PickRequest): boolean {
  return request.drift !== null || request.lines.some((line) => excessOf(line) > overOf(line));
}

export type Stage =
  | 'RECEIVED'
  | 'FULFILLING'
  | 'WAITING'
  | 'CLOSING'
  | 'NEEDS_ACTION'
  | 'FULFILLED'
  | 'CLOSED_SHORT'
  | 'CANCELLED'
  | 'ORPHANED';

/** Where the order stands, in the words of ops; NEEDS_ACTION wins over where it would stand. */
export function stageOf(state: OrderState): Stage {
  if (needsAction(state)) return 'NEEDS_ACTION';
  if (!state.known) return state.closedAt === null ? 'RECEIVED' : 'ORPHANED';
  const headline = headlineOf(state);
  if (state.closedAt !== null && isEnd(headline)) return headline;
  const { lines } = state;
  if (total(lines, 'allocated') > 0) return 'FULFILLING';
  if (total(lines, 'requested') + total(lines, 'open') > 0) {
    return state.requests.some((r) => r.status === 'accepted') ? 'FULFILLING' : 'RECEIVED';
  }
  return total(lines, 'backordered') > 0 ? 'WAITING' : 'CLOSING';
}

function isEnd(headline: Headline): headline is 'FULFILLED' | 'CLOSED_SHORT' | 'CANCELLED' {
  return headline === 'FULFILLED' || headline === 'CLOSED_SHORT' || headline === 'CANCELLED';
}

/** O1: every unit is where it can rest. */
export function unitsAtRest(state: OrderState): boolean {
  const { lines } = state;
  const moving =
    total(lines, 'open') +
    total(lines, 'requested') +
    total(lines, 'allocated') +
    total(lines, 'backordered');
  const unshipped = state.policy.terminalBucket === 'shipped' ? total(lines, 'picked') : 0;
  return moving + unshipped === 0;
}
