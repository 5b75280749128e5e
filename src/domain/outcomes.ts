import type { Command, CommandOutcome } from './commands.ts';
import { adoptCrm } from './crm-adopt.ts';
import { noticesTold } from './crm-lane.ts';
import { keepCommand } from './dead-letters.ts';
import { acceptOrder } from './intent.ts';
import type { PickRequest } from './pick.ts';
import { takeAccepted, takeMissing, takeOutOfStock } from './pick-answers.ts';
import { followSnapshot } from './pick-snapshot.ts';
import { expectNews } from './pick-watch.ts';
import { takeEarly } from './take-change.ts';
import { note, type Turn } from './turn.ts';

/** Takes the end of a command that was in flight. */
export function takeOutcome(turn: Turn, command: Command, outcome: CommandOutcome): void {
  const { state } = turn;
  if (!state.inFlight.some((c) => c.key === command.key)) return;
  state.inFlight = state.inFlight.filter((c) => c.key !== command.key);
  switch (outcome.type) {
    case 'task_created':
      state.task.taskId = outcome.taskId;
      state.task.status = outcome.status;
      note(turn, 'task', `Task ${outcome.taskId} created`);
      return;
    case 'task_updated':
      state.task.status = outcome.status;
      note(
        turn,
        'task',
        `Task ${state.task.taskId ?? ''} updated: ${outcome.status.toLowerCase()}`,
      );
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
  CommandOutcome,
  { type: 'task_created' | 'task_updated' | 'crm_told' | 'crm_disagrees' | 'crm_order' }
>;

function takePickOutcome(turn: Turn, command: Command, outcome: PickOutcome): void {
  const request = requestOf(turn, command);
  if (outcome.type === 'failed') {
    if (command.kind === 'ask_crm') return;
    if (command.kind !== 'look_at_pick') keepCommand(turn, command, outcome);
    else if (request !== undefined) expectNews(turn, request);
    return;
  }
  if (request === undefined) return;
  switch (outcome.type) {
    case 'pick_accepted':
      takeAccepted(turn, request, outcome.pick);
      return;
    case 'pick_out_of_stock':
      takeOutOfStock(turn, request);
      return;
    case 'pick_seen':
      followSnapshot(turn, request, outcome.pick);
      expectNews(turn, request);
      return;
    case 'pick_missing':
      takeMissing(turn, request);
      break;
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

function requestOf(turn: Turn, command: Command): PickRequest | undefined {
  const reference = 'reference' in command ? command.reference : command.key;
  return turn.state.requests.find((request) => request.reference === reference);
}

/** Whatever the answer, the same lines are not asked for again until the CRM states something new. */
function endCancel(request: PickRequest, lines: string[] | null): void {
  request.cancelling = false;
  request.cancelAnswered.push(...(lines ?? request.lines.map((line) => line.lineId)));
}

function takeCrmOrder(turn: Turn, outcome: Extract<CommandOutcome, { type: 'crm_order' }>): void {
  const { state } = turn;
  if (state.known) return;
  if (outcome.intent === null) {
    if (state.orphan !== null) state.orphan.denials += 1;
    note(turn, 'order', 'The CRM does not know this order');
    return;
  }
  note(turn, 'order', 'The CRM was asked for this order, which it had not announced');
  acceptOrder(turn, outcome.intent, turn.now);
  takeEarly(turn);
}
