import type { Bundle } from './bundle.ts';
import type { Mapping } from './compile/mapping.ts';
import type { RuleSpec, ValueSpec } from './read/spec.ts';
import type { Trace } from './run/run.ts';
import type { Place } from './yaml/node.ts';

/** Something that a golden case should reach. */
export interface CoverPoint {
  key: string;
  mapping: string;
  file: string;
  line: number;
  /** `the rule`, `absent:`, or a table row. */
  what: string;
}

const CASES = ['absent', 'null', 'empty', 'else'] as const;

/** Every rule, every case that a rule provides for, every row of a table that a rule uses. */
export function coverPoints(bundle: Bundle): CoverPoint[] {
  return [...bundle.mappings.values()].flatMap((mapping) =>
    valueRulesOf(mapping.spec.rules).flatMap((rule) => pointsOf(bundle, mapping, rule)),
  );
}

type ValueRule = Extract<RuleSpec, { kind: 'value' }>;

function valueRulesOf(rules: readonly RuleSpec[]): ValueRule[] {
  return rules.flatMap((rule) => (rule.kind === 'each' ? valueRulesOf(rule.rules) : [rule]));
}

function pointsOf(bundle: Bundle, mapping: Mapping, { value, place }: ValueRule): CoverPoint[] {
  const point = (step: string, what: string): CoverPoint => ({
    key: keyOf(place, step),
    mapping: mapping.name,
    file: place.file.path,
    line: place.file.position(place.from).line,
    what,
  });
  const cases = CASES.filter((name) => isAnswered(value, name)).map((name) =>
    point(name, `${name}:`),
  );
  const { table } = value;
  const rows =
    table === null || table.reverse ? [] : [...(bundle.tables.get(table.name)?.rows.keys() ?? [])];
  const otherwise =
    table?.otherwise == null || table.otherwise.kind === 'error'
      ? []
      : [point('otherwise', 'otherwise:')];
  return [
    point('', 'the rule'),
    ...cases,
    ...otherwise,
    ...rows.map((row) =>
      point(`table ${table?.name}[${row}]`, `row ${row} of table ${table?.name}`),
    ),
  ];
}

function isAnswered(value: ValueSpec, name: (typeof CASES)[number]): boolean {
  const spec = value[name];
  return spec !== null && spec.kind !== 'error';
}

function keyOf({ file, pointer }: Place, step: string): string {
  return `${file.path}#${pointer} ${step}`;
}

/** The points that a run went through. */
export function coveredBy(traces: readonly Trace[]): string[] {
  return traces.flatMap(({ rule, steps }) => [
    keyOf(rule.place, ''),
    ...steps.map((step) =>
      keyOf(rule.place, step.replace(/^(absent|null|empty|otherwise|else): .*$/, '$1')),
    ),
  ]);
}
