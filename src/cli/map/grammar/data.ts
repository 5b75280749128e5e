import { z } from 'zod';
import type { MapCode } from '../../../mapping/run/run.ts';
import type { Names } from './names.ts';
import { AboutSchema, nameIn } from './parts.ts';

const CODES: Readonly<Record<MapCode, null>> = {
  MAP_MISSING: null,
  MAP_TYPE: null,
  MAP_ENUM: null,
  MAP_UNIT: null,
  MAP_CARDINALITY: null,
  MAP_TARGET: null,
  MAP_FN: null,
};

const FactorsSchema = z.record(z.string(), z.int().min(1));

/** A file of `tables/`. */
export function tablesGrammar(): z.ZodType {
  const table = z.strictObject({
    table: z.string(),
    about: AboutSchema.optional(),
    bidirectional: z.boolean().optional().describe('It may be used with reverse: true.'),
    rows: z.record(z.string(), z.unknown()).describe('Their word: our word.'),
  });
  const units = z.strictObject({
    units: z.string(),
    about: AboutSchema.optional(),
    factors: FactorsSchema.describe('How many base units a unit holds.'),
    per: z.record(z.string(), FactorsSchema).optional().describe('The same for single SKUs.'),
  });
  return z.union([table, units]);
}

/** A file of `schemas/`. */
export function schemasGrammar(): z.ZodType {
  const type: z.ZodType = z.lazy(() =>
    z.union([z.string(), z.null(), z.tuple([type]), z.record(z.string(), type)]),
  );
  return z.strictObject({
    schema: z.string(),
    about: AboutSchema.optional(),
    shape: type.describe(
      'The document as a sample: a type for each field. string integer number boolean date datetime null object any enum(A, B); a|b; key? may be absent; [type] is an array.',
    ),
  });
}

/** A file of `golden/`. */
export function goldenGrammar({ mappings }: Names): z.ZodType {
  const error = z.strictObject({
    code: z.enum(Object.keys(CODES)),
    source: z.string().optional(),
    target: z.string().optional(),
  });
  return z.strictObject({
    mapping: nameIn(mappings.map(({ name }) => name)),
    about: AboutSchema.optional(),
    cases: z.array(
      z.strictObject({
        case: z.string().describe('What it is about.'),
        input: z.unknown(),
        output: z.unknown().optional(),
        errors: z.array(error).optional().describe('Instead of output:.'),
      }),
    ),
  });
}
