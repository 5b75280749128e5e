import type { z } from 'zod';
import { ANY, BOOLEAN, NOTHING, textOf, unionOf, type Shape, type Slot } from './shape.ts';

/** Which side of a mapping a schema stands on: what it yields, or what it takes. */
export type End = 'source' | 'target';

type Schema = z.core.$ZodType;
type Def = z.core.$ZodTypes['_zod']['def'];

/** The slot of a schema. Fields are looked up when they are asked for, so schemas may recurse. */
export function slotOf(schema: Schema, end: End): Slot {
  const def = defOf(schema);
  switch (def.type) {
    case 'optional':
      return { ...slotOf(def.innerType, end), absent: true };
    case 'nonoptional':
      return { ...slotOf(def.innerType, end), absent: false };
    case 'nullable':
      return { ...slotOf(def.innerType, end), nullable: true };
    case 'default':
    case 'prefault':
    case 'catch':
      return { ...slotOf(def.innerType, end), absent: end === 'target' };
    case 'readonly':
      return slotOf(def.innerType, end);
    case 'pipe':
      return { ...slotOf(end === 'source' ? def.out : def.in, end), schema };
    case 'lazy':
      return slotOf(def.getter(), end);
    case 'null':
      return { shape: NOTHING, absent: false, nullable: true, schema };
    case 'undefined':
    case 'void':
      return { shape: NOTHING, absent: true, nullable: false, schema };
    case 'any':
    case 'unknown':
      return { shape: ANY, absent: true, nullable: true, schema };
    case 'union':
      return unionSlot(schema, def.options, end);
    default:
      return { shape: shapeOf(def, end), absent: false, nullable: hasNull(def), schema };
  }
}

/** Zod's own union of its definitions, which the base class does not carry. */
function defOf(schema: Schema): Def {
  return (schema as z.core.$ZodTypes)._zod.def;
}

function hasNull(def: Def): boolean {
  return def.type === 'literal' && def.values.includes(null);
}

function shapeOf(def: Def, end: End): Shape {
  switch (def.type) {
    case 'string':
      return stringShape(def);
    case 'number':
      return { kind: 'number', integer: isInteger(def) };
    case 'boolean':
      return BOOLEAN;
    case 'enum':
      return textOf(Object.values(def.entries).map(String));
    case 'literal':
      return literalShape(def.values);
    case 'template_literal':
      return { kind: 'text', format: null, oneOf: null, filled: false };
    case 'array':
      return arrayShape(def, end);
    case 'object':
      return objectShape(def, end);
    case 'record':
      return {
        kind: 'object',
        fields: new Map(),
        rest: { ...slotOf(def.valueType, end), absent: true },
      };
    default:
      return ANY;
  }
}

function stringShape(def: Extract<Def, { type: 'string' }>): Shape {
  const parts = partsOf(def);
  const format = parts.map((part) => part['format']).find(isMoment) ?? null;
  const filled =
    format !== null ||
    parts.some(({ check, minimum }) => check === 'min_length' && Number(minimum) > 0) ||
    parts.some(({ pattern }) => pattern instanceof RegExp && !pattern.test(''));
  return { kind: 'text', format, oneOf: null, filled };
}

function isMoment(format: unknown): format is 'datetime' | 'date' {
  return format === 'datetime' || format === 'date';
}

function isInteger(def: Extract<Def, { type: 'number' }>): boolean {
  return partsOf(def).some(({ format }) => /^(safe|u)?int/.test(String(format)));
}

function literalShape(values: readonly unknown[]): Shape {
  const texts = values.filter((value) => typeof value === 'string');
  if (texts.length > 0) return textOf(texts);
  const [first] = values;
  if (typeof first === 'boolean') return BOOLEAN;
  return typeof first === 'number' ? { kind: 'number', integer: Number.isInteger(first) } : NOTHING;
}

function arrayShape(def: Extract<Def, { type: 'array' }>, end: End): Shape {
  let [min, max] = [0, Infinity];
  for (const { check, minimum, maximum, length } of partsOf(def)) {
    if (check === 'min_length') min = Math.max(min, Number(minimum));
    if (check === 'max_length') max = Math.min(max, Number(maximum));
    if (check === 'length_equals') min = max = Number(length);
  }
  return { kind: 'array', element: slotOf(def.element, end), min, max };
}

function objectShape(def: Extract<Def, { type: 'object' }>, end: End): Shape {
  const catchall = def.catchall === undefined ? null : slotOf(def.catchall, end);
  const closed = def.catchall === undefined || defOf(def.catchall).type === 'never';
  let fields: Map<string, Slot> | undefined;
  return {
    kind: 'object',
    get fields() {
      fields ??= new Map(
        Object.entries(def.shape).map(([key, value]) => [key, slotOf(value, end)]),
      );
      return fields;
    },
    rest: closed || catchall === null ? null : { ...catchall, absent: true },
  };
}

function unionSlot(schema: Schema, options: readonly Schema[], end: End): Slot {
  const slots = options.map((option) => slotOf(option, end));
  return {
    shape: unionOf(slots.map(({ shape }) => shape)),
    absent: slots.some(({ absent }) => absent),
    nullable: slots.some(({ nullable }) => nullable),
    schema,
  };
}

type Part = Readonly<Record<string, unknown>>;

/** A definition and the definitions of the checks that hang on it. */
export function partsOf(def: object & Pick<Def, 'checks'>): Part[] {
  return [{ ...def }, ...checksOf(def)];
}

/** The definitions of the checks that hang on a schema. */
export function checksOf(def: Pick<Def, 'checks'>): Part[] {
  return (def.checks ?? []).map((check) => ({ ...check._zod.def }));
}

/** Whether an object or array of the schema is refined by code, so that only zod can judge it whole. */
export function isRefined(schema: Schema, seen: Set<Schema> = new Set()): boolean {
  if (seen.has(schema)) return false;
  seen.add(schema);
  const def = defOf(schema);
  const within = (inner: Schema): boolean => isRefined(inner, seen);
  switch (def.type) {
    case 'object':
      return hasOwnChecks(def) || Object.values(def.shape).some(within);
    case 'array':
      return hasOwnChecks(def) || within(def.element);
    case 'record':
      return hasOwnChecks(def) || within(def.keyType) || within(def.valueType);
    case 'optional':
    case 'nonoptional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
      return hasOwnChecks(def) || within(def.innerType);
    case 'lazy':
      return within(def.getter());
    case 'union':
      return (
        hasOwnChecks(def) || def.options.some((option) => isComposed(option) || within(option))
      );
    case 'intersection':
    case 'pipe':
    case 'transform':
    case 'catch':
    case 'tuple':
    case 'map':
    case 'set':
      return true;
    default:
      return false;
  }
}

/** Which option of a union an object is of shows only when it is whole. */
function isComposed(schema: Schema): boolean {
  const { kind } = slotOf(schema, 'target').shape;
  return kind === 'object' || kind === 'array' || kind === 'union';
}

const COUNTED: ReadonlySet<string> = new Set(['min_length', 'max_length', 'length_equals']);

function hasOwnChecks(def: Pick<Def, 'checks'>): boolean {
  return checksOf(def).some(({ check }) => !COUNTED.has(String(check)));
}
