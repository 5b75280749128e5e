import { z } from 'zod';
import { PLAIN_OPS } from '../../../mapping/read/spec.ts';
import { AboutSchema, nameIn, oneOrMany, PathSchema, ScalarSchema } from './parts.ts';
import type { Names } from './names.ts';

const FlagSchema = z.boolean();

/** A file of `rules/`. */
export function rulesGrammar(names: Names): z.ZodType {
  const value = valueFields(names);
  const rule = z.strictObject({
    to: PathSchema.describe('The target field: a plain path.'),
    ...value.fields,
    locked: FlagSchema.optional().describe('Identity: a change of it has to be accepted.'),
    about: AboutSchema.optional(),
  });
  const each: z.ZodType = z.strictObject({
    each: eachGrammar(),
    rules: z.array(z.lazy(() => z.union([rule, each]))),
    absent: value.caseOf.optional(),
    null: value.caseOf.optional(),
    empty: value.caseOf.optional(),
    locked: FlagSchema.optional(),
    about: AboutSchema.optional(),
  });
  return z.strictObject({
    mapping: z
      .string()
      .regex(/^\S+ -> \S+$/)
      .describe('Both ends: source schema -> target schema.'),
    name: z
      .string()
      .optional()
      .describe('How connections and commands call it; else the line above.'),
    version: z.int().describe('1, then higher with every change of what it does.'),
    about: AboutSchema.optional(),
    patch: FlagSchema.optional().describe('Absent source fields are left out.'),
    custom: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Types of fields that the source schema leaves open, by path.'),
    rules: z.array(z.union([rule, each])),
  });
}

function eachGrammar(): z.ZodType {
  return z.strictObject({
    from: PathSchema.describe('The array, ending in [*].'),
    to: PathSchema.describe('The array to write, ending in [*].'),
    min: z.int().optional(),
    max: z.int().optional(),
    unique: oneOrMany(PathSchema).optional().describe('Target fields that no two elements share.'),
    flatten: FlagSchema.optional().describe('boxes[*].lines[*] becomes one array.'),
    when: oneOrMany(conditionGrammar()).optional().describe('Other elements are left out.'),
  });
}

function conditionGrammar(): z.ZodType {
  return z.strictObject({
    path: PathSchema,
    eq: ScalarSchema.optional(),
    in: z.array(ScalarSchema).optional(),
    exists: FlagSchema.optional().describe('Neither absent nor null.'),
  });
}

function valueFields({ tables, units, functions }: Names) {
  const inner: z.ZodType = z.lazy(() => z.strictObject(fields));
  const part = z.union([PathSchema, inner]);
  const caseOf = z.union([z.enum(['error', 'omit', 'pass']), inner]);
  const fields = {
    from: PathSchema.optional(),
    first_of: z.array(PathSchema).optional().describe('The first neither absent nor null.'),
    const: z.unknown().optional().describe('Written as it is.'),
    join: z.array(part).optional().describe('Texts, numbers and booleans, one after another.'),
    sep: z.string().optional().describe('Between the parts of join.'),
    fn: nameIn(functions).optional().describe('A function of functions/, as name@version.'),
    with: z.record(z.string(), part).optional().describe('The inputs of fn, by name.'),
    ops: oneOrMany(opGrammar(functions)).optional(),
    table: nameIn(tables).optional(),
    reverse: FlagSchema.optional().describe(
      'The table the other way round; it must be bidirectional.',
    ),
    otherwise: caseOf.optional().describe('When the table has no row; error unless given.'),
    unit: unitGrammar(units).optional().describe('Exact whole numbers in another unit.'),
    absent: caseOf.optional().describe('When the field is not there; error unless given.'),
    null: caseOf.optional().describe('When it is null; error unless given.'),
    empty: caseOf.optional().describe("When it is '' or an array of none; error unless given."),
    when: oneOrMany(conditionGrammar())
      .optional()
      .describe('All have to hold; else: says what otherwise.'),
    else: caseOf.optional(),
  };
  return { fields, caseOf };
}

function opGrammar(functions: readonly string[]): z.ZodType {
  return z.union([
    z.enum(PLAIN_OPS),
    z.strictObject({
      to_datetime: z.strictObject({ tz: z.string(), time: z.string().optional() }),
    }),
    z.strictObject({ fn: nameIn(functions) }),
  ]);
}

function unitGrammar(units: readonly string[]): z.ZodType {
  return z.strictObject({
    table: nameIn(units),
    from: z.union([PathSchema, z.strictObject({ const: z.string() })]),
    to: z.string(),
    per: PathSchema.optional().describe('What the factors hang on, such as the SKU.'),
    inexact: z.literal('error').optional(),
  });
}
