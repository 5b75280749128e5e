import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { literalWriter } from '../../src/mapping/compile/literal.ts';
import { hasTwins } from '../../src/mapping/compile/twins.ts';
import { runTraced } from '../../src/mapping/bundle.ts';
import { epochMsOf, instantWriter, isoOf } from '../../src/mapping/run/moments.ts';
import { arbitraryOf } from '../support/mapping-arbitrary.ts';
import { MAPPING, ORDER, rulesFile, SHOP } from '../support/mapping-shop.ts';
import { errors, output, TABLES } from '../support/mapping-shop-run.ts';
import { rootFrame } from '../../src/mapping/run/run.ts';
import { bundleOf } from '../support/mapping-stage.ts';

describe('absence, null and emptiness are told apart', () => {
  const rule = (more: string) => `- {to: note, from: note${more}}`;

  test.each([
    [{}, 'MAP_MISSING', 'absent'],
    [{ note: null }, 'MAP_MISSING', 'null'],
    [{ note: '' }, 'MAP_MISSING', 'empty text'],
    [{ note: 7 }, 'MAP_TYPE', 'number'],
  ])('%j is an error of its own unless the rule says otherwise', (order, code, kind) => {
    expect(errors(rule(''), order)).toMatchObject([{ code, kind, source: 'note', target: 'note' }]);
  });

  test.each([
    [', absent: omit', {}, {}],
    [', absent: {const: none}', {}, { note: 'none' }],
    [', absent: {from: order_no}', {}, { note: 'A-1' }],
    [', null: omit', { note: null }, {}],
    [', null: pass', { note: null }, { note: null }],
    [', null: {const: none}', { note: null }, { note: 'none' }],
    [', empty: omit', { note: '' }, {}],
    [', empty: pass', { note: '' }, { note: '' }],
    [', empty: {const: null}', { note: '' }, { note: null }],
    [', ops: [trim], empty: {const: blank}', { note: '  ' }, { note: 'blank' }],
  ])('note%s of %j', (more, order, expected) => {
    expect(output(rule(more), order)).toEqual(expected);
  });

  test('what lies under something absent or null is absent', () => {
    const name = '- {to: note, from: customer.name, absent: {const: nobody}}';
    for (const customer of [undefined, null, {}]) {
      expect(output(name, { customer })).toEqual({ note: 'nobody' });
    }
  });

  test('first_of takes the first that is neither absent nor null', () => {
    const rule = '- {to: note, first_of: [note, rank, customer.name], absent: {const: none}}';
    expect(output(rule, { note: null, rank: 'gold' })).toEqual({ note: 'gold' });
    expect(output(rule, { note: null })).toEqual({ note: 'none' });
  });
});

