import type { Answer } from '../answers.ts';
import type { ActionDecided } from '../inputs.ts';
import { note, type Turn } from '../turn.ts';
import { isOpen, type Action } from './action.ts';
import { actionView } from './action-view.ts';
import { carryOut } from './carry-out.ts';

/**
 * A person answers an action. The first answer to the question as it stands now is carried out;
 * any other is told what was first (fulfilment 3.6).
 */
export function takeDecision(turn: Turn, fact: ActionDecided): void {
  turn.effects.answers.push({ eventId: fact.eventId, answer: decide(turn, fact) });
}

function decide(turn: Turn, fact: ActionDecided): Answer {
  const { state } = turn;
  const action = state.actions.find((one) => one.actionId === fact.actionId);
  if (action === undefined) {
    return {
      kind: 'conflict',
      detail: `${fact.actionId} is not an open question of this order.`,
      action: null,
    };
  }
  if (action.resolvedBy === fact.eventId) return taken(turn, action);
  const late = lateness(action, fact);
  if (late !== null) {
    return { kind: 'conflict', detail: late, action: actionView(state, action) };
  }
  const refusal = action.choices.includes(fact.decision)
    ? carryOut(turn, action, fact)
    : {
        code: 'decision-not-offered',
        detail: `${fact.decision} is no answer to this; it can be ${action.choices.join(', ')}.`,
      };
  if (refusal !== null) {
    return { kind: 'refused', ...refusal, action: actionView(state, action) };
  }
  resolve(turn, action, fact);
  return taken(turn, action);
}

function lateness(action: Action, { expectedVersion }: ActionDecided): string | null {
  const { decision } = action;
  if (action.status === 'SUPERSEDED') return 'The question has solved itself meanwhile.';
  if (!isOpen(action)) {
    return `${decision?.by ?? 'Somebody'} has decided ${decision?.decision ?? ''} already.`;
  }
  if (action.version !== expectedVersion) {
    return `The question has changed: it stands at version ${action.version}, the answer is to version ${expectedVersion}.`;
  }
  return null;
}

function resolve(turn: Turn, action: Action, fact: ActionDecided): void {
  const { decision, by } = fact;
  action.status = 'RESOLVED';
  action.version += 1;
  action.resolvedBy = fact.eventId;
  action.closedAt = turn.now;
  action.decision = { decision, by, note: fact.note, at: turn.now };
  const concern = turn.state.concerns.find(({ key }) => key === action.key);
  if (concern !== undefined) concern.notBefore = turn.now + turn.state.policy.askAgainMs;
  const why = fact.note === null ? '' : `: ${fact.note}`;
  note(
    turn,
    'decision',
    `${by} decided ${decision.replaceAll('_', ' ')} on ${action.actionId}${why}`,
  );
}

function taken({ state }: Turn, action: Action): Answer {
  return {
    kind: 'taken',
    detail: `${action.decision?.decision ?? 'The decision'} is carried out.`,
    action: actionView(state, action),
  };
}
