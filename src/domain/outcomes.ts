import { actionTaskCreated, actionTaskMissing } from './actions/action-tasks.ts';
import type { Command, CommandFailure, CommandOutcome } from './commands.ts';
import { leaveToPerson, takeFromPerson } from './by-hand.ts';
import { adoptCrm, holdAgainstCrm } from './crm-adopt.ts';
import { noticesTold } from './crm-lane.ts';
import { takeFailure, takeSuccess } from './failures.ts';
import { acceptOrder, amendOrder, wantNoMore } from './intent.ts';
import type { PickRequest } from './pick.ts';
import { takeAccepted, takeMissing, takeOutOfStock } from './pick-answers.ts';
import { followSnapshot } from './pick-snapshot.ts';
import { expectNews } from './pick-watch.ts';
import { takeEarly } from './take-change.ts';
import { takeTaskMissing, takeTaskSeen, takeTaskUpdated } from './task-watch.ts';
import { note, type Turn } from './turn.ts';

/** Takes the end of a command that was in flight. */
export function takeOutcome(turn: Turn, command: Command, outcome: CommandOutcome): void {
  const { state } = turn;
  if (!state.inFlight.some((c) => c.key === command.key)) return;
  state.inFlight = state.inFlight.filter((c) => c.key !== command.key);
  if (outcome.type === 'failed') takeFailure(turn, command, outcome);
  else takeAnswer(turn, command, outcome);
  state.inOldWords = state.inOldWords.filter((key) => key !== command.key);
}

type Answered = Exclude<CommandOutcome, CommandFailure>;

function takeAnswer(turn: Turn, command: Command, outcome: Answered): void {
  const { state } = turn;
  takeSuccess(turn, command);
  switch (outcome.type) {
    case 'task_created':
      if (command.kind === 'open_action_task') {
        actionTaskCreated(turn, command.actionId, outcome.taskId);
        return;
      }
      state.task.taskId = outcome.taskId;
      state.task.status = outcome.status;
      note(turn, 'task', `Task ${outcome.taskId} created`);
      return;
    case 'task_updated':
      if (command.kind === 'update_action_task') return;
      takeTaskUpdated(turn, command, outcome.status);
      note(
        turn,
        'task',
        `Task ${state.task.taskId ?? ''} updated: ${outcome.status.toLowerCase()}`,
      );
      return;
    case 'task_seen':
      takeTaskSeen(turn, outcome);
      return;
    case 'task_missing':
      takeMissingTask(turn, command);
      return;
    case 'crm_seen':
      holdAgainstCrm(turn, outcome.crm);
      return;
    case 'crm_told':
      noticesTold(turn, outcome.upTo);
      return;
    case 'crm_disagrees':
      adoptCrm(turn, command, outcome.crm);
      return;
    case 'crm_order':
      takeCrmOrder(turn, outcome);
      return;
    default:
      takePickOutcome(turn, command, outcome);
  }
}

type PickOutcome = Exclude<
  Answered,
  {
    type:
      | 'task_created'
      | 'task_updated'
      | 'task_seen'
      | 'task_missing'
      | 'crm_told'
      | 'crm_disagrees'
      | 'crm_order'
      | 'crm_seen';
  }
>;

function takePickOutcome(turn: Turn, command: Command, outcome: PickOutcome): void {
  const request = requestOf(turn, command);
  if (request === undefined) return;
  switch (outcome.type) {
    case 'pick_accepted':
      takeAccepted(turn, request, outcome.pick);
      return;
    case 'pick_out_of_stock':
      takeOutOfStock(turn, request);
      return;
    case 'pick_seen':
      request.absences = 0;
      followSnapshot(turn, request, outcome.pick);
      expectNews(turn, request);
      return;
    case 'pick_missing':
      takeMissing(turn, request);
      break;
    case 'cancel_impossible':
      takeImpossible(turn, request, { command, detail: outcome.detail });
      return;
    case 'cancel_answered':
      note(
        turn,
        'cancel',
        `The warehouse answered the cancel of ${request.pickId ?? ''}: ${outcome.result}`,
      );
      followSnapshot(turn, request, outcome.pick);
  }
  if (command.kind === 'cancel_pick') endCancel(request, command.lines);
}

function takeMissingTask(turn: Turn, command: Command): void {
  if (command.kind === 'update_action_task') actionTaskMissing(turn, command.actionId);
  else if (command.kind === 'update_task' || command.kind === 'look_at_task') {
    takeTaskMissing(turn, command.taskId);
  }
}

function requestOf(turn: Turn, command: Command): PickRequest | undefined {
  const reference = 'reference' in command ? command.reference : command.key;
  return turn.state.requests.find((request) => request.reference === reference);
}

/** Whatever the answer, the same lines are not asked for again until the CRM states something new. */
function endCancel(request: PickRequest, lines: string[] | null): string[] {
  const answered = lines ?? request.lines.map((line) => line.lineId);
  request.cancelling = false;
  request.cancelAnswered.push(...answered);
  takeFromPerson(request, answered);
  return answered;
}

interface Impossible {
  command: Command;
  detail: string;
}

function takeImpossible(turn: Turn, request: PickRequest, { command, detail }: Impossible): void {
  if (command.kind !== 'cancel_pick') return;
  note(turn, 'cancel', `${command.pickId} is for a person to cancel: ${detail}`);
  leaveToPerson(request, endCancel(request, command.lines), detail);
}

/** The CRM was asked before the end: what it has stated since, and we have not heard, still counts. */
function catchUp(
  turn: Turn,
  { intent, cancel }: Extract<CommandOutcome, { type: 'crm_order' }>,
): void {
  const { version } = turn.state;
  if (intent !== null && (intent.version ?? 0) > version) {
    amendOrder(turn, { ...intent, sentAt: turn.now });
  }
  if (cancel != null && (cancel.version ?? 0) > version) wantNoMore(turn, cancel, turn.now);
}

function takeCrmOrder(turn: Turn, outcome: Extract<CommandOutcome, { type: 'crm_order' }>): void {
  const { state } = turn;
  if (state.known) {
    catchUp(turn, outcome);
    return;
  }
  if (outcome.intent === null) {
    if (state.orphan !== null) state.orphan.denials += 1;
    note(turn, 'order', 'The CRM does not know this order');
    return;
  }
  note(turn, 'order', 'The CRM was asked for this order, which it had not announced');
  acceptOrder(turn, outcome.intent, turn.now);
  if (outcome.cancel != null) wantNoMore(turn, outcome.cancel, turn.now);
  takeEarly(turn);
}
