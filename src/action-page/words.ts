import type { ActionView, Decision } from '../contracts/operators.ts';

/** What a decision is called, and what it does, in the words of the one who has to take it. */
export interface DecisionWords {
  label: string;
  does: string;
}

const HEADINGS: Record<string, string> = {
  backorder_stale: 'Waiting for stock for too long',
  cancel_unanswered: 'A cancel has no answer from the warehouse',
  command_failed: 'A message could not be delivered',
  over_picked: 'More was picked than ordered',
  pick_contradicted: 'The warehouse contradicts itself',
  pick_short: 'Units are missing at the warehouse',
  stuck: 'Nothing moves at the warehouse',
  task_closed: 'The task was closed too early',
  task_deleted: 'The task was deleted',
  task_edited: 'The task is edited against the order',
  unmapped_value: 'A value is not understood',
};

/** The reason as the heading of a question. */
export function headingOf(reason: string): string {
  return HEADINGS[reason] ?? sentence(reason);
}

const DECISIONS: Record<Decision, DecisionWords> = {
  ship_partial: {
    label: 'Ship what there is',
    does: 'What there is goes out now. The missing units are cancelled, and the CRM is told so.',
  },
  wait: {
    label: 'Wait',
    does: 'Nothing changes now. If it still stands later, the question comes back.',
  },
  substitute: {
    label: 'Send another article',
    does: 'Another article goes out in place of missing units. The CRM sees both lines.',
  },
  cancel_line: {
    label: 'Cancel lines',
    does: 'Takes these lines off the order. What the warehouse does not let go still ships.',
  },
  cancel_order: {
    label: 'Cancel the whole order',
    does: 'Every line is cancelled. What has shipped stays shipped, and what the warehouse does not let go still ships.',
  },
  retry: { label: 'Try again', does: 'What failed is tried again at once.' },
  accept_over: {
    label: 'Accept the extra units',
    does: 'The extra units go out as picked. The books show them as delivered beyond the order.',
  },
  adopt_remote: {
    label: 'Follow the warehouse',
    does: 'Our books take over what the warehouse shows now.',
  },
};

const RETRIES: Record<string, string> = {
  command_failed: 'The failed message is sent again at once. Choose this when its cause is gone.',
  unmapped_value:
    'The event is read again. Choose this once the value or the mapping is corrected.',
  task_closed: 'The task is opened again, and the order goes on.',
  task_deleted: 'The task is made again, and the order goes on.',
  task_edited: 'The task is set back to what the order says.',
  cancel_unanswered: 'The warehouse is asked again where it stands.',
  pick_contradicted: 'The warehouse is asked again what it did. Until then nothing changes.',
  stuck: 'The warehouse is asked again where it stands.',
};

const WAITS: Record<string, string> = {
  task_deleted: 'The order goes on without a task. None is made again.',
  task_closed: 'The order goes on, and the task stays closed.',
};

export function wordsOf(decision: Decision, reason: string): DecisionWords {
  const words = DECISIONS[decision];
  if (decision === 'retry') return { ...words, does: RETRIES[reason] ?? words.does };
  if (decision === 'wait') return { ...words, does: WAITS[reason] ?? words.does };
  return words;
}

/** How an action stands, in one sentence without its time. */
export function standingOf({ status, decision }: ActionView): string {
  if (status === 'SUPERSEDED') return 'No decision is needed any more: it has solved itself.';
  if (decision === null) return status === 'RESOLVED' ? 'Decided.' : 'Waits for a decision.';
  return `${decision.by} decided: ${DECISIONS[decision.decision].label}.`;
}

function sentence(code: string): string {
  const words = code.replaceAll(/[_-]+/g, ' ').trim();
  return words === '' ? 'A decision is needed' : words.charAt(0).toUpperCase() + words.slice(1);
}