describe('operators', () => {
  test.each([
    [
      '{to: note, from: rank, ops: [trim, upper], absent: omit}',
      { rank: ' gold ' },
      { note: 'GOLD' },
    ],
    ['{to: note, from: weight, ops: [to_string]}', { weight: 12.5 }, { note: '12.5' }],
    ['{to: grams, from: rank, ops: [to_int], absent: omit}', { rank: '0042' }, { grams: 42 }],
    [
      '{to: due_ms, from: due, ops: [{to_datetime: {tz: UTC, time: "23:59"}}, to_epoch_ms], absent: omit}',
      { due: '2026-01-20' },
      { due_ms: Date.parse('2026-01-20T23:59:00Z') },
    ],
    [
      '{to: due, from: due, ops: [{to_datetime: {tz: UTC, time: "23:59"}}], absent: omit}',
      { due: '2026-01-20T10:00:00+02:00' },
      { due: '2026-01-20T08:00:00.000Z' },
    ],
    [
      '{to: due, from: local_due, ops: [{to_datetime: {tz: Europe/Berlin}}], absent: omit}',
      { local_due: '2026-07-01 10:00' },
      { due: '2026-07-01T08:00:00.000Z' },
    ],
    [
      '{to: due, from: local_due, ops: [{to_datetime: {tz: Europe/Berlin}}], absent: omit}',
      { local_due: '2026-03-29T02:30' },
      { due: '2026-03-29T01:30:00.000Z' },
    ],
    [
      '{to: due, from: local_due, ops: [{to_datetime: {tz: Europe/Berlin}}], absent: omit}',
      { local_due: '2026-10-25T02:30' },
      { due: '2026-10-25T00:30:00.000Z' },
    ],
    ['{to: note, join: [order_no, weight, {const: x}], sep: "/"}', {}, { note: 'A-1/12/x' }],
    [
      '{to: note, from: rank, ops: [{fn: initials@2}], null: omit, absent: omit}',
      { rank: 'gold' },
      { note: 'g' },
    ],
    ['{to: note, from: "items[-1].sku", absent: omit}', {}, { note: 'SKU-1' }],
    ['{to: note, from: "items[5].sku", absent: omit}', {}, {}],
    ['{to: note, const: x, when: {path: state, in: [OPEN, HELD]}, else: omit}', {}, { note: 'x' }],
    [
      '{to: note, const: x, when: {path: state, eq: DONE}, else: {from: rank}}',
      { rank: 'r' },
      { note: 'r' },
    ],
    [
      '{to: note, const: x, when: [{path: state, eq: OPEN}, {path: rank, exists: false}], else: omit}',
      { rank: 'r' },
      {},
    ],
    ['{to: extra.a.b, from: order_no}', {}, { extra: { a: { b: 'A-1' } } }],
    [
      '{to: skus, from: "items[0].lots", absent: omit, empty: pass}',
      { items: [{ count: 1, lots: [] }] },
      { skus: [] },
    ],
  ])('- %s', (rule, order, expected) => {
    expect(output(`- ${rule}`, order)).toEqual(expected);
  });

  test.each([
    ['{to: grams, from: rank, ops: [to_int]}', { rank: '4.5' }],
    ['{to: grams, from: rank, ops: [to_int]}', { rank: '1e3' }],
    ['{to: grams, from: rank, ops: [to_int]}', { rank: '0x10' }],
    ['{to: grams, from: rank, ops: [to_int]}', { rank: ' 5 ' }],
    ['{to: grams, from: weight, ops: [to_int]}', { weight: 4.5 }],
    [
      '{to: due, from: local_due, ops: [{to_datetime: {tz: UTC}}]}',
      { local_due: '2026-02-30T10:00' },
    ],
    ['{to: due, from: local_due, ops: [{to_datetime: {tz: UTC}}]}', { local_due: '2026-02-03' }],
    ['{to: due_ms, from: local_due, ops: [to_epoch_ms]}', { local_due: '2026-02-03T10:00' }],
    ['{to: due, from: weight, ops: [from_epoch_ms]}', { weight: 1e300 }],
  ])('- %s does not guess', (rule, order) => {
    expect(errors(`- ${rule}`, order)).toMatchObject([{ code: 'MAP_TYPE' }]);
  });

  test('a value that the target does not take is named without the value', () => {
    const [error, ...more] = errors('- {to: note, const: x}', {
      order_no: 'secret-number-that-is-long',
    });
    expect(more).toEqual([]);
    expect(error).toMatchObject({
      code: 'MAP_TARGET',
      source: 'order_no',
      target: 'id',
      rule: 'rules/a.yaml:4:5',
    });
    expect(JSON.stringify(error)).not.toContain('secret');
  });

  test.each(['throw', 'lie', 'later'])('a function that %ss is an error of the mapping', (mode) => {
    const rule = `- {to: note, fn: fragile@1, with: {text: order_no, mode: {const: ${mode}}}}`;
    const found = errors(rule);
    expect(found).toMatchObject([{ code: 'MAP_FN', target: 'note' }]);
    expect(JSON.stringify(found)).not.toContain('A-1');
  });
});

