import { keepActionTasks } from './actions/action-tasks.ts';
import { takeDecision } from './actions/decide.ts';
import { settleActions } from './actions/settle-actions.ts';
import { assertNever } from './assert.ts';
import { assertBooks } from './books.ts';
import { settleBackorders } from './backorders.ts';
import { askForCancels, cancelOurs } from './cancel.ts';
import { close } from './close.ts';
import type { Command, CommandOutcome } from './commands.ts';
import { settleCancels, unwantedRefusals } from './moot-letters.ts';
import { giveUpLetter } from './discard.ts';
import { queueNotices, sendNotices } from './crm-lane.ts';
import { takeDue } from './due.ts';
import { absorbExcess } from './excess.ts';
import type { OrderInput } from './inputs.ts';
import { settleAgain } from './offers.ts';
import type { OrderState } from './order.ts';
import { takeOutcome } from './outcomes.ts';
import { adoptParked } from './parked.ts';
import { keepPriorities } from './pick-priority.ts';
import { requestOpenUnits } from './pick-request.ts';
import { assertShares } from './shares.ts';
import { PLAIN_HINT, takeFact, type Hint } from './take-fact.ts';
import { keepTask } from './task-lane.ts';
import { lookAtTouched } from './touch.ts';
import { noEffects, type Effects, type Turn } from './turn.ts';

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
  const cause = causeOf(input);
  state.counters.input += 1;
  const turn: Turn = { state, now, cause, effects: noEffects(), born: [], filled: [] };
  if (input.type === 'fact' && isRepeat(state, input.fact)) {
    takeAgain(turn, input.fact);
    return turn.effects;
  }
  const hint = take(turn, input);
  settle(turn, hint);
  close(turn);
  assertBooks(state.lines);
  assertShares(state);
  return turn.effects;
}

function causeOf(input: LoopInput): string {
  if (input.type === 'fact') return `${input.fact.connection}/${input.fact.eventId}`;
  return input.type === 'finished' ? input.command.key : 'time';
}

function isRepeat(state: OrderState, fact: OrderInput): boolean {
  const key = `${fact.connection}/${fact.eventId}`;
  if (state.seen.includes(key)) return true;
  if (fact.type !== 'event_unmapped') state.seen.push(key);
  while (state.seen.length > SEEN_MAX) state.seen.shift();
  state.clock = Math.max(state.clock, fact.receivedAt);
  return false;
}

/** A repeat changes nothing; what somebody waits for is told again. */
function takeAgain(turn: Turn, fact: OrderInput): void {
  if (fact.type === 'stock_offered') settleAgain(turn, fact);
  if (fact.type === 'action_decided') takeDecision(turn, fact);
  if (fact.type === 'order_commanded') {
    const answer = { kind: 'taken', detail: 'It was taken before.', action: null } as const;
    turn.effects.answers.push({ eventId: fact.eventId, answer });
  }
}

function take(turn: Turn, input: LoopInput): Hint {
  switch (input.type) {
    case 'due':
      takeDue(turn);
      return PLAIN_HINT;
    case 'finished':
      takeOutcome(turn, input.command, input.outcome);
      return hintOf(input);
    case 'fact':
      return takeFact(turn, input.fact);
    default:
      return assertNever(input);
  }
}

function hintOf({ outcome }: Extract<LoopInput, { type: 'finished' }>): Hint {
  return 'pick' in outcome ? { ...PLAIN_HINT, pickId: outcome.pick.pickId } : PLAIN_HINT;
}

/** Leads every open intent one step on, whatever the input was: level-triggered, safe to repeat. */
function settle(turn: Turn, hint: Hint): void {
  const { state } = turn;
  if (!state.known) {
    state.orphan ??= { dueAt: turn.now + state.policy.orphanWaitMs, asks: 0, denials: 0 };
    settleActions(turn);
    keepActionTasks(turn);
    return;
  }
  lookAtTouched(turn);
  settleCancels(turn);
  for (const letter of unwantedRefusals(state)) giveUpLetter(turn, letter, 'wanted no more');
  cancelOurs(turn);
  absorbExcess(turn);
  askForCancels(turn);
  settleBackorders(turn);
  requestOpenUnits(turn);
  adoptParked(turn);
  keepPriorities(turn);
  keepTask(turn);
  settleActions(turn);
  keepActionTasks(turn);
  queueNotices(turn, hint.type, hint.pickId);
  sendNotices(turn);
}
