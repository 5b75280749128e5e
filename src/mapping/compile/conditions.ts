import type { ConditionSpec } from '../read/spec.ts';
import type { Frame } from '../run/run.ts';
import { nearest } from '../shape/nearest.ts';
import { nameOf, optionsOf, type Slot } from '../shape/shape.ts';
import { plainOf, type YamlNode } from '../yaml/node.ts';
import type { RuleContext } from './context.ts';
import { compilePath } from './path.ts';

type Condition = (frame: Frame) => boolean;

/** All conditions of a `when:`; null when a mistake was added. */
export function compileConditions(
  specs: readonly ConditionSpec[],
  context: RuleContext,
): Condition | null {
  const conditions = specs.map((spec) => compileCondition(spec, context));
  const whole = conditions.filter((condition) => condition !== null);
  if (whole.length < conditions.length) return null;
  const [first, second] = whole;
  if (first !== undefined && second === undefined) return first;
  return (frame) => whole.every((condition) => condition(frame));
}

function compileCondition(spec: ConditionSpec, context: RuleContext): Condition | null {
  const path = compilePath(spec.at, context);
  if (path === null) return null;
  const { get } = path;
  if (spec.kind === 'exists') {
    const { wanted } = spec;
    return (frame) => ((get(frame) ?? null) !== null) === wanted;
  }
  let fits = true;
  for (const word of spec.words) fits = checkWord(word, path.slot, context) && fits;
  const words: ReadonlySet<unknown> = new Set(spec.words.map(plainOf));
  return fits ? (frame) => words.has(get(frame)) : null;
}

/** A comparison that can never hold is a mistake. */
function checkWord(word: YamlNode, slot: Slot, { mistakes }: RuleContext): boolean {
  if (word.kind !== 'scalar') {
    mistakes.add(word.place, { code: 'grammar', message: 'when: compares single values only.' });
    return false;
  }
  const { value } = word;
  const possible = optionsOf(slot.shape).some((option) => {
    if (value === null) return slot.nullable;
    if (option.kind === 'text')
      return typeof value === 'string' && (option.oneOf?.includes(value) ?? true);
    return option.kind === 'any' || option.kind === typeof value;
  });
  if (possible) return true;
  const words = optionsOf(slot.shape).flatMap((option) =>
    option.kind === 'text' ? (option.oneOf ?? []) : [],
  );
  const message = `It never is ${word.written}: it is ${nameOf(slot.shape)}.`;
  mistakes.add(word.place, { code: 'type', message, suggestion: nearest(word.written, words) });
  return false;
}