describe('each', () => {
  const lines = `
- each: {from: "items[*]", to: "lines[*]", min: 1}
  rules:
    - {to: sku, from: sku, absent: {join: [$.order_no, $position], sep: '-'}}
    - {to: no, from: $position}`;

  test('makes an array of one of one', () => {
    expect(output(lines, { items: [{ sku: 'X', count: 1 }] })).toEqual({
      lines: [{ sku: 'X', no: 1 }],
    });
  });

  test('reads the root and the position from within', () => {
    expect(output(lines, { items: [{ count: 1 }, { count: 1 }] })).toEqual({
      lines: [
        { sku: 'A-1-1', no: 1 },
        { sku: 'A-1-2', no: 2 },
      ],
    });
  });

  test('names the element that is wrong, and all that are', () => {
    const rule = '- each: {from: "items[*]", to: "lines[*]"}\n  rules:\n    - {to: sku, from: sku}';
    const items = [
      { sku: 'X', count: 1 },
      { count: 1 },
      { sku: '', count: 1 },
      { sku: 5, count: 1 },
    ];
    expect(errors(rule, { items })).toMatchObject([
      { code: 'MAP_MISSING', source: 'items[1].sku', target: 'lines[1].sku', kind: 'absent' },
      { code: 'MAP_MISSING', source: 'items[2].sku', target: 'lines[2].sku', kind: 'empty text' },
      { code: 'MAP_TYPE', source: 'items[3].sku', target: 'lines[3].sku', kind: 'number' },
    ]);
  });

  test.each([
    [{ sku: 'X', count: 1 }, 'MAP_CARDINALITY'],
    [[], 'MAP_MISSING'],
    [undefined, 'MAP_MISSING'],
    [null, 'MAP_MISSING'],
    [Array.from({ length: 5 }, () => ({ sku: 'X', count: 1 })), 'MAP_CARDINALITY'],
  ])('of %j is an error of the array', (items, code) => {
    expect(errors(lines, { items })).toMatchObject([{ code, source: 'items', target: 'lines' }]);
  });

  test('min: 0 or empty: pass takes an empty array, empty: omit leaves it out', () => {
    const of = (head: string, more: string) =>
      output(
        `- each: {from: "items[*]", to: "skus[*]"${head}}\n${more}  rules:\n    - {to: ., from: sku}`,
        { items: [] },
      );
    expect(of(', min: 0', '')).toEqual({ skus: [] });
    expect(of('', '  empty: pass\n')).toEqual({ skus: [] });
    expect(of('', '  empty: omit\n')).toEqual({});
  });

  test('in one line takes a field of every element', () => {
    const items = [
      { sku: 'X', count: 1 },
      { sku: 'Y', count: 1 },
    ];
    expect(output('- {to: "skus[*]", from: "items[*].sku"}', { items })).toEqual({
      skus: ['X', 'Y'],
    });
  });

  test('takes the elements that its condition holds for', () => {
    const rule =
      '- each: {from: "items[*]", to: "lines[*]", when: {path: uom, exists: true}}\n  rules:\n    - {to: sku, from: sku}\n    - {to: no, from: $position}';
    const items = [
      { sku: 'X', count: 1 },
      { sku: 'Y', count: 1, uom: 'EA' },
      { count: 1, uom: 'EA' },
    ];
    expect(errors(rule, { items })).toMatchObject([
      { source: 'items[2].sku', target: 'lines[1].sku' },
    ]);
    expect(output(rule, { items: items.slice(0, 2) })).toEqual({ lines: [{ sku: 'Y', no: 2 }] });
    expect(errors(rule, { items: items.slice(0, 1) })).toMatchObject([{ code: 'MAP_CARDINALITY' }]);
  });

  test('flattens arrays in arrays when told to', () => {
    const rule =
      '- each: {from: "boxes[*].lines[*]", to: "lines[*]", flatten: true}\n  absent: omit\n  rules:\n    - {to: sku, from: sku}\n    - {to: box, from: ^.order_no}';
    const boxes = [
      { label: 'a', lines: [{ sku: 'X' }, { sku: 'Y' }] },
      { label: 'b', lines: [] },
      { label: 'c', lines: [{ sku: 'Z' }] },
    ];
    expect(output(rule, { boxes })).toEqual({
      lines: ['X', 'Y', 'Z'].map((sku) => ({ sku, box: 'A-1' })),
    });
    const wrong = [{ lines: [{ sku: 'X' }] }, { lines: [{ sku: 'Y' }, {}] }];
    expect(errors(rule, { boxes: wrong })).toMatchObject([
      { source: 'boxes[1].lines[1].sku', target: 'lines[2].sku' },
    ]);
  });

  test('refuses two of what is to be unique', () => {
    const rule =
      '- each: {from: "items[*]", to: "lines[*]", unique: sku}\n  rules:\n    - {to: sku, from: sku}';
    const items = [
      { sku: 'X', count: 1 },
      { sku: 'X', count: 2 },
    ];
    expect(errors(rule, { items })).toMatchObject([
      { code: 'MAP_CARDINALITY', source: 'items', message: 'items names the same sku twice.' },
    ]);
  });
});

