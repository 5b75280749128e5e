import type { z } from 'zod';
import { readType } from '../read/read-schema.ts';
import type { MappingSpec } from '../read/spec.ts';
import { kindOf, rootFrame, type MapError, type Run, type Trace } from '../run/run.ts';
import { declare } from '../shape/find.ts';
import { nearest } from '../shape/nearest.ts';
import type { Slot } from '../shape/shape.ts';
import { isRefined, slotOf } from '../shape/zod-shape.ts';
import { createNodeReader } from '../yaml/fields.ts';
import { createMistakes, type Mistakes } from '../yaml/mistake.ts';
import type { Library, Read } from './context.ts';
import { compileScope } from './scope.ts';

export type MapResult = { ok: true; output: unknown } | { ok: false; errors: MapError[] };

/** A mapping that is ready to run. */
export interface Mapping {
  name: string;
  version: number;
  /** Names of the schemas at its ends. */
  from: string;
  to: string;
  source: z.ZodType;
  target: z.ZodType;
  /** Where it is written. */
  at: string;
  spec: MappingSpec;
  run(input: unknown, trace: Trace[] | null): MapResult;
}

/** Null when a mistake was added. */
export function compileMapping(
  spec: MappingSpec,
  library: Library,
  mistakes: Mistakes,
): Mapping | null {
  const source = schemaOf(spec.from, library, mistakes);
  const target = schemaOf(spec.to, library, mistakes);
  if (source === null || target === null) return null;
  const slot = withCustom(spec, slotOf(source, 'source'), mistakes);
  const targetSlot = slotOf(target, 'target');
  const compile = (traces: boolean, found: Mistakes): Read =>
    compileScope(spec.rules, targetSlot, {
      library,
      mistakes: found,
      scope: { source: slot, name: spec.from.name, up: null, blind: false },
      patch: spec.patch,
      traces,
      mapping: spec.name,
      version: spec.version,
      prefix: '',
      targetName: spec.to.name,
      place: spec.to.place,
    });
  const build = compile(false, mistakes);
  const { file, from } = spec.place;
  const { line, col } = file.position(from);
  const at = `${file.path}:${line}:${col}`;
  const finish = isRefined(target) ? finisher(target, { spec, at }) : null;
  const { name, version } = spec;
  const ends = { from: spec.from.name, to: spec.to.name, source, target };
  return {
    name,
    version,
    ...ends,
    at,
    spec,
    run: runnerOf({ build, traced: () => compile(true, createMistakes()), finish }),
  };
}

type Finish = (output: unknown) => MapError[];

interface Program {
  build: Read;
  /** The same, compiled to write down what it does. */
  traced(): Read;
  finish: Finish | null;
}

function runnerOf({ build, traced, finish }: Program): Mapping['run'] {
  let tracing: Read | undefined;
  return (input, trace) => {
    const run: Run = { errors: [], trace, steps: [] };
    if (trace !== null) tracing ??= traced();
    const read = trace === null ? build : (tracing ?? build);
    const output = read(rootFrame(input), run);
    if (run.errors.length > 0) return { ok: false, errors: run.errors };
    const errors = finish?.(output) ?? [];
    return errors.length > 0 ? { ok: false, errors } : { ok: true, output };
  };
}

/** Checks a target as a whole, where its schema has conditions that no single field holds. */
function finisher(target: z.ZodType, { spec, at }: { spec: MappingSpec; at: string }): Finish {
  return (output) => {
    const issues = target.safeParse(output).error?.issues ?? [];
    return issues.map((issue) => {
      const path = issue.path.map((key) =>
        typeof key === 'number' ? `[${key}]` : `.${String(key)}`,
      );
      return {
        code: 'MAP_TARGET',
        mapping: spec.name,
        version: spec.version,
        rule: at,
        source: null,
        target: path.join('').replace(/^\./, ''),
        kind: kindOf(output),
        message: `${spec.to.name} does not take what came out: ${issue.message}.`,
      };
    });
  };
}

function schemaOf(
  end: MappingSpec['from'],
  library: Library,
  mistakes: Mistakes,
): z.ZodType | null {
  const schema = library.schemas.get(end.name);
  if (schema !== undefined) return schema;
  const known = [...library.schemas.keys()];
  const message = `There is no schema ${end.name}.`;
  mistakes.add(end.place, { code: 'unknown-name', message, suggestion: nearest(end.name, known) });
  return null;
}

/** The source with the fields that the mapping declares itself. */
function withCustom(spec: MappingSpec, source: Slot, mistakes: Mistakes): Slot {
  const reader = createNodeReader(mistakes);
  let slot = source;
  for (const { segments, place, type } of spec.custom) {
    const field = slotOf(readType(type, reader), 'source');
    const next = declare(slot, segments, field);
    if (typeof next !== 'string') slot = next;
    else
      mistakes.add(place, { code: 'unknown-path', message: `This cannot be declared: ${next}.` });
  }
  return slot;
}
