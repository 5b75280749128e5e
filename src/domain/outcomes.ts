import { moveUnits } from './books.ts';
import { settleFill } from './backorders.ts';
import type { Command, CommandFailure, CommandOutcome } from './commands.ts';
import { adoptCrm, noticesTold } from './crm-lane.ts';
import { orderRef } from './ids.ts';
import { acceptOrder } from './intent.ts';
import type { DeadLetter, PickRequest } from './order.ts';
import { followSnapshot } from './pick-follow.ts';
import { drainParked } from './parked.ts';
import { note, send, type Turn } from './turn.ts';

/** Takes the end of a command that was in flight. */
export function takeOutcome(turn: Turn, command: Command, outcome: CommandOutcome): void {
  const { state } = turn;
  state.inFlight = state.inFlight.filter((c) => c.key !== command.key);
  switch (outcome.type) {
    case 'task_created':
      state.task.taskId = outcome.taskId;
      state.task.status = outcome.status;
      note(turn, 'task', `Task ${outcome.taskId} created`);
      return;
    case 'task_updated':
      state.task.status = outcome.status;
      note(turn, 'task', `Task ${state.task.taskId ?? ''} updated: ${outcome.status.toLowerCase()}`);
      return;
    case 'crm_told':
      noticesTold(turn, outcome.upTo);
      return;
    case 'crm_disagrees':
      adoptCrm(turn, outcome.crm);
      return;
    case 'crm_order':
      takeCrmOrder(turn, outcome);
      return;
    case 'failed':
      takeFailure(turn, command, outcome);
      return;
    default:
      takePickOutcome(turn, command, outcome);
  }
}

type PickOutcome = Extract<
  CommandOutcome,
  { type: 'pick_accepted' | 'pick_out_of_stock' | 'pick_seen' | 'pick_missing' | 'cancel_answered' }
>;

function takePickOutcome(turn: Turn, command: Command, outcome: PickOutcome): void {
  const request = requestOf(turn, command);
  if (request === undefined) return;
  switch (outcome.type) {
    case 'pick_accepted':
      note(turn, 'pick', `${outcome.pick.pickId} accepted by the warehouse`);
      followSnapshot(turn, request, outcome.pick);
      drainParked(turn, request);
      return;
    case 'pick_out_of_stock':
      takeOutOfStock(turn, request);
      return;
    case 'pick_seen':
      followSnapshot(turn, request, outcome.pick);
      expectNews(turn, request);
      return;
    case 'pick_missing':
      note(turn, 'drift', `${request.pickId ?? request.reference} is not at the warehouse`);
      expectNews(turn, request);
      return;
    case 'cancel_answered':
      request.cancelAnswered.push(...outcome.answered);
      note(turn, 'cancel', `The warehouse answered the cancel of ${request.pickId ?? ''}: ${outcome.result}`);
      followSnapshot(turn, request, outcome.pick);
      request.cancelling = false;
  }
}

function requestOf(turn: Turn, command: Command): PickRequest | undefined {
  const reference = 'reference' in command ? command.reference : command.key;
  return turn.state.requests.find((request) => request.reference === reference);
}

/** A look that brought no end makes the next look later. */
function expectNews(turn: Turn, request: PickRequest): void {
  if (request.gapDueAt !== null) request.gapDueAt = turn.now + turn.state.policy.gapWaitMs;
  if (request.checkAt === null) return;
  const { silenceFirstMs, silenceMaxMs } = turn.state.policy;
  request.checks += 1;
  request.checkAt =
    turn.now + Math.min(silenceMaxMs, silenceFirstMs * 2 ** Math.min(request.checks, 20));
}

function takeOutOfStock(turn: Turn, request: PickRequest): void {
  request.status = 'out_of_stock';
  note(turn, 'pick', 'The warehouse has none of what was asked');
  for (const asked of request.lines) {
    const line = turn.state.lines.find((l) => l.lineId === asked.lineId);
    if (line !== undefined) moveUnits(line, 'requested', 'backordered', asked.requested);
  }
  settleFill(turn, request);
}

function takeCrmOrder(turn: Turn, outcome: Extract<CommandOutcome, { type: 'crm_order' }>): void {
  const { state } = turn;
  if (state.known) return;
  if (outcome.intent !== null) {
    note(turn, 'order', 'The CRM was asked for this order, which it had not announced');
    acceptOrder(turn, outcome.intent);
    return;
  }
  note(turn, 'order', 'The CRM does not know this order');
}

/** What failed for good is kept with what a person needs to judge it, and can be sent again. */
function takeFailure(turn: Turn, command: Command, failure: CommandFailure): void {
  const { state } = turn;
  const request = requestOf(turn, command);
  if (command.kind === 'ask_crm') return;
  if (command.kind === 'look_at_pick') {
    if (request !== undefined) expectNews(turn, request);
    return;
  }
  state.counters.deadLetter += 1;
  const letter: DeadLetter = {
    id: `DL-${orderRef(state.address)}-${state.counters.deadLetter}`,
    kind: 'command',
    connection: connectionOf(turn, command),
    subject: command.key,
    cause: failure.cause,
    attempts: failure.attempts,
    lastStatus: failure.lastStatus,
    lastError: failure.lastError,
    at: turn.now,
    command,
  };
  state.deadLetters.push(letter);
  note(
    turn,
    'dead_letter',
    `${command.key} failed ${failure.attempts} times (${failure.cause}): replay ${letter.id} when the cause is gone`,
  );
}

function connectionOf(turn: Turn, command: Command): string {
  const { state } = turn;
  switch (command.kind) {
    case 'create_task':
    case 'update_task':
      return state.tasks;
    case 'tell_crm':
    case 'ask_crm':
      return state.address.connection;
    default:
      return state.wms;
  }
}

/** An operator sends a dead letter through again: the command goes on where it stood. */
export function replayDeadLetter(turn: Turn, deadLetterId: string): void {
  const { state } = turn;
  const letter = state.deadLetters.find((l) => l.id === deadLetterId);
  if (letter === undefined) {
    note(turn, 'replay', `${deadLetterId} is no longer open: nothing to replay`);
    return;
  }
  state.deadLetters = state.deadLetters.filter((l) => l.id !== deadLetterId);
  turn.effects.replayed.push(letter.id);
  note(turn, 'replay', `${letter.id} replayed: ${letter.subject} goes out again`);
  if (letter.command !== null && letter.command.kind !== 'tell_crm') send(turn, letter.command);
}
