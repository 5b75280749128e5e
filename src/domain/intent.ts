import type { CancelWish, OrderCreated, OrderIntent, OrderUpdated } from './inputs.ts';
import { forgiveCrm } from './dead-letters.ts';
import { unitsByLine } from './named-lines.ts';
import type { OrderState } from './order.ts';
import { note, type Turn } from './turn.ts';
import { isLatestList, LAST_WORD_AT, takeStatement, type Version } from './versions.ts';

/**
 * The order itself, or another announcement of it. What the CRM was asked for is as of `sentAt`;
 * an announcement without a number is the first version there is.
 */
export function acceptOrder(turn: Turn, intent: OrderIntent, sentAt: number): boolean {
  const { state } = turn;
  const first = !state.known;
  const taken = takeList(state, { number: intent.version ?? 1, sentAt }, intent);
  state.known = true;
  state.orphan = null;
  if (taken) forgiveCrm(turn);
  if (!first || !taken) {
    note(turn, 'order', `Another announcement of this order${taken ? '' : ' changes nothing'}`);
    return taken;
  }
  const units = state.lines.reduce((sum, line) => sum + line.ordered, 0);
  const size = `${units} units on ${state.lines.length} lines`;
  note(turn, 'order', `Order received: ${size}, ${intent.priority}`);
  return true;
}

export function acceptAnnouncement(turn: Turn, created: OrderCreated): boolean {
  return acceptOrder(turn, created, 0);
}

/** The CRM's new whole list. Only the highest version decides on what is wanted (O4). */
export function amendOrder(
  turn: Turn,
  update: OrderIntent & Pick<OrderUpdated, 'sentAt'>,
): boolean {
  const { state } = turn;
  const before = new Map(state.lines.map((line) => [line.lineId, line.wanted]));
  const { priority, promisedAt } = state;
  const taken = takeList(state, { number: update.version, sentAt: update.sentAt }, update);
  if (!taken) {
    note(turn, 'order', `Version ${update.version ?? 'without a number'} is known; ignored`);
    return false;
  }
  forgiveCrm(turn);
  reopenCancels(state);
  const changes = state.lines
    .filter((line) => line.wanted !== (before.get(line.lineId) ?? 0))
    .map((line) => `${line.sku} ${before.get(line.lineId) ?? 0} -> ${line.wanted}`);
  if (priority !== state.priority) changes.push(`priority ${state.priority}`);
  if (promisedAt !== state.promisedAt) changes.push('promised date');
  const what = changes.join(', ') || 'nothing that we follow changed';
  note(turn, 'order', `Version ${update.version ?? state.version}: ${what}`);
  return true;
}

/** The customer wants lines, or all of it, no more. What that leads to is asked for elsewhere. */
export function wantNoMore(turn: Turn, cancel: CancelWish, receivedAt: number): boolean {
  const { state } = turn;
  const taken = takeStatement(state, {
    number: cancel.version,
    sentAt: cancel.version === null ? LAST_WORD_AT : receivedAt,
    kind: 'cancel',
    named: cancel.lines,
    units: new Map(),
  });
  if (!taken) {
    note(turn, 'cancel', `Version ${cancel.version ?? 'without a number'} is known; ignored`);
    return false;
  }
  state.cancelReason = cancel.reason;
  state.crm.awaitsCancelAnswer = true;
  reopenCancels(state);
  const what = cancel.lines === null ? 'the order' : `${cancel.lines.length} lines`;
  note(
    turn,
    'cancel',
    `The CRM cancels ${what}${cancel.reason === null ? '' : `: ${cancel.reason}`}`,
  );
  return true;
}

/** A new statement may be asked of the warehouse anew. */
function reopenCancels(state: OrderState): void {
  for (const request of state.requests) request.cancelAnswered = [];
}

function takeList(
  state: OrderState,
  { number, sentAt }: Pick<Version, 'number' | 'sentAt'>,
  intent: OrderIntent,
): boolean {
  const version: Version = { number, sentAt, kind: 'list', named: null };
  const known = state.lines.length;
  const units = unitsByLine(state, intent.lines);
  if (!takeStatement(state, { ...version, units })) {
    state.lines.length = known;
    return false;
  }
  if (isLatestList(state, version)) {
    state.priority = intent.priority;
    state.promisedAt = intent.promisedAt;
  }
  return true;
}
