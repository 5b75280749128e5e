import { newLine, type Line } from './books.ts';
import type { AskedLine, OrderCancelled, OrderCreated, OrderIntent, OrderUpdated } from './inputs.ts';
import type { OrderState } from './order.ts';
import { note, type Turn } from './turn.ts';
import { isLatestList, LAST_WORD_AT, silence, takeStatement, type Version } from './versions.ts';

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

/**
 * The CRM's new whole list. Only the highest version decides on what is wanted (O4); one that
 * comes after a higher one only completes the record of what was ever ordered.
 */
export function amendOrder(turn: Turn, update: OrderUpdated): boolean {
  const { state } = turn;
  const before = new Map(state.lines.map((line) => [line.lineId, line.wanted]));
  const { priority, promisedAt } = state;
  const taken = takeList(state, { number: update.version, sentAt: update.sentAt }, update);
  if (!taken) {
    note(turn, 'order', `Version ${update.version ?? 'without a number'} is known; ignored`);
    return false;
  }
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
export function wantNoMore(turn: Turn, cancel: OrderCancelled): boolean {
  const { state } = turn;
  const named = cancel.lines === null ? null : new Set(cancel.lines);
  const gone = state.lines.filter(({ lineId, sku }) => {
    return named === null || named.has(lineId) || named.has(crmLineOf(lineId, sku));
  });
  const taken = takeStatement(state, {
    number: cancel.version,
    sentAt: cancel.version === null ? LAST_WORD_AT : cancel.receivedAt,
    kind: 'cancel',
    whole: named === null,
    units: new Map(gone.map((line) => [line.lineId, 0])),
  });
  if (!taken) {
    note(turn, 'cancel', `Version ${cancel.version ?? 'without a number'} is known; ignored`);
    return false;
  }
  state.cancelReason = cancel.reason;
  reopenCancels(state);
  const what = named === null ? 'the order' : `${named.size} lines`;
  note(turn, 'cancel', `The CRM cancels ${what}${cancel.reason === null ? '' : `: ${cancel.reason}`}`);
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
  const version: Version = { number, sentAt, kind: 'list', whole: true };
  const units = new Map<string, number>();
  const known = state.lines.length;
  const named = new Map(state.lines.map((line) => [line.lineId, line.sku]));
  const [same, other] = split(intent.lines, ({ lineId, sku }) => named.get(lineId) === sku);
  for (const asked of same) units.set(asked.lineId, asked.qty);
  for (const asked of other) {
    const line = lineFor(state, asked, units) ?? addLine(state, asked);
    units.set(line.lineId, (units.get(line.lineId) ?? 0) + asked.qty);
  }
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

/**
 * Units never change their SKU: a line id that now names another SKU, as ids by position do when a
 * line before them goes, is the line of that SKU which the list has not named yet, or a new one.
 */
function lineFor(
  state: OrderState,
  { lineId, sku }: AskedLine,
  named: ReadonlyMap<string, number>,
): Line | undefined {
  const same = state.lines.find((line) => line.lineId === lineId);
  if (same === undefined || same.sku === sku) return same;
  return (
    state.lines.find((line) => line.lineId === `${lineId}:${sku}`) ??
    state.lines.find((line) => line.sku === sku && !named.has(line.lineId))
  );
}

function split<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

function addLine(state: OrderState, { lineId, sku }: AskedLine): Line {
  const taken = state.lines.some((line) => line.lineId === lineId);
  const line = newLine(taken ? `${lineId}:${sku}` : lineId, sku);
  line.asked = silence(state.versions);
  state.lines.push(line);
  state.crm.told[line.lineId] = { picked: 0, shipped: 0, backordered: 0, cancelled: 0 };
  return line;
}

/** The CRM's own id of a line that we had to tell apart from another of the same id. */
function crmLineOf(lineId: string, sku: string): string {
  const suffix = `:${sku}`;
  return lineId.endsWith(suffix) ? lineId.slice(0, -suffix.length) : lineId;
}