describe('a patch', () => {
  const rules =
    '- {to: note, from: note, null: pass}\n- {to: gift, from: gift}\n- {to: contact.name, from: customer.name}\n- {to: contact.mail, from: customer.mail, null: pass}';

  test('holds what the source holds and nothing else', () => {
    const patch = (order: object) => output(rules, order, 'patch: true\n');
    expect(patch({})).toEqual({});
    expect(patch({ gift: false })).toEqual({ gift: false });
    expect(patch({ note: null })).toEqual({ note: null });
    expect(patch({ customer: { name: 'N', mail: null } })).toEqual({
      contact: { name: 'N', mail: null },
    });
  });

  test('is refused when an object lacks what it requires', () => {
    expect(errors(rules, { customer: { mail: 'm' } }, 'patch: true\n')).toMatchObject([
      { code: 'MAP_MISSING', target: 'contact.name', kind: 'absent' },
    ]);
  });
});

test('an object is copied with the fields that the target knows', () => {
  const customer = { name: 'N', mail: null, secret: 'S' };
  const rule = '- {to: contact, from: customer, absent: omit}';
  const wide = { ...SHOP.schemas };
  wide['shop.order'] = (SHOP.schemas['shop.order'] as z.ZodObject).extend({
    customer: z.object({ name: z.string(), mail: z.string().nullable(), secret: z.string() }),
  });
  const bundle = bundleOf({ 'rules/a.yaml': rulesFile(rule) }, { schemas: wide });
  expect(bundle.map(MAPPING, { ...ORDER, customer })).toEqual({
    ok: true,
    output: { id: 'A-1', contact: { name: 'N', mail: null } },
  });
});

test('conditions of a target as a whole are held too', () => {
  const rules =
    'mapping: shop.order -> depot.pair\nversion: 1\nrules:\n  - {to: low, from: weight, ops: [to_int]}\n  - {to: high, const: 5}\n';
  const bundle = bundleOf({ 'rules/a.yaml': rules }, SHOP);
  expect(bundle.map('shop.order -> depot.pair', { ...ORDER, weight: 3 })).toMatchObject({
    ok: true,
  });
  expect(bundle.map('shop.order -> depot.pair', { ...ORDER, weight: 9 })).toMatchObject({
    errors: [
      { code: 'MAP_TARGET', target: 'low', message: expect.stringContaining('low is above high') },
    ],
  });
});

test('an object has the keys that have a value, whatever they are called and however many', () => {
  const key = fc.string({ unit: 'grapheme' }).filter((text) => text !== '__proto__');
  const value = fc.oneof(fc.constant(undefined), fc.constant(null), fc.integer());
  fc.assert(
    fc.property(fc.dictionary(key, value, { maxKeys: 80 }), (wanted) => {
      const entries = Object.entries(wanted);
      const write = literalWriter(
        entries.map(([name, given]) => ({ key: name, read: () => given, copy: null })),
      );
      const written = write(rootFrame(null), { errors: [], trace: null, steps: [] });
      expect(written).toStrictEqual(
        Object.fromEntries(entries.filter(([, given]) => given !== undefined)),
      );
    }),
  );
});

