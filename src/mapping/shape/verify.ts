import { safeParse, type z } from 'zod';
import { checksOf, partsOf } from './zod-shape.ts';

type Test = (value: unknown) => boolean;

/** Checks one value that is written to a target: fast when it passes, in words when it does not. */
export interface Verifier {
  passes: Test;
  /** Why a value does not pass, without the value; null when it does. */
  complaint(value: unknown): string | null;
}

export function verifierOf(schema: z.core.$ZodType): Verifier {
  return {
    passes: testOf(schema) ?? ((value) => safeParse(schema, value).success),
    complaint: (value) => safeParse(schema, value).error?.issues[0]?.message ?? null,
  };
}

/** The same verdict as zod's without its bookkeeping; null for what only zod can judge. */
function testOf(schema: z.core.$ZodType): Test | null {
  const def = (schema as z.core.$ZodTypes)._zod.def;
  switch (def.type) {
    case 'optional':
      return either(testOf(def.innerType), undefined);
    case 'nullable':
      return either(testOf(def.innerType), null);
    case 'string':
      return textTest(def);
    case 'number':
      return numberTest(def);
    case 'boolean':
      return checksOf(def).length > 0 ? null : (value) => typeof value === 'boolean';
    case 'enum': {
      const words: ReadonlySet<unknown> = new Set(Object.values(def.entries));
      return checksOf(def).length > 0 ? null : (value) => words.has(value);
    }
    case 'any':
    case 'unknown':
      return checksOf(def).length > 0 ? null : () => true;
    default:
      return null;
  }
}

function either(test: Test | null, empty: null | undefined): Test | null {
  return test === null ? null : (value) => value === empty || test(value);
}

/** Formats that are no more than their pattern. */
const PATTERNED: ReadonlySet<unknown> = new Set(['regex', 'datetime', 'date']);

function textTest(def: z.core.$ZodStringDef): Test | null {
  const patterns: RegExp[] = [];
  let [min, max] = [0, Infinity];
  for (const { check, coerce, format, pattern, minimum, maximum } of partsOf(def)) {
    if (coerce === true) return null;
    if (check === 'string_format') {
      if (!PATTERNED.has(format) || !(pattern instanceof RegExp)) return null;
      if (pattern.global || pattern.sticky) return null;
      patterns.push(pattern);
    } else if (check === 'min_length') min = Math.max(min, Number(minimum));
    else if (check === 'max_length') max = Math.min(max, Number(maximum));
    else if (check !== undefined) return null;
  }
  const [pattern] = patterns;
  if (patterns.length > 1) return null;
  return (value) =>
    typeof value === 'string' &&
    value.length >= min &&
    value.length <= max &&
    (pattern === undefined || pattern.test(value));
}

function numberTest(def: z.core.$ZodNumberDef): Test | null {
  let [min, max, integer] = [-Infinity, Infinity, false];
  for (const { check, coerce, format, value, inclusive } of partsOf(def)) {
    if (coerce === true) return null;
    if (check === 'number_format') {
      if (format !== 'safeint') return null;
      integer = true;
    } else if (check === 'greater_than' && inclusive === true) min = Math.max(min, Number(value));
    else if (check === 'less_than' && inclusive === true) max = Math.min(max, Number(value));
    else if (check !== undefined) return null;
  }
  const isNumber = integer ? Number.isSafeInteger : Number.isFinite;
  return (value) => isNumber(value) && Number(value) >= min && Number(value) <= max;
}
