import type { TableUse } from '../read/spec.ts';
import { nearest } from '../shape/nearest.ts';
import { nameOf, optionsOf, type Shape } from '../shape/shape.ts';
import { compileCase, note, type CompiledCase } from './cases.ts';
import type { Compiled, Fail, Outcome, RuleContext } from './context.ts';
import type { ValueSpec } from '../read/spec.ts';
import type { Frame, Run } from '../run/run.ts';

export interface CompiledTable {
  look: (frame: Frame, run: Run, value: unknown) => unknown;
  outcomes: Outcome[];
  otherwise: CompiledCase;
}

interface TableRequest {
  use: TableUse;
  shape: Shape;
  context: RuleContext;
  fail: Fail;
  compileValue(spec: ValueSpec, context: RuleContext): Compiled | null;
}

const WORDS_SHOWN_MAX = 12;

/** Null when a mistake was added. */
export function compileTable({
  use,
  shape,
  context,
  fail,
  compileValue,
}: TableRequest): CompiledTable | null {
  const rows = rowsOf(use, context);
  if (rows === null) return null;
  const strange = optionsOf(shape).find(({ kind }) => kind !== 'text');
  if (strange !== undefined) {
    const message = `A table is looked up by a text, and this is ${nameOf(strange)}.`;
    context.mistakes.add(use.place, { code: 'type', message });
    return null;
  }
  const missing = wordsOf(shape).filter((word) => !rows.has(word));
  if (missing.length > 0 && use.otherwise === null) {
    const message = `Table ${use.name} has no row for ${missing.join(', ')}: add it, or say otherwise: here.`;
    context.mistakes.add(use.place, { code: 'table', message });
  }
  const known = [...rows.keys()];
  const listed =
    known.slice(0, WORDS_SHOWN_MAX).join(', ') + (known.length > WORDS_SHOWN_MAX ? ', ..' : '');
  const otherwise = compileCase({
    name: 'otherwise',
    spec: use.otherwise,
    context,
    fail,
    compile: (spec) => compileValue(spec, context),
    complaint: {
      code: 'MAP_ENUM',
      message: `holds a text that is none of ${listed} (table ${use.name}).`,
    },
  });
  const values = new Map([...rows].map(([key, { value }]) => [key, value]));
  const look: CompiledTable['look'] = (frame, run, value) => {
    const found = values.get(value as string);
    if (found === undefined) return otherwise.on(frame, run, value);
    if (run.trace !== null) note(run, `table ${use.name}[${String(value)}]`);
    return found;
  };
  const outcomes: Outcome[] = [...rows.values()].map(({ value, place }) => ({
    kind: 'const',
    value,
    place,
  }));
  return { look, outcomes, otherwise };
}

function rowsOf(use: TableUse, { library, mistakes }: RuleContext) {
  const table = library.tables.get(use.name);
  if (table === undefined) {
    const known = [...library.tables.keys()];
    const message = `There is no table ${use.name}.`;
    mistakes.add(use.place, {
      code: 'unknown-name',
      message,
      suggestion: nearest(use.name, known),
    });
    return null;
  }
  if (!use.reverse) return table.rows;
  if (table.reverse !== null) return table.reverse;
  const message = `Table ${use.name} goes one way: write bidirectional: true in it.`;
  mistakes.add(use.place, { code: 'table', message });
  return null;
}

function wordsOf(shape: Shape): readonly string[] {
  const options = optionsOf(shape);
  if (options.some((option) => option.kind === 'text' && option.oneOf === null)) return [];
  return options.flatMap((option) => (option.kind === 'text' ? (option.oneOf ?? []) : []));
}
