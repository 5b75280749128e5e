import { assertNever, invariant } from './assert.ts';
import { settleBackorders, takeOffer } from './backorders.ts';
import { assertBooks } from './books.ts';
import { settleCancels } from './cancel.ts';
import type { Command, CommandOutcome } from './commands.ts';
import { queueNotices, sendNotices } from './crm-lane.ts';
import { takeDue } from './due.ts';
import { unitsAtRest } from './headline.ts';
import { orderRef } from './ids.ts';
import type { EventUnmapped, OrderCancelled, OrderInput, OrderUpdated, PickReported } from './inputs.ts';
import { acceptOrder, amendOrder, isNewer, wantNoMore } from './intent.ts';
import type { CrmNoticeType, OrderState } from './order.ts';
import { replayDeadLetter, takeOutcome } from './outcomes.ts';
import { fate, parkPick } from './parked.ts';
import { followEvent } from './pick-follow.ts';
import { requestOpenUnits } from './pick-request.ts';
import { keepTask, taskSettled } from './task-lane.ts';
import { note, noEffects, type Effects, type Turn } from './turn.ts';

/** What the loop feeds in: facts from outside, ends of commands, and the passing of time. */
export type LoopInput =
  | { type: 'fact'; fact: OrderInput }
  | { type: 'finished'; command: Command; outcome: CommandOutcome }
  | { type: 'due' };

/** Inputs remembered to recognise a repeat; the inbox is the first guard, this the second. */
const SEEN_MAX = 200;

/**
 * Takes one input into the order: changes the state in place, which its loop owns, and returns the
 * effects. No I/O, no clock, no chance: `now` is the workflow's time in epoch ms.
 */
export function reduce(state: OrderState, input: LoopInput, now: number): Effects {
  const turn: Turn = { state, now, cause: causeOf(input), effects: noEffects(), born: [], filled: [] };
  if (input.type === 'fact' && isRepeat(turn, input.fact)) return turn.effects;
  const hint = take(turn, input);
  settle(turn, hint);
  close(turn);
  assertBooks(state.lines);
  assertRequests(state);
  return turn.effects;
}

function causeOf(input: LoopInput): string {
  if (input.type === 'fact') return `${input.fact.connection}/${input.fact.eventId}`;
  return input.type === 'finished' ? input.command.key : 'time';
}

function isRepeat(turn: Turn, fact: OrderInput): boolean {
  const { state } = turn;
  const key = `${fact.connection}/${fact.eventId}`;
  if (state.seen.includes(key)) return true;
  if (fact.type !== 'event_unmapped') state.seen.push(key);
  while (state.seen.length > SEEN_MAX) state.seen.shift();
  state.clock = Math.max(state.clock, fact.receivedAt);
  return false;
}

/** What the CRM would call this turn, should there be something to tell. */
interface Hint {
  type: CrmNoticeType;
  pickId: string | null;
}

const PLAIN_HINT: Hint = { type: 'ORDER.UPDATED', pickId: null };

function take(turn: Turn, input: LoopInput): Hint {
  switch (input.type) {
    case 'due':
      takeDue(turn);
      return PLAIN_HINT;
    case 'finished':
      takeOutcome(turn, input.command, input.outcome);
      return hintOfCommand(input.command);
    case 'fact':
      return takeFact(turn, input.fact);
    default:
      return assertNever(input);
  }
}

function hintOfCommand(command: Command): Hint {
  if (command.kind === 'cancel_pick') return { type: 'ORDER.CANCELLED', pickId: command.pickId };
  return PLAIN_HINT;
}

function takeFact(turn: Turn, fact: OrderInput): Hint {
  const { state } = turn;
  switch (fact.type) {
    case 'order_created':
      if (state.known) note(turn, 'order', 'A second announcement of this order changes nothing');
      else acceptOrder(turn, fact);
      forgive(turn, fact.eventId);
      fate(turn, fact, 'applied');
      takeEarly(turn);
      return PLAIN_HINT;
    case 'order_updated':
    case 'order_cancelled':
      return takeChange(turn, fact);
    case 'pick_reported':
      return takePick(turn, fact);
    case 'task_reported':
      if (fact.status !== null && state.task.taskId === fact.taskId) state.task.status = fact.status;
      fate(turn, fact, 'applied');
      return PLAIN_HINT;
    case 'event_unmapped':
      takeUnmapped(turn, fact);
      return PLAIN_HINT;
    case 'stock_offered':
      takeOffer(turn, fact);
      return PLAIN_HINT;
    case 'dead_letter_replayed':
      replayDeadLetter(turn, fact.deadLetterId);
      return PLAIN_HINT;
    default:
      return assertNever(fact);
  }
}

