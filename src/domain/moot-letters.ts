import { cancelWish } from './books.ts';
import { isMappingFailure, settleLetter } from './dead-letters.ts';
import type { DeadLetter, OrderState } from './order.ts';
import { isTerminal, type PickRequest } from './pick.ts';
import { cancellableUnits } from './shares.ts';
import { note, type Turn } from './turn.ts';

/**
 * What the warehouse has evidently done needs no answer any more: a cancel of which nothing is left
 * to let go is over, also when every answer to it was lost.
 */
export function settleCancels(turn: Turn): void {
  const { state } = turn;
  for (const letter of state.deadLetters) {
    const { command } = letter;
    if (command?.kind !== 'cancel_pick') continue;
    const request = state.requests.find(({ reference }) => reference === command.reference);
    if (request === undefined || !isOver(request, command.lines)) continue;
    request.cancelling = false;
    request.cancelAnswered.push(...(command.lines ?? request.lines.map(({ lineId }) => lineId)));
    note(turn, 'cancel', `${letter.subject} is over: the warehouse shows its outcome`);
    settleLetter(turn, letter);
  }
}

/** A pick that the warehouse refused, and whose units nobody wants any more, is not asked for again. */
export function unwantedRefusals(state: OrderState): DeadLetter[] {
  return state.deadLetters.filter((letter) => {
    const { command } = letter;
    if (command?.kind !== 'request_pick' || !isRefused(letter)) return false;
    return command.lines.every(({ lineId, qty }) =>
      state.lines.some((line) => line.lineId === lineId && cancelWish(line) >= qty),
    );
  });
}

/** The far side understood and declined, or was never spoken to: nothing of it was done. */
export function isRefused(letter: DeadLetter): boolean {
  const status = letter.lastStatus ?? 0;
  return status === 0 ? isMappingFailure(letter) : status >= 400 && status < 500;
}

function isOver(request: PickRequest, lines: string[] | null): boolean {
  if (isTerminal(request)) return true;
  return request.lines.every(
    (line) => cancellableUnits(line) === 0 || (lines !== null && !lines.includes(line.lineId)),
  );
}
