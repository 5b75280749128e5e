import { fingerprint } from '../fingerprint.ts';
import { orderRef } from '../ids.ts';
import type { OrderState } from '../order.ts';
import { note, type Turn } from '../turn.ts';
import { isOpen, type Action, type Concern, type Want } from './action.ts';
import { wantsOf } from './concerns.ts';
import { fireRungs } from './escalation.ts';
import { missingOf } from './missing.ts';

/** Actions that were closed and are still shown. */
const CLOSED_MAX = 20;

/**
 * Asks a person about every condition that has lasted, once; takes the question back when the
 * condition is gone, and calls the next one when nobody answers. Level-triggered, safe to repeat.
 */
export function settleActions(turn: Turn): void {
  const { state } = turn;
  const wants = wantsOf(state);
  if (wants.length === 0 && state.concerns.length === 0) return;
  const wanted = new Map(wants.map((want) => [want.key, want]));
  for (const action of state.actions) {
    if (isOpen(action) && !wanted.has(action.key)) supersede(turn, action);
  }
  const before = new Map(state.concerns.map((concern) => [concern.key, concern]));
  state.concerns = wants.map((want) => concernOf(turn, want, before.get(want.key)));
  for (const { key, askAt } of state.concerns) {
    const want = wanted.get(key);
    if (want === undefined) continue;
    const action = state.actions.find((one) => one.key === key && isOpen(one));
    if (action !== undefined) follow(turn, action, want);
    else if (askAt <= turn.now) open(turn, want);
  }
  for (const action of state.actions) if (isOpen(action)) fireRungs(turn, action);
  forgetOld(state);
}

/** When a person is asked, or called, next; null when never. */
export function actionsDueAt(state: OrderState): number | null {
  const openKeys = new Set(state.actions.filter(isOpen).map((action) => action.key));
  const times = state.concerns.filter(({ key }) => !openKeys.has(key)).map(({ askAt }) => askAt);
  for (const action of state.actions) {
    if (isOpen(action) && action.nextRungAt !== null) times.push(action.nextRungAt);
  }
  return times.length === 0 ? null : Math.min(...times);
}

function concernOf(turn: Turn, want: Want, known: Concern | undefined): Concern {
  const { key, firstSeenAt, notBefore } = known ?? {
    key: want.key,
    firstSeenAt: turn.now,
    notBefore: 0,
  };
  const lastedAt = (want.since ?? firstSeenAt) + want.patienceMs;
  return { key, firstSeenAt, notBefore, askAt: Math.max(lastedAt, notBefore) };
}

function open(turn: Turn, want: Want): void {
  const { state } = turn;
  const earlier = state.counters.action;
  state.counters.action += 1;
  const { since: _since, patienceMs: _patienceMs, ...question } = want;
  const action: Action = {
    ...question,
    actionId: `ACT-${orderRef(state.address)}-${earlier + 1}-${fingerprint(want.key)}`,
    status: 'OPEN',
    version: 1,
    facts: factsOf(state, want),
    openedAt: turn.now,
    pauses: state.holds.length > 0 ? [{ from: turn.now, to: null }] : [],
    rung: 0,
    nextRungAt: null,
    dueAt: null,
    decision: null,
    resolvedBy: null,
    closedAt: null,
    task: { wanted: want.reason !== 'command_failed', taskId: null, told: null, rewrites: 0 },
  };
  state.actions.push(action);
  note(turn, 'action', `A person is asked (${action.actionId}): ${want.detail}`);
}

/** The question changes with the facts: whoever saw the old one is told so. */
function follow(turn: Turn, action: Action, want: Want): void {
  const facts = factsOf(turn.state, want);
  if (facts === action.facts) return;
  const { detail, lineIds, choices } = want;
  Object.assign(action, { detail, lineIds, choices, facts, version: action.version + 1 });
}

function supersede(turn: Turn, action: Action): void {
  action.status = 'SUPERSEDED';
  action.version += 1;
  action.closedAt = turn.now;
  note(turn, 'action', `${action.actionId} needs no answer any more: it has solved itself`);
}

function factsOf(state: OrderState, want: Want): string {
  const lines = state.lines
    .filter((line) => want.lineIds.includes(line.lineId))
    .map((line) => `${line.lineId} ${missingOf(line)} ${line.over}`);
  return fingerprint(JSON.stringify([want.detail, want.choices, lines]));
}

function forgetOld(state: OrderState): void {
  const closed = state.actions.filter((action) => !isOpen(action) && isTold(action));
  const old = new Set(closed.slice(0, Math.max(0, closed.length - CLOSED_MAX)));
  if (old.size > 0) state.actions = state.actions.filter((action) => !old.has(action));
}

function isTold({ task }: Action): boolean {
  return task.taskId === null || task.told?.status !== 'OPEN';
}
