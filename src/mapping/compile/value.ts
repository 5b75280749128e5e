import type { ValueSpec } from '../read/spec.ts';
import { INTEGER, optionsOf, type Shape } from '../shape/shape.ts';
import { compileCase, type CompiledCase, type OnCase } from './cases.ts';
import { compileConditions } from './conditions.ts';
import {
  failOf,
  type Compiled,
  type Copy,
  type Fail,
  type Outcome,
  type RuleContext,
} from './context.ts';
import { compileOp, fused, type CompiledOp } from './ops.ts';
import { compileConst, compileOrigin, type Origin } from './origin.ts';
import { kindTest, readerOf, type Cases, type Plan } from './reader.ts';
import { compileTable } from './table.ts';
import { compileUnit } from './unit.ts';

/**
 * A value in the fixed order of its operators: origin, absent and null, ops, empty, table, unit;
 * `when` decides over all of it. Null when a mistake was added.
 */
export function compileValue(spec: ValueSpec, context: RuleContext): Compiled | null {
  const made =
    spec.origin.kind === 'const'
      ? compileConst(spec.origin)
      : compileMade(spec, spec.origin, context);
  if (made === null || spec.when.length === 0) return made;
  return compileGuarded(spec, made, context);
}

function compileMade(
  spec: ValueSpec,
  originSpec: Parameters<typeof compileOrigin>[0],
  context: RuleContext,
): Compiled | null {
  const origin = compileOrigin(originSpec, context, compileValue);
  if (origin === null) return null;
  const ops = compileOps(spec, origin.shape, context);
  if (ops === null) return null;
  const shape = ops.at(-1)?.shape ?? origin.shape;
  const fail = failOf(context, origin.locate);
  const cases = compileCases(spec, { context, fail });
  const parts = compileEnd(spec, { shape, context, fail });
  if (parts === null) return null;
  const plan: Plan = {
    origin,
    ops,
    isKind: kindTest(origin.shape),
    mayBeEmpty: optionsOf(shape).some(canBeEmpty),
    fail,
    cases,
    end: parts.end,
  };
  const { place } = spec;
  const typed: Outcome =
    ops.length === 0 && parts.shape === null
      ? { kind: 'typed', shape, schema: origin.schema, joined: origin.joined, place }
      : { kind: 'typed', shape: parts.shape ?? shape, schema: null, place };
  const made = parts.outcomes ?? [typed];
  return {
    read: readerOf(plan),
    copy: copyOf(plan),
    ...gather({
      made,
      origin,
      ops,
      cases,
      otherwise: parts.otherwise,
      mayBeEmpty: plan.mayBeEmpty,
    }),
    locate: origin.locate,
    place,
  };
}

/** Null for what is not a field of the element at hand, or not copied in the usual case. */
function copyOf({ origin, ops, end, mayBeEmpty }: Plan): Copy | null {
  const { keys, schema, shape } = origin;
  if (keys === null || schema === null || ops.length > 0 || end !== null) return null;
  if (shape.kind === 'text') return { keys, schema, kind: mayBeEmpty ? 'filled text' : 'text' };
  return shape.kind === 'number' || shape.kind === 'boolean'
    ? { keys, schema, kind: shape.kind }
    : null;
}

interface Around {
  context: RuleContext;
  fail: Fail;
}

function compileCases(spec: ValueSpec, { context, fail }: Around): Cases {
  const compile = (value: ValueSpec) => compileValue(value, context);
  const of = (name: keyof Cases, message: string) =>
    compileCase({
      name,
      spec: spec[name],
      context,
      fail,
      compile,
      complaint: { code: 'MAP_MISSING', message },
    });
  return {
    absent: of('absent', 'is absent.'),
    null: of('null', 'is null.'),
    empty: of('empty', 'is empty.'),
  };
}

