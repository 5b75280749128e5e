import fc from 'fast-check';
import type { z } from 'zod';

/** Texts that YAML, JSON and objects like to turn into something else. */
const TRICKY = [
  '',
  ' ',
  '00123',
  '1e5',
  'NO',
  'null',
  '~',
  '__proto__',
  'constructor',
  'é/ü',
  '🧰',
];
const WORDS = ['platinum', 'gold', 'silver', 'bronze', 'Gold', 'order', 'ORDER'];
const EVENT_TYPES = ['ORDER.CREATED', 'PICK.PARTIAL', 'TASK.COMPLETED'];
/** A schema that takes nothing of what is tried for it would be waited for without end. */
const TRIES_MAX = 10_000;

/** Random inputs that a schema takes, as they look once they are parsed. */
export function arbitraryOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  return rawOf(schema)
    .map((raw) => (schema as z.ZodType).safeParse(raw))
    .filter(patient((parsed) => parsed.success))
    .map((parsed) => parsed.data);
}

function patient<Value>(accepts: (value: Value) => boolean): (value: Value) => boolean {
  let refused = 0;
  return (value) => {
    if (accepts(value)) {
      refused = 0;
      return true;
    }
    refused += 1;
    if (refused > TRIES_MAX) throw new Error('No input of this schema is found by chance.');
    return false;
  };
}

function takes(schema: z.core.$ZodType): (value: unknown) => boolean {
  return patient((value) => (schema as z.ZodType).safeParse(value).success);
}

function rawOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return objectOf(def.shape);
    case 'array':
      return fc.array(rawOf(def.element), { maxLength: 4 });
    case 'optional':
    case 'default':
      return fc.option(rawOf(def.innerType), { nil: undefined });
    case 'nullable':
      return fc.option(rawOf(def.innerType), { nil: null });
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries));
    case 'literal':
      return fc.constantFrom(...def.values);
    case 'union':
      return fc.oneof(...def.options.map(rawOf));
    case 'number':
      return fc
        .oneof(fc.integer({ min: -5, max: 50 }), fc.integer({ min: 0, max: 1_000_000_000 }))
        .filter(takes(schema));
    case 'string':
      return textOf(def).filter(takes(schema));
    case 'record':
      return recordOf();
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function objectOf(shape: Readonly<Record<string, z.core.$ZodType>>): fc.Arbitrary<unknown> {
  const fields = Object.entries(shape).map(([key, value]) => [key, rawOf(value)]);
  return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>);
}

function recordOf(): fc.Arbitrary<unknown> {
  const value = fc.oneof(fc.array(fc.string(), { maxLength: 3 }), fc.jsonValue({ maxDepth: 1 }));
  return fc.record(
    { pick_ids: value, backorder_ids: value, note: fc.string() },
    { requiredKeys: [] },
  );
}

function textOf(def: object): fc.Arbitrary<string> {
  const format = 'format' in def ? def.format : null;
  const instant = fc.date({
    min: new Date('1970-01-01'),
    max: new Date('2200-01-01'),
    noInvalidDate: true,
  });
  if (format === 'date') return instant.map((date) => date.toISOString().slice(0, 10));
  if (format === 'datetime') return instant.chain(writtenInstant);
  return fc.oneof(
    fc.constantFrom(...TRICKY, ...WORDS, ...EVENT_TYPES),
    fc.constantFrom('pick:ORD-1:0:1', 'pick:shop:ORD-2:1:1', 'pick:No.20such:X:0:1'),
    fc.string({ maxLength: 24, unit: 'grapheme' }),
  );
}

function writtenInstant(date: Date): fc.Arbitrary<string> {
  const text = date.toISOString();
  return fc.constantFrom(
    text,
    text.replace('Z', '+02:00'),
    `${text.slice(0, 19)}Z`,
    `${text.slice(0, 16)}-05:30`,
    text.replace('Z', '123456789Z'),
  );
}
