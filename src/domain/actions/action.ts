import type { Decision } from '../../contracts/operators.ts';
import type { Priority } from '../priority.ts';

/** Why a person is asked; each names a condition of the order that no rule resolves. */
export type ActionReason =
  | 'backorder_stale'
  | 'cancel_unanswered'
  | 'command_failed'
  | 'over_picked'
  | 'pick_contradicted'
  | 'pick_short'
  | 'stuck'
  | 'task_closed'
  | 'task_deleted'
  | 'task_edited'
  | 'unmapped_value';

/** A condition as it holds now. */
export interface Want {
  /** Names the condition for as long as it holds. */
  key: string;
  reason: ActionReason;
  /** One sentence: what happened and what it means for the order. */
  detail: string;
  lineIds: string[];
  choices: Decision[];
  deadLetterId: string | null;
  /** When it began, epoch ms; null when it begins as soon as it is seen. */
  since: number | null;
  /** How long it may last before a person is asked. */
  patienceMs: number;
}

/** A condition that holds, and when a person is asked about it next. */
export interface Concern {
  key: string;
  firstSeenAt: number;
  /** A decision has put it off until then. */
  notBefore: number;
  askAt: number;
}

/** What the task manager should show of an action. */
export interface ActionTaskFace {
  status: 'OPEN' | 'COMPLETED' | 'CANCELLED';
  priority: Priority;
  dueAt: number | null;
  /** The rung of the ladder that was called last. */
  escalation: string | null;
}

/** A question to a person, and its answer (fulfilment 3.6). */
export interface Action extends Omit<Want, 'since' | 'patienceMs'> {
  actionId: string;
  status: 'OPEN' | 'ACKED' | 'RESOLVED' | 'SUPERSEDED';
  /** Grows with whatever changes about the question, so that an answer to an old one is noticed. */
  version: number;
  /** What the person was shown, to tell a change. */
  facts: string;
  openedAt: number;
  /** While the order is on hold the clock stands. */
  pauses: { from: number; to: number | null }[];
  /** Rungs of the ladder that have fired. */
  rung: number;
  nextRungAt: number | null;
  /** When the first escalation is due: the time by which it is to be decided. */
  dueAt: number | null;
  decision: { decision: Decision; by: string; note: string | null; at: number } | null;
  /** Event id of the answer that resolved it. */
  resolvedBy: string | null;
  closedAt: number | null;
  task: {
    /** Dead letters are told by one alert per cause, not by a task per order. */
    wanted: boolean;
    taskId: string | null;
    told: ActionTaskFace | null;
    /** Times that a person closed or deleted it without deciding. */
    rewrites: number;
  };
}

export function isOpen(action: Action): boolean {
  return action.status === 'OPEN' || action.status === 'ACKED';
}
