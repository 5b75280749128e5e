import type { ActionView } from '../contracts/operators.ts';
import { AppError } from '../errors.ts';
import type { Verdict } from '../operations/actions/decide-action.ts';
import type { Operations } from '../operations/operations.ts';
import type { Visitor } from './access.ts';
import type { FilledForm, FormDecision } from './form.ts';

export interface PageDecision {
  action: ActionView;
  form: FilledForm;
  decision: FormDecision;
  visitor: Visitor;
  requestId: string;
}

interface DecideDeps {
  operations: Pick<Operations, 'actions' | 'audit'>;
  now: () => number;
}

/** Hands a decision of the page to its order, and writes down who made it and what came of it. */
export async function decideOnPage(input: PageDecision, deps: DecideDeps): Promise<Verdict> {
  const { action, form, decision, visitor } = input;
  const { name, ...what } = decision;
  const by = `${name} (by ${visitor.via})`;
  const audit = begin({ ...input, by }, deps);
  let outcome = '500 internal';
  try {
    const verdict = await deps.operations.actions.decide({
      ...what,
      by,
      actionId: action.action_id,
      expectedVersion: form.version,
      idempotencyKey: form.key === '' ? undefined : `page ${form.key}`,
    });
    outcome = verdict.kind;
    return verdict;
  } catch (error) {
    if (error instanceof AppError) outcome = error.problem;
    throw error;
  } finally {
    deps.operations.audit.end(audit, outcome);
  }
}

function begin(
  { action, form, decision, by, requestId }: PageDecision & { by: string },
  { operations, now }: DecideDeps,
): number {
  const { name: _name, ...asked } = decision;
  try {
    return operations.audit.begin({
      at: now(),
      actor: by,
      action: 'POST /actions/{action_id}',
      target: `/actions/${action.action_id}`,
      reason: decision.note,
      request: JSON.stringify({ ...asked, expected_version: form.version }),
      requestId,
    });
  } catch (error) {
    throw new AppError(
      'unavailable',
      'The audit cannot be written now, so nothing was done. Try again in a moment.',
      { problem: 'audit-unavailable', retryAfterMs: 5000, cause: error },
    );
  }
}
