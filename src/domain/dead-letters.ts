import { systemOf, type Command, type CommandFailure } from './commands.ts';
import { fingerprint } from './fingerprint.ts';
import { orderRef } from './ids.ts';
import type { EventUnmapped } from './inputs.ts';
import type { DeadLetter, OrderState } from './order.ts';
import { fate, note, send, type Turn } from './turn.ts';

/** What failed for good is kept with what a person needs to judge it, and can be sent again. */
export function keepCommand(turn: Turn, command: Command, failure: CommandFailure): void {
  const letter = keep(turn, {
    kind: 'command',
    connection: connectionOf(turn.state, command),
    subject: command.key,
    cause: failure.cause,
    attempts: failure.attempts,
    lastStatus: failure.lastStatus,
    lastError: failure.lastError,
    command,
  });
  note(
    turn,
    'dead_letter',
    `${command.key} failed ${failure.attempts} times (${failure.cause}): replay ${letter.id} when the cause is gone`,
  );
}

/** An event that our mapping does not know is kept once, however often it comes. */
export function keepEvent(turn: Turn, event: EventUnmapped): void {
  const { state } = turn;
  const content = contentOf(event);
  if (state.givenUp.includes(content)) {
    fate(turn, event, 'ignored');
    return;
  }
  fate(turn, event, 'dead');
  const known =
    letterOf(state, event) ?? state.deadLetters.find((letter) => contentOf(letter) === content);
  if (known !== undefined) {
    if (isTriedAgain(state, known)) known.attempts += 1;
    known.lastError = event.detail;
    return;
  }
  keep(turn, {
    kind: 'event',
    connection: event.connection,
    subject: event.eventId,
    cause: event.code,
    attempts: 1,
    lastStatus: null,
    lastError: event.detail,
    command: null,
  });
  note(turn, 'dead_letter', `${event.eventType} cannot be mapped (${event.code}): ${event.detail}`);
}

/** A person let it be tried again: that it failed once more is news. */
function isTriedAgain(state: OrderState, letter: DeadLetter): boolean {
  const asked = state.actions.findLast((action) => action.deadLetterId === letter.id);
  return asked?.decision?.decision === 'retry' && asked.status === 'RESOLVED';
}

/** What the order says, or hears, has no words in its bundle of mappings. */
export function isMappingFailure({ cause }: Pick<DeadLetter, 'cause'>): boolean {
  return cause.startsWith('MAP_');
}

/** What cannot be read is the same whichever way it comes: by its webhook, or seen by a sweep. */
function contentOf(
  event: Pick<EventUnmapped, 'connection'> & ({ detail: string; code: string } | DeadLetter),
): string {
  return 'code' in event
    ? fingerprint(`${event.connection} ${event.code} ${event.detail}`)
    : fingerprint(`${event.connection} ${event.cause} ${event.lastError}`);
}

/** The CRM has stated the whole order anew: what it said before and nobody could read is history. */
export function forgiveCrm(turn: Turn): void {
  const { state } = turn;
  const mended = state.deadLetters.filter(
    ({ kind, connection }) => kind === 'event' && connection === state.address.connection,
  );
  for (const letter of mended) {
    note(turn, 'order', `${letter.subject} is overtaken by what the CRM states now`);
    settleLetter(turn, letter);
  }
}

/** A person gives an event up: it is not asked about again when a sweep sees it. */
export function giveUpEvent(turn: Turn, letter: DeadLetter): void {
  turn.state.givenUp.push(contentOf(letter));
  while (turn.state.givenUp.length > GIVEN_UP_MAX) turn.state.givenUp.shift();
}

const GIVEN_UP_MAX = 20;

/** An event that our mapping did not know has come back readable: its dead letter is resolved. */
export function forgive(turn: Turn, event: { connection: string; eventId: string }): void {
  const letter = letterOf(turn.state, event);
  if (letter !== undefined) settleLetter(turn, letter);
}

/**
 * An operator sends a dead letter through again: the command goes on where it stood. What the CRM
 * is told goes out of its queue anyway, with all that has come in meanwhile.
 */
export function replayDeadLetter(turn: Turn, deadLetterId: string): void {
  const letter = turn.state.deadLetters.find((l) => l.id === deadLetterId);
  if (letter === undefined) {
    turn.effects.replayed.push(deadLetterId);
    note(turn, 'replay', `${deadLetterId} is no longer open: nothing to replay`);
    return;
  }
  if (letter.command === null) {
    note(turn, 'replay', `${letter.id} waits for its event to come in again from the inbox`);
    return;
  }
  settleLetter(turn, letter);
  note(turn, 'replay', `${letter.id} replayed: ${letter.subject} goes out again`);
  if (letter.command.kind !== 'tell_crm') send(turn, letter.command);
}

export function settleLetter(turn: Turn, letter: DeadLetter): void {
  turn.state.deadLetters = turn.state.deadLetters.filter((l) => l !== letter);
  turn.effects.replayed.push(letter.id);
}

/** The id tells its subject apart, for a step that is cut off and run again may number otherwise. */
function keep(turn: Turn, letter: Omit<DeadLetter, 'id' | 'at'>): DeadLetter {
  const { state } = turn;
  state.counters.deadLetter += 1;
  const number = state.counters.deadLetter;
  const subject = fingerprint(`${letter.connection} ${letter.subject}`);
  const id = `DL-${orderRef(state.address)}-${number}-${subject}`;
  const kept: DeadLetter = { ...letter, id, at: turn.now };
  state.deadLetters.push(kept);
  return kept;
}

function letterOf(
  state: OrderState,
  { connection, eventId }: { connection: string; eventId: string },
): DeadLetter | undefined {
  return state.deadLetters.find(
    (l) => l.kind === 'event' && l.subject === eventId && l.connection === connection,
  );
}

export function connectionOf({ tasks, wms, address }: OrderState, command: Command): string {
  return { tasks, wms, crm: address.connection }[systemOf(command)];
}
