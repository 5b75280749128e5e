import type {
  CaseSpec,
  ConditionSpec,
  MappingSpec,
  OriginSpec,
  RuleSpec,
  ValueSpec,
} from '../../mapping/read/spec.ts';
import { joinPath } from '../../mapping/shape/path.ts';
import { plainOf } from '../../mapping/yaml/node.ts';

/** One rule in words, nested ones under the paths of what encloses them. */
export interface RuleLine {
  target: string;
  from: string;
  /** What befalls the value: operators, table, unit, cases. */
  steps: string[];
  locked: boolean;
  /** `rules/acme/pick.yaml:9:5`. */
  rule: string;
}

/** The rules of a mapping as they apply, those of arrays after the array. */
export function describeRules({ rules }: MappingSpec): RuleLine[] {
  return linesOf(rules, '');
}

function linesOf(rules: readonly RuleSpec[], prefix: string): RuleLine[] {
  return rules.flatMap((rule) => {
    const target = joinPath(prefix, rule.to.text);
    const { file, from } = rule.place;
    const { line, col } = file.position(from);
    const base = { locked: rule.locked, rule: `${file.path}:${line}:${col}` };
    if (rule.kind === 'value') {
      return [{ target, from: originText(rule.value.origin), steps: stepsOf(rule.value), ...base }];
    }
    const array = target.endsWith('[*]') ? target : `${target}[*]`;
    const head = { target: array, from: rule.from.path.text, steps: boundsOf(rule), ...base };
    return [head, ...linesOf(rule.rules, array)];
  });
}

function originText(origin: OriginSpec): string {
  switch (origin.kind) {
    case 'from':
      return origin.at.path.text;
    case 'first_of':
      return `first of ${origin.paths.map(({ path }) => path.text).join(', ')}`;
    case 'const':
      return JSON.stringify(plainOf(origin.node));
    case 'join': {
      const parts = origin.parts.map(valueText).join(' + ');
      return origin.separator === '' ? parts : `${parts} (sep ${JSON.stringify(origin.separator)})`;
    }
    case 'fn':
      return `${origin.name}(${origin.inputs.map(({ name, value }) => `${name}: ${valueText(value)}`).join(', ')})`;
  }
}

function valueText(value: ValueSpec): string {
  const steps = stepsOf(value);
  return [originText(value.origin), ...steps].join(' | ');
}

function stepsOf(value: ValueSpec): string[] {
  const { ops, table, unit, when } = value;
  return [
    ...ops.map((op) => {
      if (op.kind === 'fn') return op.name;
      return op.kind === 'to_datetime' ? `to_datetime ${op.zone} ${op.time ?? ''}`.trim() : op.kind;
    }),
    ...(table === null
      ? []
      : [
          `table ${table.name}${table.reverse ? ' reversed' : ''}`,
          ...caseText('otherwise', table.otherwise),
        ]),
    ...(unit === null
      ? []
      : [
          `unit ${unit.name} ${'word' in unit.from ? unit.from.word : unit.from.path.text} to ${unit.to.word}`,
        ]),
    ...(['absent', 'null', 'empty'] as const).flatMap((key) => caseText(key, value[key])),
    ...whenText(when),
    ...caseText('else', value.else),
  ];
}

function caseText(key: string, spec: CaseSpec | null): string[] {
  if (spec === null) return [];
  return [`${key}: ${spec.kind === 'value' ? valueText(spec.value) : spec.kind}`];
}

function whenText(conditions: readonly ConditionSpec[]): string[] {
  return conditions.map((condition) => {
    const { path } = condition.at;
    if (condition.kind === 'exists')
      return `when ${path.text} ${condition.wanted ? 'exists' : 'is not there'}`;
    return `when ${path.text} ${condition.kind} ${condition.words.map((word) => JSON.stringify(plainOf(word))).join(', ')}`;
  });
}

function boundsOf(rule: Extract<RuleSpec, { kind: 'each' }>): string[] {
  return [
    'each',
    ...(rule.min === null ? [] : [`min ${rule.min}`]),
    ...(rule.max === null ? [] : [`max ${rule.max}`]),
    ...rule.unique.map(({ text }) => `unique ${text}`),
    ...(rule.flatten ? ['flatten'] : []),
    ...whenText(rule.when),
    ...(['absent', 'null', 'empty'] as const).flatMap((key) => caseText(key, rule[key])),
  ];
}
