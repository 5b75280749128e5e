import { assertNever } from './assert.ts';
import type { Command } from './commands.ts';
import { giveUpEvent } from './dead-letters.ts';
import type { DeadLetterDiscarded } from './inputs.ts';
import type { DeadLetter } from './order.ts';
import { takeOutOfStock } from './pick-answers.ts';
import { note, type Turn } from './turn.ts';

/** A person gives a dead letter up: the order goes on without what it asked for. */
export function discardDeadLetter(turn: Turn, { deadLetterId, reason }: DeadLetterDiscarded): void {
  const { state } = turn;
  const letter = state.deadLetters.find((l) => l.id === deadLetterId);
  if (letter !== undefined) {
    giveUpLetter(turn, letter, reason);
    return;
  }
  turn.effects.discarded.push(deadLetterId);
  note(turn, 'discard', `${deadLetterId} is no longer open: nothing to discard`);
}

export function giveUpLetter(turn: Turn, letter: DeadLetter, reason: string): void {
  const { state } = turn;
  turn.effects.discarded.push(letter.id);
  state.deadLetters = state.deadLetters.filter((l) => l !== letter);
  note(turn, 'discard', `${letter.id} discarded (${reason}): ${letter.subject} is given up`);
  if (letter.command === null) giveUpEvent(turn, letter);
  else goOnWithout(turn, letter.command);
}

function goOnWithout(turn: Turn, command: Command): void {
  const { state } = turn;
  switch (command.kind) {
    case 'create_task':
      state.task.givenUp = true;
      return;
    case 'tell_crm': {
      // The next event that the CRM takes, or refuses as not following, brings it up to the books.
      const last = command.notices.at(-1)?.sequence ?? 0;
      state.crm.queue = state.crm.queue.filter((notice) => notice.sequence > last);
      return;
    }
    case 'request_pick': {
      const request = state.requests.find((r) => r.reference === command.key);
      if (request?.status === 'sending') takeOutOfStock(turn, request);
      return;
    }
    case 'cancel_pick': {
      const request = state.requests.find((r) => r.reference === command.reference);
      if (request === undefined) return;
      request.cancelling = false;
      request.cancelAnswered.push(...request.lines.map((line) => line.lineId));
      return;
    }
    case 'open_action_task':
    case 'update_action_task': {
      const action = state.actions.find((one) => one.actionId === command.actionId);
      if (action !== undefined) action.task.wanted = false;
      return;
    }
    case 'update_task':
    case 'look_at_pick':
    case 'update_pick':
    case 'look_at_task':
    case 'look_at_crm':
    case 'ask_crm':
      return;
    default:
      assertNever(command);
  }
}
