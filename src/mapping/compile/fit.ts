import { nearest } from '../shape/nearest.ts';
import { misfit } from '../shape/fits.ts';
import { nameOf, optionsOf, type Slot } from '../shape/shape.ts';
import { verifierOf } from '../shape/verify.ts';
import type { Compiled, Outcome, RuleContext } from './context.ts';

/** Adds a mistake for each thing that a value can be and its target cannot. */
export function refuseMisfits(made: Compiled, target: Slot, { mistakes }: RuleContext): boolean {
  let fits = true;
  for (const outcome of made.outcomes) {
    const complaint =
      outcome.kind === 'const' ? constMisfit(outcome, target) : typeMisfit(outcome, target);
    if (complaint === null) continue;
    mistakes.add(outcome.place, { code: 'type', ...complaint });
    fits = false;
  }
  if (made.nullable && !target.nullable && !made.outcomes.some(isNullConst)) {
    const message =
      'The value can be null, and the target cannot: null: takes error, omit or a value.';
    mistakes.add(made.place, { code: 'type', message });
    fits = false;
  }
  return fits;
}

interface Complaint {
  message: string;
  suggestion?: string | undefined;
}

function isNullConst(outcome: Outcome): boolean {
  return outcome.kind === 'const' && outcome.value === null;
}

function typeMisfit(outcome: Extract<Outcome, { kind: 'typed' }>, target: Slot): Complaint | null {
  if (outcome.schema !== null && outcome.schema === target.schema) return null;
  const complaint = misfit(outcome.shape, target.shape);
  return complaint === null ? null : { message: `This does not fit: ${complaint}.` };
}

function constMisfit(
  { value }: Extract<Outcome, { kind: 'const' }>,
  target: Slot,
): Complaint | null {
  if (value === null)
    return target.nullable
      ? null
      : { message: `null does not fit: the target takes ${nameOf(target.shape)}.` };
  const options = optionsOf(target.shape);
  if (verifierOf(target.schema).passes(value)) return null;
  const words = options.flatMap((option) => (option.kind === 'text' ? (option.oneOf ?? []) : []));
  const written =
    typeof value === 'object' ? 'This value' : JSON.stringify(value).replaceAll('"', '');
  const wantsText = options.every(({ kind }) => kind === 'text');
  if (wantsText && typeof value !== 'string' && words.length === 0) {
    return {
      message: `The target takes a text, and unquoted ${written} is none: quote it ('${written}').`,
    };
  }
  const reason =
    words.length > 0 || options.every(({ kind }) => kind !== typeof value)
      ? `the target takes ${nameOf(target.shape)}`
      : verifierOf(target.schema).complaint(value);
  return { message: `${written} does not fit: ${reason}.`, suggestion: nearest(written, words) };
}
