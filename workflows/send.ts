import { proxyActivities, proxyLocalActivities, sleep } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { SendInput } from '../activities/commands.ts';
import type { Command, CommandOutcome } from '../src/domain/commands.ts';
import type { OrderAddress } from '../src/domain/ids.ts';
import type { Route } from '../src/domain/route.ts';

const local = proxyLocalActivities<Pick<Activities, 'sendOnce'>>({
  startToCloseTimeout: '8 seconds',
  retry: { maximumAttempts: 1 },
});

/** Attempts are counted by the activity, which alone knows those that a closed circuit spared. */
const regular = proxyActivities<Pick<Activities, 'sendUntilDone'>>({
  startToCloseTimeout: '60 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '60 seconds' },
});

export interface Sending {
  order: OrderAddress;
  command: Command;
  route: Route;
  attemptsMax: number;
}

/** What the first attempt came to; `later` ends when the command does, however long that takes. */
export type Sent = { outcome: CommandOutcome } | { later: Promise<CommandOutcome> };

/**
 * The one way by which a command leaves a workflow: a local activity first, which costs the server
 * one event, and a regular activity with the retry rule for what that does not settle.
 */
export async function sendCommand(sending: Sending): Promise<Sent> {
  let rest: Rest = { spent: 0, doubt: null, waitMs: 0 };
  try {
    const first = await local.sendOnce.executeWithOptions({ summary: label(sending.command) }, [
      { ...sending, spent: rest.spent },
    ]);
    if (first.kind === 'done') return { outcome: first.outcome };
    rest = { spent: first.spent, doubt: first.doubt, waitMs: first.waitMs };
  } catch {
    // The local attempt was cut off, so its effect is unknown; the key makes the next one safe.
    rest = { spent: 1, waitMs: 0 };
  }
  return { later: sendLater(sending, rest) };
}

/** What the first attempt leaves to the next; without `doubt` it is taken for lost. */
type Rest = Pick<SendInput, 'spent' | 'doubt'> & { waitMs: number };

async function sendLater(sending: Sending, { waitMs, ...rest }: Rest): Promise<CommandOutcome> {
  if (waitMs >= 1) {
    await sleep(Math.round(waitMs), { summary: `Next attempt: ${label(sending.command)}` });
  }
  return await regular.sendUntilDone.executeWithOptions({ summary: label(sending.command) }, [
    { ...sending, ...rest },
  ]);
}

/** One line for the Temporal UI, without personal data. */
function label(command: Command): string {
  switch (command.kind) {
    case 'create_task':
      return `POST /tasks, ${command.lineCount} lines`;
    case 'update_task':
      return `PATCH task ${command.taskId}: ${Object.keys(command.patch).join(', ')}`;
    case 'request_pick':
      return `POST /picks, ${command.lines.length} lines`;
    case 'look_at_pick':
      return `GET pick ${command.pickId}`;
    case 'update_pick':
      return `PATCH pick ${command.pickId}: ${command.priority}`;
    case 'cancel_pick':
      return `Cancel pick ${command.pickId}`;
    case 'look_at_task':
      return `GET task ${command.taskId}`;
    case 'open_action_task':
      return `POST /tasks, ask a person: ${command.actionId}`;
    case 'update_action_task':
      return `PATCH task ${command.taskId}: ${command.actionId} ${command.face.status.toLowerCase()}`;
    case 'tell_crm':
      return `Tell the CRM ${command.notices.map((n) => `${n.type} #${n.sequence}`).join(', ')}`;
    case 'ask_crm':
    case 'look_at_crm':
      return 'GET the order from the CRM';
  }
}
