import type { Command, CommandFailure } from './commands.ts';
import { isMappingFailure, keepCommand, settleLetter } from './dead-letters.ts';
import type { DeadLetter, OrderState } from './order.ts';
import { expectNews } from './pick-watch.ts';
import { send, type Turn } from './turn.ts';

/** A command came to nothing: a person is to judge it, unless it is asked again by itself. */
export function takeFailure(turn: Turn, command: Command, failure: CommandFailure): void {
  if (isMappingFailure(failure) && wasInOldWords(turn.state, command)) {
    sendAgain(turn, command);
    return;
  }
  if (!isQuestion(command)) {
    keepCommand(turn, command, failure);
    return;
  }
  if (isMappingFailure(failure)) keepQuestion(turn, command, failure);
  const reference = 'reference' in command ? command.reference : null;
  const request = turn.state.requests.find((one) => one.reference === reference);
  if (request !== undefined) expectNews(turn, request);
}

/** A question has its answer: that an earlier one could not be read is history. */
export function takeSuccess(turn: Turn, command: Command): void {
  const letter = unreadAnswer(turn.state, command);
  if (isQuestion(command) && letter !== undefined) settleLetter(turn, letter);
}

/** What found no answer and is asked again by itself, or was only a wish: nothing is lost with it. */
function isQuestion({ kind }: Command): boolean {
  return (
    kind === 'update_pick' ||
    kind === 'look_at_pick' ||
    kind === 'look_at_task' ||
    kind === 'look_at_crm' ||
    kind === 'ask_crm'
  );
}

/** Asking again cannot help against an answer that no mapping can read: said once, however often. */
function keepQuestion(turn: Turn, command: Command, failure: CommandFailure): void {
  if (command.kind === 'update_pick') return;
  const known = unreadAnswer(turn.state, command);
  if (known === undefined) keepCommand(turn, command, failure);
  else known.lastError = failure.lastError;
}

function unreadAnswer(state: OrderState, asked: Command): DeadLetter | undefined {
  return state.deadLetters.find(({ command }) => {
    if (command?.kind !== asked.kind) return false;
    return (
      !('reference' in command && 'reference' in asked) || command.reference === asked.reference
    );
  });
}

/** The bundle was exchanged while the command was on its way; the next failure is the new one's. */
function wasInOldWords(state: OrderState, { key }: Command): boolean {
  return state.inOldWords.includes(key);
}

/** What the CRM is told goes out of its queue anyway. */
function sendAgain(turn: Turn, command: Command): void {
  if (command.kind !== 'tell_crm') send(turn, command);
}
