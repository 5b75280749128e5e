import { allHold } from '../../wiring/condition.ts';
import type { CallName, CallSpec, Meaning } from '../../wiring/spec.ts';
import { errorOf, isOk, readFailure, type Attempt } from '../attempt.ts';
import type { HttpAnswer } from '../http.ts';

/** What is left for the connector to act on. */
export type Standing = Exclude<Meaning, 'retry' | 'refused'>;

export type Judgement = { ok: true; meaning: Standing } | { ok: false; attempt: Attempt };

/** Calls on one thing, for which these statuses say that it is not there. */
const ABSENCES: Readonly<Partial<Record<CallName, readonly number[]>>> = {
  look_at_pick: [404, 410],
  update_pick: [404, 410],
  look_at_task: [404, 410],
  update_task: [404, 410],
  update_action_task: [404, 410],
  get_order: [404],
};

/** By the first rule that fits, else by its status, else by the status table of seed 4. */
export function judge(name: CallName, call: CallSpec, answer: HttpAnswer): Judgement {
  const rule = call.outcomes.find(
    ({ statuses, where }) =>
      (statuses === null || statuses.includes(answer.status)) && allHold(where, answer.body),
  );
  if (rule !== undefined) return byRule(rule.means, answer);
  if (isOk(answer)) return { ok: true, meaning: 'ok' };
  if (saysAbsent(name, call, answer)) return { ok: true, meaning: 'missing' };
  return { ok: false, attempt: readFailure(answer) };
}

function byRule(means: Meaning, answer: HttpAnswer): Judgement {
  const { status, retryAfter } = answer;
  const error = errorOf(answer);
  if (means === 'retry') {
    return { ok: false, attempt: { kind: 'retry', status, retryAfter, error } };
  }
  if (means === 'refused') return { ok: false, attempt: { kind: 'refused', status, error } };
  return { ok: true, meaning: means };
}

/** A search that is not found is a wrong address; a single thing that is not found is absent. */
function saysAbsent(name: CallName, { items }: CallSpec, { status }: HttpAnswer): boolean {
  if (name === 'find_pick') return items === null && (status === 404 || status === 410);
  return ABSENCES[name]?.includes(status) ?? false;
}