function compileOps(spec: ValueSpec, shape: Shape, context: RuleContext): CompiledOp[] | null {
  const ops: CompiledOp[] = [];
  let current = shape;
  for (const op of spec.ops) {
    const compiled = compileOp(op, current, context);
    if (compiled === null) return null;
    ops.push(compiled);
    current = compiled.shape;
  }
  return fused(ops, spec.ops);
}

interface End {
  /** The table or the unit; null when there is neither. */
  end: OnCase | null;
  /** The shape that the end gives, when it is of one shape. */
  shape: Shape | null;
  /** What the end gives, when that is listed. */
  outcomes: Outcome[] | null;
  otherwise: CompiledCase | null;
}

function compileEnd(
  spec: ValueSpec,
  { shape, context, fail }: Around & { shape: Shape },
): End | null {
  if (spec.table !== null && spec.unit !== null) {
    const message = 'table: and unit: do not go together: one makes a word, the other a quantity.';
    context.mistakes.add(spec.unit.place, { code: 'grammar', message });
    return null;
  }
  if (spec.table !== null) {
    const table = compileTable({ use: spec.table, shape, context, fail, compileValue });
    if (table === null) return null;
    const { look, otherwise } = table;
    const passed: Outcome[] = otherwise.passes
      ? [{ kind: 'typed', shape, schema: null, place: spec.table.place }]
      : [];
    return { end: look, shape: null, outcomes: [...table.outcomes, ...passed], otherwise };
  }
  if (spec.unit === null) return { end: null, shape: null, outcomes: null, otherwise: null };
  const end = compileUnit({ use: spec.unit, shape, context, fail });
  return end === null ? null : { end, shape: INTEGER, outcomes: null, otherwise: null };
}

function canBeEmpty(shape: Shape): boolean {
  if (shape.kind === 'text') return !shape.filled;
  return shape.kind === 'array' ? shape.min === 0 : shape.kind === 'any';
}

interface Gathering {
  made: Outcome[];
  origin: Origin;
  ops: readonly CompiledOp[];
  cases: Cases;
  otherwise: CompiledCase | null;
  mayBeEmpty: boolean;
}

/** All that a value can turn out to be, over its cases. */
function gather({ made, origin, ops, cases, otherwise, mayBeEmpty }: Gathering) {
  const mayBeAbsent = origin.absent || ops.some((op) => op.absent);
  const mayBeNull = origin.nullable || ops.some((op) => op.nullable);
  const reached = [
    ...(mayBeAbsent ? [cases.absent] : []),
    ...(mayBeNull ? [cases.null] : []),
    ...(mayBeEmpty ? [cases.empty] : []),
    ...(otherwise === null ? [] : [otherwise]),
  ];
  const instead = reached.flatMap((one) => (one.instead === null ? [] : [one.instead]));
  return {
    outcomes: [...made, ...instead.flatMap(({ outcomes }) => outcomes)],
    absent: reached.some(({ omits }) => omits) || instead.some(({ absent }) => absent),
    nullable: (mayBeNull && cases.null.passes) || instead.some(({ nullable }) => nullable),
  };
}

function compileGuarded(spec: ValueSpec, made: Compiled, context: RuleContext): Compiled | null {
  const holds = compileConditions(spec.when, context);
  const otherwise = compileCase({
    name: 'else',
    spec: spec.else,
    context,
    fail: failOf(context, made.locate),
    compile: (value) => compileValue(value, context),
    complaint: { code: 'MAP_MISSING', message: 'has no rule for this case (when:).' },
  });
  if (holds === null) return null;
  const { read } = made;
  const { on, instead, omits } = otherwise;
  return {
    read: (frame, run) => (holds(frame) ? read(frame, run) : on(frame, run, undefined)),
    copy: null,
    outcomes: [...made.outcomes, ...(instead?.outcomes ?? [])],
    absent: made.absent || omits || instead?.absent === true,
    nullable: made.nullable || instead?.nullable === true,
    locate: made.locate,
    place: made.place,
  };
}