test('whatever the input, what comes out passes the target or is a named error', () => {
  const rules = `
- {to: kind, from: state, table: kinds}
- {to: note, first_of: [note, rank], absent: omit, empty: pass}
- {to: gift, from: gift, absent: omit}
- {to: grams, from: weight, ops: [to_int]}
- {to: due, from: due, ops: [{to_datetime: {tz: Europe/Berlin, time: '12:00'}}], absent: omit}
- {to: contact.name, from: customer.name, absent: omit, empty: pass}
- {to: contact.mail, from: customer.mail, absent: omit, null: pass, empty: pass}
- {to: skus, from: "items[0].lots", absent: omit, empty: pass}
- each: {from: "items[*]", to: "lines[*]"}
  rules:
    - {to: sku, from: sku}
    - {to: qty, from: count, unit: {table: packs, from: {const: EA}, to: EA}}
- {to: extra, from: custom, absent: omit}`;
  const bundle = bundleOf({ ...TABLES, 'rules/a.yaml': rulesFile(rules) }, SHOP);
  const { source, target } = bundle.mapping(MAPPING);
  const ends = { ok: 0, failed: 0 };
  fc.assert(
    fc.property(arbitraryOf(source), (order) => {
      const before = structuredClone(order);
      const result = bundle.map(MAPPING, order);
      expect(order).toEqual(before);
      if (result.ok) {
        ends.ok += 1;
        expect(target.safeParse(result.output)).toEqual({ success: true, data: result.output });
        return;
      }
      ends.failed += 1;
      expect(
        result.errors.every(({ code, target: at }) => code.startsWith('MAP_') && at !== ''),
      ).toBe(true);
    }),
    { numRuns: 300 },
  );
  expect(Math.min(ends.ok, ends.failed)).toBeGreaterThan(5);
});

describe('what is quick comes to the same', () => {
  test('as the run that writes down every step, whatever the input', () => {
    const rules = `
- {to: note, from: customer.name, absent: omit, empty: pass}
- {to: grams, from: weight, absent: omit, ops: [to_int]}
- each: {from: "items[*]", to: "lines[*]", unique: sku}
  rules:
    - {to: sku, from: sku, absent: {join: [$.order_no, $position], sep: '-'}}
    - {to: qty, from: count, unit: {table: packs, from: {const: EA}, to: EA}}`;
    const bundle = bundleOf({ ...TABLES, 'rules/a.yaml': rulesFile(rules) }, SHOP);
    const value = fc.oneof(
      fc.constantFrom('', 'A', 'A-1', 0, 2, true, null, undefined, []),
      fc.jsonValue(),
    );
    const item = fc.oneof(fc.record({ sku: value, count: value }), value);
    const order = fc.record({
      order_no: value,
      customer: fc.oneof(fc.record({ name: value }), value),
      weight: value,
      items: fc.oneof(fc.array(item), value),
    });
    const property = fc.property(order, (input) => {
      expect(runTraced(bundle, MAPPING, input).result).toEqual(bundle.map(MAPPING, input));
    });
    fc.assert(property, { numRuns: 500 });
  });

  test('as keeping all values, for twins', () => {
    const item = fc.record({
      of: fc.record({ id: fc.oneof(fc.integer({ max: 20 }).map(String), fc.constant(7)) }),
    });
    const property = fc.property(fc.array(item), (items) => {
      const ids = items.map(({ of }) => of.id);
      expect(hasTwins(items, ['of', 'id'])).toBe(new Set(ids).size < ids.length);
      const rising = ids.map(String).toSorted((a, b) => Number(a) - Number(b));
      const named = rising.map((id) => ({ id }));
      expect(hasTwins(named, ['id'])).toBe(new Set(rising).size < rising.length);
    });
    fc.assert(property);
  });

  test.each(['UTC', 'Europe/Berlin', 'America/St_Johns'])(
    'as reading each day anew, in %s',
    (zone) => {
      const reading = { zone, time: '23:59' };
      const write = instantWriter(reading);
      for (let number = 0; number < 1500; number += 1) {
        const [month, day] = [1 + (number % 13), 1 + (number % 32)].map((part) =>
          String(part).padStart(2, '0'),
        );
        const text = `${2020 + (number % 7)}-${month}-${day}`;
        const at = epochMsOf(text, reading);
        const anew = at === undefined ? undefined : isoOf(at);
        expect([write(text), write(text)]).toEqual([anew, anew]);
      }
    },
  );
});

