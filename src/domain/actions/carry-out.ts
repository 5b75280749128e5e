import { replayDeadLetter } from '../dead-letters.ts';
import { giveUpLetter } from '../discard.ts';
import { isRefused } from '../moot-letters.ts';
import { lookNow } from '../due.ts';
import type { ActionDecided } from '../inputs.ts';
import type { OrderState } from '../order.ts';
import type { Line } from '../books.ts';
import type { Turn } from '../turn.ts';
import type { Action } from './action.ts';
import { missingOf } from './missing.ts';
import { cutLines, cutMissing } from './cut.ts';
import { substitute } from './substitute.ts';

/** Why a decision cannot be carried out, in words for the one who made it. */
export interface Refusal {
  code: string;
  detail: string;
}

/** What each decision does to the order; what follows from it is settled after it. */
export function carryOut(turn: Turn, action: Action, fact: ActionDecided): Refusal | null {
  const { state } = turn;
  const lines = linesOf(state, action, fact);
  if ('code' in lines) return lines;
  const reason = fact.note ?? `${fact.by} decided ${fact.decision}`;
  switch (fact.decision) {
    case 'wait':
      if (action.reason === 'task_deleted') state.task.givenUp = true;
      return null;
    case 'retry':
      tryAgain(turn, action);
      return null;
    case 'ship_partial':
      if (lines.every((line) => missingOf(line) === 0)) return NOTHING_MISSING;
      cutMissing(state, lines, reason);
      return null;
    case 'cancel_line':
      if (lines.length === 0) return NO_LINES;
      endRequest(turn, action, reason);
      cutLines(state, lines, reason);
      return null;
    case 'cancel_order':
      endRequest(turn, action, reason);
      cutLines(state, state.lines, reason);
      return null;
    case 'substitute':
      return substitute(turn, fact.substitutes);
    case 'accept_over':
      for (const line of state.lines) line.overAccepted = Math.max(line.overAccepted, line.over);
      return null;
    case 'adopt_remote':
      for (const request of state.requests) {
        if (action.key === `drift ${request.reference}`) request.adopting = true;
      }
      lookNow(turn, `${fact.by} takes over what the warehouse shows`);
      return null;
  }
}

/**
 * A pick request that failed holds its units. One that was refused gives them back; one of unknown
 * outcome may stand at the warehouse, so it is sent again and then cancelled there.
 */
function endRequest(turn: Turn, { deadLetterId }: Action, reason: string): void {
  const letter = turn.state.deadLetters.find(({ id }) => id === deadLetterId);
  if (letter?.command?.kind !== 'request_pick') return;
  if (isRefused(letter)) giveUpLetter(turn, letter, reason);
  else replayDeadLetter(turn, letter.id);
}

const NOTHING_MISSING: Refusal = {
  code: 'nothing-missing',
  detail: 'Nothing is missing on these lines: there is nothing to ship without.',
};

const NO_LINES: Refusal = {
  code: 'lines-missing',
  detail: 'Name the lines to cancel: lines: [line_id, ...].',
};

/** The lines that the answer names, else those of the question. */
function linesOf(state: OrderState, action: Action, fact: ActionDecided): Line[] | Refusal {
  const ids = fact.lines ?? action.lineIds;
  const unknown = ids.find((id) => !state.lines.some((line) => line.lineId === id));
  if (unknown !== undefined) {
    return { code: 'unknown-line', detail: `The order has no line ${unknown}.` };
  }
  return state.lines.filter((line) => ids.includes(line.lineId));
}

function tryAgain(turn: Turn, action: Action): void {
  const { task } = turn.state;
  switch (action.reason) {
    case 'command_failed':
      if (action.deadLetterId !== null) replayDeadLetter(turn, action.deadLetterId);
      return;
    case 'task_closed':
      if (task.told !== null) task.told = { ...task.told, status: 'CANCELLED' };
      return;
    case 'task_deleted':
      task.deletionsMadeGood = task.deletions;
      return;
    case 'task_edited':
      task.rewrites = 0;
      lookNow(turn, 'the task is to follow the order again');
      return;
    case 'cancel_unanswered':
    case 'pick_contradicted':
    case 'stuck':
      lookNow(turn, 'a person asks to try again');
      return;
    case 'unmapped_value':
    case 'backorder_stale':
    case 'pick_short':
    case 'over_picked':
      return;
  }
}