/** A change that came before its order waits for it. */
function takeChange(turn: Turn, fact: OrderUpdated | OrderCancelled): Hint {
  const { state } = turn;
  if (!state.known) {
    state.early.push(fact);
    fate(turn, fact, 'parked');
    note(turn, 'parked', 'A change came before the order itself; it waits');
    return PLAIN_HINT;
  }
  forgive(turn, fact.eventId);
  if (fact.type === 'order_cancelled') {
    wantNoMore(turn, fact);
    fate(turn, fact, 'applied');
    return { type: 'ORDER.CANCELLED', pickId: null };
  }
  if (isNewer(turn, fact)) {
    amendOrder(turn, fact);
    fate(turn, fact, 'applied');
  } else {
    note(turn, 'order', `Version ${fact.version ?? 'without a number'} is not newer than ${state.version}; ignored`);
    fate(turn, fact, 'ignored');
  }
  return PLAIN_HINT;
}

function takeEarly(turn: Turn): void {
  const { state } = turn;
  const early = state.early.toSorted((a, b) => (a.version ?? Infinity) - (b.version ?? Infinity));
  state.early = [];
  for (const fact of early) takeChange(turn, fact);
}

function takePick(turn: Turn, fact: PickReported): Hint {
  const request = turn.state.requests.find(
    (r) => r.status === 'accepted' && r.pickId === fact.pickId,
  );
  if (request === undefined) {
    parkPick(turn, fact);
    return PLAIN_HINT;
  }
  fate(turn, fact, followEvent(turn, request, fact));
  const type = fact.status === 'PARTIAL' && fact.counts === 'picked' ? 'PICK.PARTIAL' : 'ORDER.UPDATED';
  return { type, pickId: fact.pickId };
}

function takeUnmapped(turn: Turn, fact: EventUnmapped): void {
  const { state } = turn;
  if (state.deadLetters.some((letter) => letter.subject === fact.eventId)) return;
  state.counters.deadLetter += 1;
  state.deadLetters.push({
    id: `DL-${orderRef(state.address)}-${state.counters.deadLetter}`,
    kind: 'event',
    connection: fact.connection,
    subject: fact.eventId,
    cause: fact.code,
    attempts: 1,
    lastStatus: null,
    lastError: fact.detail,
    at: turn.now,
    command: null,
  });
  fate(turn, fact, 'dead');
  note(turn, 'dead_letter', `${fact.eventType} cannot be mapped (${fact.code}): ${fact.detail}`);
}

/** An event that our mapping did not know has come back readable: its dead letter is resolved. */
function forgive(turn: Turn, eventId: string): void {
  const { state } = turn;
  const letter = state.deadLetters.find((l) => l.kind === 'event' && l.subject === eventId);
  if (letter === undefined) return;
  state.deadLetters = state.deadLetters.filter((l) => l !== letter);
  turn.effects.replayed.push(letter.id);
}

/** Leads every open intent one step on, whatever the input was: level-triggered, safe to repeat. */
function settle(turn: Turn, hint: Hint): void {
  const { state } = turn;
  if (!state.known) {
    state.orphan ??= { dueAt: turn.now + state.policy.orphanWaitMs, asks: 0 };
    return;
  }
  settleCancels(turn);
  settleBackorders(turn);
  requestOpenUnits(turn);
  keepTask(turn);
  queueNotices(turn, hint.type, hint.pickId);
  sendNotices(turn);
}

/** An order ends when every unit is at rest and nobody is left to be told (O1). */
function close(turn: Turn): void {
  const { state } = turn;
  if (state.closedAt !== null) return;
  const quiet = state.inFlight.length === 0 && state.deadLetters.length === 0;
  if (!state.known) {
    const asks = state.orphan?.asks ?? 0;
    if (!quiet || asks < state.policy.orphanAsksMax || state.early.length > 0) return;
    state.closedAt = turn.now;
    note(turn, 'closed', 'Nobody knows this order: its events are recorded, nothing was done');
    return;
  }
  if (!quiet || state.crm.queue.length > 0 || !unitsAtRest(state) || !taskSettled(state)) return;
  for (const event of state.parked) fate(turn, event, 'ignored');
  state.closedAt = turn.now;
  note(turn, 'closed', 'Every unit has come to its end: the order is closed');
}

/** L3: no line is asked for more often than it was ordered: the true duplicate-pick defect. */
function assertRequests(state: OrderState): void {
  for (const line of state.lines) {
    let asked = 0;
    for (const request of state.requests) {
      if (request.status === 'out_of_stock') continue;
      for (const part of request.lines) {
        if (part.lineId === line.lineId) asked += part.requested - part.closed - part.cancelled;
      }
    }
    const live = line.ordered - line.buckets.cancelled - line.buckets.substitutedOut;
    invariant(asked <= live + line.over, `${line.lineId}: ${asked} units requested of ${live}`);
  }
}

