import { moveUnits, cancelWish, newLine, raise } from './books.ts';
import type { OrderCancelled, OrderIntent, OrderUpdated } from './inputs.ts';
import { note, type Turn } from './turn.ts';

/** The order itself: its lines begin open. A second creation of a known order changes nothing. */
export function acceptOrder(turn: Turn, intent: OrderIntent): void {
  const { state } = turn;
  state.known = true;
  state.orphan = null;
  state.version = intent.version ?? 1;
  state.priority = intent.priority;
  state.promisedAt = intent.promisedAt;
  state.lines = intent.lines.map((line) => newLine(line.lineId, line.sku, line.qty));
  for (const line of state.lines) {
    state.crm.told[line.lineId] = { picked: 0, shipped: 0, backordered: 0, cancelled: 0 };
  }
  const units = state.lines.reduce((sum, line) => sum + line.ordered, 0);
  note(turn, 'order', `Order received: ${units} units on ${state.lines.length} lines, ${intent.priority}`);
}

/**
 * Only a higher version changes the order (O4). One without a number counts as the next, unless
 * the CRM made it before the version that is applied.
 */
export function isNewer(turn: Turn, update: OrderUpdated): boolean {
  const { state } = turn;
  return update.version === null ? update.sentAt >= state.sentAt : update.version > state.version;
}

/** The CRM's new whole list: raises, adds and lowers by difference to what the books hold. */
export function amendOrder(turn: Turn, update: OrderUpdated): void {
  const { state } = turn;
  const changes: string[] = [];
  if (state.priority !== update.priority) changes.push(`priority ${update.priority}`);
  if (state.promisedAt !== update.promisedAt) changes.push('promised date');
  state.version = update.version ?? state.version + 1;
  state.sentAt = update.sentAt;
  state.priority = update.priority;
  state.promisedAt = update.promisedAt;
  const kept = new Set<string>();
  for (const asked of update.lines) {
    const lineId = lineFor(turn, asked.lineId, asked.sku);
    const known = state.lines.find((line) => line.lineId === lineId);
    kept.add(lineId);
    if (known === undefined) {
      state.lines.push(newLine(lineId, asked.sku, asked.qty));
      state.crm.told[lineId] = { picked: 0, shipped: 0, backordered: 0, cancelled: 0 };
      changes.push(`+ ${asked.qty} x ${asked.sku}`);
      continue;
    }
    const live = known.ordered - known.buckets.cancelled - known.buckets.substitutedOut;
    if (asked.qty !== known.wanted) changes.push(`${asked.sku} ${known.wanted} -> ${asked.qty}`);
    known.wanted = asked.qty;
    if (asked.qty > live) raise(known, asked.qty - live);
  }
  for (const line of state.lines) {
    if (kept.has(line.lineId) || line.wanted === 0) continue;
    changes.push(`${line.sku} ${line.wanted} -> 0`);
    line.wanted = 0;
  }
  for (const request of state.requests) request.cancelAnswered = [];
  note(turn, 'order', `Version ${state.version}: ${changes.join(', ') || 'nothing that we follow changed'}`);
}

/** A line id that now names another SKU is another line: units never change their SKU. */
function lineFor(turn: Turn, lineId: string, sku: string): string {
  const known = turn.state.lines.find((line) => line.lineId === lineId);
  return known === undefined || known.sku === sku ? lineId : `${lineId}:${sku}`;
}

/** The customer wants lines, or all of it, no more. What that leads to, `settleCancels` asks for. */
export function wantNoMore(turn: Turn, cancel: OrderCancelled): void {
  const { state } = turn;
  const named = cancel.lines === null ? null : new Set(cancel.lines);
  state.cancelReason = cancel.reason;
  if (cancel.version !== null) state.version = Math.max(state.version, cancel.version);
  for (const line of state.lines) {
    if (named === null || named.has(line.lineId)) line.wanted = line.buckets.shipped;
  }
  for (const request of state.requests) request.cancelAnswered = [];
  const what = named === null ? 'the order' : `${named.size} lines`;
  note(turn, 'cancel', `The CRM cancels ${what}${cancel.reason === null ? '' : `: ${cancel.reason}`}`);
}

/** What is still ours is cancelled at once: units that nobody was asked for, or that wait for stock. */
export function cancelOurs(turn: Turn, floorShortOf: (lineId: string) => number): void {
  for (const line of turn.state.lines) {
    const fromOpen = Math.min(cancelWish(line), line.buckets.open);
    moveUnits(line, 'open', 'cancelled', fromOpen);
    line.cancelledByCustomer += fromOpen;
    const ours = Math.max(0, line.buckets.backordered - floorShortOf(line.lineId));
    const fromBackorder = Math.min(cancelWish(line), ours);
    moveUnits(line, 'backordered', 'cancelled', fromBackorder);
    line.cancelledByCustomer += fromBackorder;
    if (fromOpen + fromBackorder > 0) {
      note(turn, 'cancel', `${fromOpen + fromBackorder} x ${line.sku} cancelled before any pick`);
    }
  }
}
