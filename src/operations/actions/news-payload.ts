import { createHash } from 'node:crypto';
import type { ActionView } from '../../contracts/operators.ts';

export interface NewsOptions {
  /** Names of the rungs of the SLA ladder, the first one first. */
  ladder: readonly string[];
  /** Address of the page on which the action is decided. */
  linkOf(actionId: string): string;
}

export interface ActionNews {
  eventType: 'TASK.HUMAN_ACTION_REQUIRED' | 'TASK.HUMAN_ACTION_RESOLVED';
  eventId: string;
  payload: Record<string, unknown>;
}

/** What subscribers were told of an action; `rung` is -1 before the first time. */
export interface Mark {
  rung: number;
  closedAt: number | null;
}

export const UNTOLD: Mark = { rung: -1, closedAt: null };

/** Failed commands are told by one alert per cause, not by an event for each order. */
const TOLD_BY_ALERT = 'command_failed';

/**
 * What is to be told of an action that was told up to `mark`: once that it is asked, once for each
 * rung that has called somebody since, also when several did while nobody looked, once its end.
 */
export function newsOf(action: ActionView, mark: Mark, options: NewsOptions): ActionNews[] {
  if (action.reason === TOLD_BY_ALERT) return [];
  const rung = action.escalation?.rung ?? 0;
  const asked = mark.rung < 0;
  // The first rung usually calls the owner as the question is asked: that is one event.
  const told = asked ? Math.min(rung, 1) : mark.rung;
  const news: ActionNews[] = [];
  if (asked) news.push(required(action, { what: 'asked', rung: told }, options));
  for (let next = told + 1; next <= rung; next += 1) {
    news.push(required(action, { what: `rung-${next}`, rung: next }, options));
  }
  if (action.closed_at !== null && mark.closedAt === null) news.push(resolved(action, options));
  return news;
}

/** The mark once all of `newsOf` is told. */
export function markOf(action: ActionView): Mark {
  return {
    rung: action.escalation?.rung ?? 0,
    closedAt: action.closed_at === null ? null : Date.parse(action.closed_at),
  };
}

function required(
  action: ActionView,
  { what, rung }: { what: string; rung: number },
  options: NewsOptions,
): ActionNews {
  const known = action.escalation?.rung === rung ? action.escalation.name : undefined;
  const name = known ?? options.ladder[rung - 1] ?? `rung ${rung}`;
  return {
    eventType: 'TASK.HUMAN_ACTION_REQUIRED',
    eventId: eventIdOf(action, what),
    payload: payloadOf(action, rung === 0 ? null : { rung, name }, options),
  };
}

function resolved(action: ActionView, options: NewsOptions): ActionNews {
  return {
    eventType: 'TASK.HUMAN_ACTION_RESOLVED',
    eventId: eventIdOf(action, 'resolved'),
    payload: payloadOf(action, action.escalation, options),
  };
}

function payloadOf(
  action: ActionView,
  escalation: ActionView['escalation'],
  { linkOf }: NewsOptions,
): Record<string, unknown> {
  return { ...action, escalation, link: linkOf(action.action_id) };
}

const EVENT_ID_CHARS_MAX = 128;

/** Ids of events are short, while an action's holds the CRM's id of its order. */
function eventIdOf({ action_id: actionId }: ActionView, what: string): string {
  const plain = `${actionId}:${what}`;
  if (plain.length <= EVENT_ID_CHARS_MAX) return plain;
  return `${createHash('sha256').update(actionId).digest('hex')}:${what}`;
}
