import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactProduct } from '../../src/mapping/run/exact.ts';
import { MAPPING, ORDER, rulesFile, SHOP } from '../support/mapping-shop.ts';
import { run } from '../support/mapping-shop-run.ts';
import { bundleOf } from '../support/mapping-stage.ts';

describe('a table', () => {
  const table = { 'tables/t.yaml': "table: ranks\nrows: {gold: a, '00123': b, '1e5': c, NO: d}\n" };
  const map = (rank: unknown, more = '') =>
    bundleOf(
      {
        ...table,
        'rules/a.yaml': rulesFile(`- {to: note, from: rank, table: ranks${more}, absent: omit}`),
      },
      SHOP,
    ).map(MAPPING, { ...ORDER, rank });

  test.each([
    ['gold', 'a'],
    ['00123', 'b'],
    ['1e5', 'c'],
    ['NO', 'd'],
  ])('%s is %s', (rank, note) => {
    expect(map(rank)).toMatchObject({ output: { note } });
  });

  test.each(['123', 'no', 'Gold', 'constructor', '__proto__'])(
    '%s is no row, and is not repeated',
    (rank) => {
      const result = map(rank);
      expect(result).toMatchObject({
        ok: false,
        errors: [{ code: 'MAP_ENUM', source: 'rank', kind: 'text' }],
      });
      expect(result.ok ? '' : result.errors[0]?.message).toBe(
        'rank holds a text that is none of gold, 00123, 1e5, NO (table ranks).',
      );
    },
  );

  test('says what becomes of other words', () => {
    expect(map('new', ', otherwise: pass')).toMatchObject({ output: { note: 'new' } });
    expect(map('new', ', otherwise: {const: other}')).toMatchObject({ output: { note: 'other' } });
    expect(map('new', ', otherwise: omit')).toEqual({ ok: true, output: { id: 'A-1' } });
  });

  test('of distinct words goes back', () => {
    const both = { 'tables/t.yaml': 'table: t\nbidirectional: true\nrows: {a: x, b: y}\n' };
    const rule = rulesFile('- {to: note, from: rank, table: t, reverse: true, absent: omit}');
    const bundle = bundleOf({ ...both, 'rules/a.yaml': rule }, SHOP);
    expect(bundle.map(MAPPING, { ...ORDER, rank: 'y' })).toMatchObject({ output: { note: 'b' } });
  });
});

describe('units', () => {
  const rules = `
- each: {from: "items[*]", to: "lines[*]", min: 1}
  rules:
    - {to: sku, from: sku}
    - {to: qty, from: count, unit: {table: packs, from: uom, to: EA, per: sku, inexact: error}}`;
  const qty = (count: number, uom: string | undefined, sku = 'SKU-1') =>
    run(rules, { items: [{ sku, count, uom }] });

  test.each([
    [1, 'CASE', 'SKU-1', 12],
    [0.25, 'CASE', 'SKU-1', 3],
    [3, 'CASE', '00123', 30],
    [2, 'DOZEN', '00123', 24],
    [0.1, 'PALLET', '00123', 48],
    [7, 'EA', 'other', 7],
  ])('%s %s of %s are %s', (count, uom, sku, expected) => {
    expect(qty(count, uom, sku)).toMatchObject({ output: { lines: [{ qty: expected }] } });
  });

  test.each([
    ['a third of a case', 1 / 3, 'CASE', 'SKU-1'],
    ['a case of what has no case', 1, 'CASE', 'other'],
    ['a unit that nobody knows', 1, 'BOX', 'SKU-1'],
    ['no unit at all', 1, undefined, 'SKU-1'],
    ['more than can be counted', 1e15, 'CASE', 'SKU-1'],
  ])('%s is an error, never a rounding', (_what, count, uom, sku) => {
    const found = qty(count, uom, sku);
    expect(found).toMatchObject({
      ok: false,
      errors: [{ code: 'MAP_UNIT', source: 'items[0].count', target: 'lines[0].qty' }],
    });
  });

  test('say whether the unit is missing or unknown', () => {
    const messageOf = (uom: string | undefined) => {
      const result = qty(1, uom);
      return result.ok ? '' : result.errors[0]?.message;
    };
    expect(messageOf(undefined)).toBe('items[0].count has no unit beside it.');
    expect(messageOf('BOX')).toMatch(/in a unit that table packs does not know/);
  });

  test('are exact: what is converted there and back is the same', () => {
    const factor = fc.integer({ min: 1, max: 10_000 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), factor, (units, times) => {
        const base = exactProduct(units, { times, parts: 1 });
        expect(base).toBe(units * times);
        expect(exactProduct(base ?? 0, { times: 1, parts: times })).toBe(units);
      }),
    );
  });

  test('agree with whole-number arithmetic on decimals of every length', () => {
    const decimal = fc.record({
      digits: fc.bigInt({ min: 0n, max: 999_999n }),
      places: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(
        decimal,
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 50 }),
        ({ digits, places }, times, parts) => {
          const text = digits.toString().padStart(places + 1, '0');
          const cut = text.length - places;
          const value = Number(`${text.slice(0, cut)}.${text.slice(cut)}0`);
          const over = BigInt(parts) * 10n ** BigInt(places);
          const product = digits * BigInt(times);
          const expected = product % over === 0n ? Number(product / over) : undefined;
          expect(exactProduct(value, { times, parts })).toBe(expected);
          if (digits === 0n) return;
          const negative = expected === undefined ? undefined : -expected;
          expect(exactProduct(-value, { times, parts })).toBe(negative);
        },
      ),
    );
  });
});