describe('a field that is copied', () => {
  const schemas = {
    'a.from': z.object({ note: z.string(), size: z.object({ length: z.int() }) }),
    'a.to': z.object({ note: z.string(), length: z.int() }),
  };
  const rules =
    'mapping: a.from -> a.to\nversion: 1\nrules:\n  - {to: note, from: note}\n  - {to: length, from: size.length}\n';
  // The same schema at both ends is what makes it a copy.
  const shared = {
    ...schemas,
    'a.to': z.object({ ...schemas['a.from'].shape.size.shape, note: schemas['a.from'].shape.note }),
  };

  test.each([schemas, shared])(
    'is still told from an empty one and from what only looks like it',
    (ends) => {
      const bundle = bundleOf({ 'rules/a.yaml': rules }, { schemas: ends });
      expect(bundle.map('a.from -> a.to', { note: '', size: 'four' })).toMatchObject({
        errors: [
          { code: 'MAP_MISSING', target: 'note', kind: 'empty text' },
          { code: 'MAP_MISSING', target: 'length', kind: 'absent' },
        ],
      });
    },
  );
});

describe('ids that are joined of ids', () => {
  const Id = z.string().regex(/^[A-Z0-9.-]{1,8}$/);
  const schemas = {
    'a.from': z.object({ id: Id, no: z.int(), note: z.string().min(1) }),
    'a.to': z.object({ id: Id }),
  };
  const mapped = (rule: string, input: object) => {
    const rules = `mapping: a.from -> a.to\nversion: 1\nrules:\n  - {to: id, ${rule}}\n`;
    const given = { id: 'A', no: 1, note: 'N', ...input };
    const result = bundleOf({ 'rules/a.yaml': rules }, { schemas }).map('a.from -> a.to', given);
    return result.ok ? result.output : result.errors.map(({ code }) => code);
  };

  test.each([
    ["join: [id, no], sep: '-'", {}, { id: 'A-1' }],
    ["join: [id, no], sep: '-'", { id: 'ABCDEFG' }, ['MAP_TARGET']],
    ["join: [id, no], sep: '-'", { no: -12 }, { id: 'A--12' }],
    ["join: [id, no], sep: '_'", {}, ['MAP_TARGET']],
    ["join: [id, note], sep: '-'", {}, { id: 'A-N' }],
    ["join: [id, note], sep: '-'", { note: 'n' }, ['MAP_TARGET']],
    ["join: [id, {const: b}], sep: '-'", {}, ['MAP_TARGET']],
  ])('%s of %j', (rule, input, expected) => {
    expect(mapped(rule, input)).toEqual(expected);
  });

  test('are those of the input at hand, one after the other', () => {
    const rule =
      "mapping: a.from -> a.to\nversion: 1\nrules:\n  - {to: id, join: [id, no], sep: '-'}\n";
    const bundle = bundleOf({ 'rules/a.yaml': rule }, { schemas });
    const ids = ['A', 'A', 'B', 'A'].map((id, no) =>
      bundle.map('a.from -> a.to', { id, no, note: 'N' }),
    );
    expect(ids).toMatchObject(['A-0', 'A-1', 'B-2', 'A-3'].map((id) => ({ output: { id } })));
  });
});
