import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { CrmEventSchema, OrderCreatedSchema } from '../../src/contracts/crm.ts';
import { IdSchema, InstantSchema, QuantitySchema } from '../../src/contracts/primitives.ts';
import { verifierOf } from '../../src/mapping/shape/verify.ts';
import { bundleOf, mistakesOf } from '../support/mapping-stage.ts';

describe('the quick check of a value says what zod says', () => {
  const value = fc.oneof(
    fc.string(),
    fc.string({ minLength: 120, maxLength: 140 }),
    fc.integer(),
    fc.double(),
    fc.constantFrom('', 'aab', 'a1', '2026-01-17', '2026-02-30', '2026-01-17T10:00:00Z'),
    fc.constantFrom('2026-01-17T10:00:00+02:00', 'gold', 0, -0, 1, 9, 10, 1e9, 1e9 + 1, 2 ** 53),
    fc.constantFrom<unknown>(null, undefined, true, [], {}, Number.NaN, Infinity, 'a@b.example'),
  );
  test.each<[string, z.ZodType]>([
    ['an id', IdSchema],
    ['a quantity', QuantitySchema],
    ['at least one', QuantitySchema.min(1)],
    ['an instant', InstantSchema],
    ['an instant in UTC', z.iso.datetime()],
    ['a day', z.iso.date()],
    ['a text of some length', z.string().min(2).max(3)],
    ['a text of two patterns', z.string().regex(/^a/).regex(/b$/)],
    ['a text that is changed', z.string().trim().min(1)],
    ['a text that starts with', z.string().startsWith('a')],
    ['a mail address', z.email()],
    ['a coerced number', z.coerce.number()],
    ['a number', z.number()],
    ['a positive number', z.number().positive().lt(10)],
    ['an even number', z.int().multipleOf(2)],
    ['a refined number', z.number().refine((number) => number !== 9)],
    ['a boolean', z.boolean()],
    ['an enumeration', z.enum(['gold', 'a1'])],
    ['a literal', z.literal(['gold', 1])],
    ['a null or a text', z.string().nullable()],
    ['an optional text', z.string().min(1).optional()],
    ['anything', z.unknown()],
    ['an array', z.array(z.string()).max(1)],
    ['an object', z.object({ a: z.string() })],
    ['a global pattern', z.string().regex(/a/g)],
  ])('of %s', (_what, schema) => {
    const { passes } = verifierOf(schema);
    fc.assert(
      fc.property(value, (given) => {
        expect(passes(given)).toBe(schema.safeParse(given).success);
      }),
      { numRuns: 400 },
    );
  });
});

function between(source: z.ZodType, target: z.ZodType) {
  const stage = { schemas: { source, target } };
  const files = (rules: string) => ({
    'rules/a.yaml': `mapping: source -> target\nversion: 1\nrules:\n${rules}\n`,
  });
  return {
    bundle: (rules: string) => bundleOf(files(rules), stage),
    codes: (rules: string) => mistakesOf(files(rules), stage).map(({ code }) => code),
  };
}

const Named = z.object({ a: z.string() });

test('a field that only some kinds of an object have may be absent', () => {
  const pay = z.union([z.object({ iban: z.string() }), z.object({ card: z.string() })]);
  const { codes } = between(z.object({ pay }), Named);
  expect(codes('  - {to: a, from: pay.iban, absent: omit}')).toEqual(['required']);
});

test('a field with a default is never absent in a source and may be left out of a target', () => {
  const Defaulted = z.object({ a: z.string().default('x') });
  const from = between(Defaulted, Named);
  expect(from.bundle('  - {to: a, from: a, absent: omit}').mappings.size).toBe(1);
  const to = between(z.object({ b: z.string() }), Defaulted);
  expect(to.bundle('  []').map('source -> target', { b: 'y' })).toEqual({ ok: true, output: {} });
});

test('an object that has to be of one kind is judged when it is whole', () => {
  const way = z.union([
    z.object({ kind: z.literal('road'), wheels: z.int() }),
    z.object({ kind: z.literal('sea'), hulls: z.int() }),
  ]);
  const { bundle } = between(z.object({ n: z.int() }), z.object({ way }));
  const rules = (field: string) =>
    `  - {to: way.kind, const: road}\n  - {to: way.${field}, from: n}`;
  expect(bundle(rules('wheels')).map('source -> target', { n: 4 })).toMatchObject({ ok: true });
  expect(bundle(rules('hulls')).map('source -> target', { n: 4 })).toMatchObject({
    errors: [{ code: 'MAP_TARGET', target: 'way' }],
  });
});

test('a field is never what every object inherits', () => {
  const Odd = z.object({ valueOf: z.string().optional(), toString: z.string().optional() });
  const { bundle } = between(Odd, Odd);
  const rules =
    '  - {to: valueOf, from: valueOf, absent: omit}\n  - {to: toString, from: toString, absent: omit}';
  expect(bundle(rules).map('source -> target', {})).toEqual({ ok: true, output: {} });
  expect(bundle(rules).map('source -> target', { valueOf: 'x' })).toEqual({
    ok: true,
    output: { valueOf: 'x' },
  });
});

test('a schema that holds itself can be read', () => {
  const Node = z.object({
    a: z.string(),
    get child() {
      return Node.optional();
    },
  });
  const { bundle } = between(Node, Named);
  const mapping = bundle('  - {to: a, from: child.child.a, absent: {from: a}}');
  expect(
    mapping.map('source -> target', { a: 'x', child: { a: 'y', child: { a: 'z' } } }),
  ).toMatchObject({ output: { a: 'z' } });
  expect(mapping.map('source -> target', { a: 'x' })).toMatchObject({ output: { a: 'x' } });
  expect(mapping.schemasHash).toMatch(/^[0-9a-f]{64}$/);
});

test('the contracts of the product can stand at both ends', () => {
  const { codes } = between(OrderCreatedSchema, CrmEventSchema);
  expect(codes('  []')).toEqual(Array.from({ length: 6 }, () => 'required'));
});
