import { orderOfAction, type ActionReads } from '../../books/read-actions.ts';
import type { ActionView } from '../../contracts/operators.ts';
import type { Answer } from '../../domain/answers.ts';
import type { ActionDecided } from '../../domain/inputs.ts';
import { AppError } from '../../errors.ts';
import { replayLetter, type LetterDeps } from '../dead-letters/replay-letter.ts';
import { nonceOf } from '../nonce.ts';
import { OPERATOR, type AskOrder } from '../ports.ts';

/** What a person decides; `by` names the person or key. */
export type DecisionCall = Pick<
  ActionDecided,
  'actionId' | 'expectedVersion' | 'decision' | 'lines' | 'substitutes' | 'note' | 'by'
> & { idempotencyKey: string | undefined };

/** What became of a decision, with the action as it stands now. */
export type Verdict = {
  [Kind in Answer['kind']]: Extract<Answer, { kind: Kind }> & { action: ActionView };
}[Answer['kind']];

export interface DecideDeps extends LetterDeps {
  actions: Pick<ActionReads, 'find'>;
  ask: AskOrder;
}

/** Hands a decision to the order, which is the judge of it. The same key gets the same verdict. */
export async function decideAction(call: DecisionCall, deps: DecideDeps): Promise<Verdict> {
  const { idempotencyKey, ...decision } = call;
  const known = findAction(deps.actions, call.actionId);
  const key = idempotencyKey === undefined ? undefined : `${call.actionId}\n${idempotencyKey}`;
  const answer = await deps.ask(orderOfAction(known), {
    type: 'action_decided',
    connection: OPERATOR,
    eventId: `decision:${nonceOf(key)}`,
    receivedAt: deps.now(),
    ...decision,
  });
  if (answer === 'closed') {
    const action = deps.actions.find(known.action_id) ?? known;
    return { kind: 'conflict', action, detail: orderEnded(action) };
  }
  const action = answer.action ?? deps.actions.find(known.action_id) ?? known;
  if (answer.kind === 'taken' && call.decision === 'retry' && action.dead_letter_id !== null) {
    await replayEvent(action.dead_letter_id, nonceOf(key), deps);
  }
  return { ...answer, action };
}

export function findAction(actions: Pick<ActionReads, 'find'>, actionId: string): ActionView {
  const action = actions.find(actionId);
  if (action !== undefined) return action;
  throw new AppError(
    'not-found',
    `There is no action ${actionId}. GET /api/v1/actions lists those that are open.`,
  );
}

/** The order sends its own commands again; an event comes again only from the inbox. */
async function replayEvent(id: string, nonce: string, deps: DecideDeps): Promise<void> {
  const letter = deps.letters.find(id);
  if (letter?.kind === 'event' && letter.status === 'open') await replayLetter({ id, nonce }, deps);
}

function orderEnded({ order_id: orderId, status, decision }: ActionView): string {
  const how =
    decision === null
      ? status === 'OPEN' || status === 'ACKED'
        ? 'before anybody decided this'
        : 'and the question with it'
      : `after ${decision.by} had decided ${decision.decision} at ${decision.at}`;
  return `Order ${orderId} has ended, ${how}: nothing was changed.`;
}
