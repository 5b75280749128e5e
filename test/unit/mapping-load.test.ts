import { describe, expect, test } from 'vitest';
import { describeMistake } from '../../src/mapping/yaml/mistake.ts';
import { PACKS, PRIORITY_TABLE, rulesFile, SHOP } from '../support/mapping-shop.ts';
import { bundleOf, mistakesOf } from '../support/mapping-stage.ts';

const TABLES = { 'tables/kinds.yaml': PRIORITY_TABLE, 'tables/packs.yaml': PACKS };

function mistakesIn(rules: string, head = '') {
  return mistakesOf({ ...TABLES, 'rules/a.yaml': rulesFile(rules, head) }, SHOP);
}

describe('a mistake is refused with its place and what was likely meant', () => {
  const cases: [string, string, string, string | null][] = [
    [
      'a source path with a typo',
      '- {to: note, from: custmer.name}',
      'unknown-path',
      'customer.name',
    ],
    [
      'a target path with a typo',
      '- {to: contcat.name, from: order_no}',
      'unknown-path',
      'contact.name',
    ],
    ['a field that stands elsewhere', '- {to: note, from: mail}', 'unknown-path', 'customer.mail'],
    ['a rule key with a typo', '- {to: note, form: note}', 'unknown-key', 'from'],
    ['an operator with a typo', '- {to: note, from: rank, ops: [trimm]}', 'unknown-name', 'trim'],
    ['a table with a typo', '- {to: kind, from: state, table: kind}', 'unknown-name', 'kinds'],
    [
      'a function without its version',
      '- {to: note, from: rank, ops: [{fn: initials}]}',
      'unknown-name',
      'initials@2',
    ],
    [
      'a function of a version that is gone',
      '- {to: note, from: rank, ops: [{fn: initials@1}]}',
      'unknown-name',
      'initials@2',
    ],
    ['a word that the enumeration lacks', '- {to: kind, const: sail}', 'type', 'sale'],
    [
      'a comparison that never holds',
      '- {to: note, from: rank, when: {path: state, eq: OPNE}, else: omit}',
      'type',
      'OPEN',
    ],
    [
      'a unit that the table lacks',
      '- {to: grams, from: weight, unit: {table: packs, from: {const: DOZN}, to: EA}}',
      'unknown-name',
      'DOZEN',
    ],
    ['a case word with a typo', '- {to: note, from: rank, absent: omitt}', 'grammar', 'omit'],
  ];
  test.each(cases)('%s', (_what, rule, code, suggestion) => {
    const mistakes = mistakesIn(rule);
    expect(mistakes).toMatchObject([{ code, suggestion, file: 'rules/a.yaml', line: 5 }]);
  });

  const plain: [string, string, string, RegExp][] = [
    ['a text into an enumeration', '- {to: kind, from: rank, absent: omit}', 'type', /use a table/],
    ['a number into a text', '- {to: note, from: weight}', 'type', /to_string/],
    ['a fraction into a whole number', '- {to: grams, from: weight}', 'type', /to_int/],
    ['a date into a date-time', '- {to: due, from: due, absent: omit}', 'type', /to_datetime/],
    [
      'an operator on the wrong type',
      '- {to: gift, from: gift, ops: [upper], absent: omit}',
      'type',
      /takes a text/,
    ],
    [
      'null passed on to what is never null',
      '- {to: contact.name, from: customer.mail, null: pass, absent: omit}',
      'type',
      /can be null/,
    ],
    [
      'a required field that is left out',
      '- {to: lines, const: [{qty: 1}]}',
      'type',
      /does not fit/,
    ],
    ['two writers of one field', '- {to: id, from: order_no}', 'two-writers', /line 4/],
    [
      'a writer within what is written whole',
      '- {to: id.x, from: order_no}',
      'unknown-path',
      /no fields/,
    ],
    [
      'many values where one is wanted',
      '- {to: note, from: "items[*].sku"}',
      'depth',
      /under an each/,
    ],
    ['an array copied over another', '- {to: lines, from: items}', 'type', /use each/],
    [
      'a field of an open map without a type',
      '- {to: note, from: custom.cf_1}',
      'unknown-path',
      /custom:/,
    ],
    ['two origins', '- {to: note, from: rank, const: x}', 'grammar', /from and const/],
    ['no origin', '- {to: note}', 'grammar', /there is none/],
    [
      'when without else',
      '- {to: note, from: rank, when: {path: state, eq: OPEN}}',
      'grammar',
      /else/,
    ],
    ['otherwise without table', '- {to: note, from: rank, otherwise: omit}', 'grammar', /table/],
    [
      'a local time without its zone',
      '- {to: due, from: local_due, ops: [to_datetime]}',
      'unknown-name',
      /tz/,
    ],
    [
      'a zone that does not exist',
      '- {to: due, from: local_due, ops: [{to_datetime: {tz: Berlin}}]}',
      'unknown-name',
      /time zone/,
    ],
    ['a path out of the enclosing elements', '- {to: note, from: ^.rank}', 'depth', /further/],
    ['a position without an element', '- {to: grams, from: $position}', 'depth', /no each/],
    ['a path that is none', '- {to: note, from: a..b}', 'grammar', /not a path/],
    ['a path into the machine', '- {to: note, from: customer.__proto__}', 'grammar', /not a field/],
  ];
  test.each(plain)('%s', (_what, rule, code, message) => {
    const mistakes = mistakesIn(rule);
    expect(mistakes.map((mistake) => mistake.code)).toContain(code);
    expect(mistakes.map((mistake) => mistake.message).join('\n')).toMatch(message);
    expect(mistakes.every(({ line }) => line === 5)).toBe(true);
  });
});

describe('an each', () => {
  const each = (from: string, to: string, rules: string, more = '') =>
    `- each: {from: "${from}", to: "${to}"${more}}\n  rules:\n    - ${rules}`;

  test.each([
    ['has one [*] at both ends', each('items', 'lines[*]', '{to: sku, const: x}'), 'depth'],
    [
      'does not write through two arrays',
      each('boxes[*].lines[*]', 'lines[*]', '{to: sku, from: sku}'),
      'depth',
    ],
    [
      'covers what an element requires',
      each('items[*]', 'lines[*]', '{to: qty, const: 1}'),
      'required',
    ],
    [
      'does not leave out what an element requires',
      each('items[*]', 'lines[*]', '{to: sku, from: sku, absent: omit}'),
      'required',
    ],
    [
      'checks the paths of its elements',
      each('items[*]', 'lines[*]', '{to: sku, from: skuu, absent: omit}'),
      'unknown-path',
    ],
    [
      'names unique fields that it writes',
      each('items[*]', 'lines[*]', '{to: sku, from: sku}', ', unique: skku'),
      'unknown-path',
    ],
  ])('%s', (_what, rules, code) => {
    expect(mistakesIn(rules).map((mistake) => mistake.code)).toContain(code);
  });

  test('says what is wrong within even when its own path is wrong', () => {
    const wrongFrom = mistakesIn(each('itms[*]', 'lines[*]', '{to: skuu, from: sku}'));
    expect(wrongFrom.map(({ suggestion }) => suggestion)).toEqual(
      expect.arrayContaining(['items', 'sku']),
    );
    const wrongTo = mistakesIn(each('items[*]', 'lnes[*]', '{to: sku, from: skuu}'));
    expect(wrongTo.map(({ suggestion }) => suggestion)).toEqual(
      expect.arrayContaining(['lines', 'sku']),
    );
  });
});

test('all mistakes of all files are said at once, in the order of files and lines', () => {
  const mistakes = mistakesOf(
    {
      'rules/b.yaml': rulesFile('- {to: nte, from: rnk}\n- {to: kind, from: state, table: kindz}'),
      'rules/a.yaml': 'mapping: shop.ordr -> depot.jb\nversion: 1\nrules: []\n',
      'tables/t.yaml': 'table: kinds\nrows: {a: 1, a: 2}\n',
      'wrong/x.yaml': 'a: 1\n',
    },
    SHOP,
  );
  expect(mistakes.map(({ file, line, col }) => `${file}:${line}:${col}`)).toEqual([
    'rules/a.yaml:1:10',
    'rules/a.yaml:1:23',
    'rules/b.yaml:5:10',
    'rules/b.yaml:5:21',
    'rules/b.yaml:6:36',
    'tables/t.yaml:2:14',
    'wrong/x.yaml:1:1',
  ]);
  expect(mistakes.map(({ suggestion }) => suggestion)).toEqual([
    'shop.order',
    'depot.job',
    'note',
    'rank',
    'kinds',
    null,
    null,
  ]);
});

test('a target that no rule writes is named with the field that could', () => {
  const files = { 'rules/a.yaml': 'mapping: shop.order -> depot.job\nversion: 1\nrules: []\n' };
  const [mistake] = mistakesOf(files, SHOP);
  expect(mistake).toMatchObject({ code: 'required', line: 1, col: 24 });
  expect(mistake?.message).toBe('depot.job requires id, and no rule writes it.');
});

test('a person sees the line, a mark under the words, and advice', () => {
  const [mistake] = mistakesIn('- {to: note, from: custmer.name}');
  expect(mistake === undefined ? '' : describeMistake(mistake)).toBe(
    [
      'rules/a.yaml:5:22 unknown-path at /rules/1/from',
      '  5 |   - {to: note, from: custmer.name}',
      '    |                      ^^^^^^^^^^^^',
      '  shop.order has no custmer. Did you mean customer.name?',
    ].join('\n'),
  );
});

describe('YAML does not surprise', () => {
  test.each([
    ['00123', 'a number with zeros before it'],
    ['1e5', 'a number in scientific form'],
    ['0x1F', 'a number in another base'],
    ['~', 'a null in disguise'],
    ['True', 'a boolean in disguise'],
    ['.5', 'half a number'],
  ])('%s unquoted is refused as %s, with the quoted form', (written) => {
    const rule = `- {to: note, const: ${written}}`;
    expect(mistakesIn(rule)).toMatchObject([{ code: 'ambiguous-text', line: 5, col: 23 }]);
    expect(mistakesIn(rule)[0]?.message).toContain(`'${written}'`);
    const table = `table: t\nrows:\n  ${written}: sale\n`;
    const mistakes = mistakesOf({ 'tables/t.yaml': table }, SHOP);
    expect(mistakes).toMatchObject([{ code: 'ambiguous-text', line: 3, col: 3 }]);
  });

  test.each(['5', 'true', 'null'])('%s unquoted is no text either', (written) => {
    expect(
      mistakesIn(`- {to: id2, const: x}\n- {to: contact.name, const: ${written}}`),
    ).toContainEqual(expect.objectContaining({ code: 'type', line: 6 }));
  });

  test.each([
    'NO',
    'no',
    'on',
    'off',
    'y',
    "'00123'",
    '"1e5"',
    "'null'",
    '2026-01-17',
    '1_000',
    '12:30',
  ])('%s is the text that it looks like', (written) => {
    const bundle = bundleOf({ 'rules/a.yaml': rulesFile(`- {to: note, const: ${written}}`) }, SHOP);
    const result = bundle.map('shop.order -> depot.job', { order_no: 'A' });
    expect(result).toMatchObject({ output: { note: written.replaceAll(/['"]/g, '') } });
  });

  test.each([
    ['an anchor', '- &x {to: note, from: rank}'],
    ['an alias', '- {to: note, const: *x}'],
    ['a tag', '- {to: note, const: !!str 5}'],
    ['a tag of a program', '- {to: note, const: !js x}'],
    ['a doubled key', '- {to: note, to: note, from: rank}'],
    ['a key without a value', '- {to: note, from: }'],
    ['an empty file', ''],
  ])('%s is refused', (_what, rule) => {
    const files = { 'rules/a.yaml': rule === '' ? '' : rulesFile(rule) };
    expect(mistakesOf(files, SHOP).every(({ code }) => code === 'yaml')).toBe(true);
  });
});

test('a file that surprises is read on: its other mistakes are said too', () => {
  const rules =
    '- {to: note, const: 00123}\n- {to: gift, form: gift}\n- &a {to: kind, const: sail}\n- {to: due, from: }\n- {to: grams, to: grams, const: 1.5}';
  expect(mistakesIn(rules).map(({ line, code }) => `${line} ${code}`)).toEqual([
    '5 ambiguous-text',
    '6 unknown-key',
    '7 yaml',
    '7 type',
    '8 yaml',
    '9 yaml',
    '9 type',
  ]);
});

describe('tables', () => {
  test('must have a row for every word of an enumeration, or say otherwise', () => {
    const table = { 'tables/kinds.yaml': 'table: kinds\nrows: {OPEN: sale}\n' };
    const rule = (more: string) => ({
      ...table,
      'rules/a.yaml': rulesFile(`- {to: kind, from: state, table: kinds${more}}`),
    });
    expect(mistakesOf(rule(''), SHOP)).toMatchObject([
      { code: 'table', message: expect.stringContaining('HELD, DONE') },
    ]);
    expect(bundleOf(rule(', otherwise: omit'), SHOP).mappings.size).toBe(1);
  });

  test('hold words that the target takes: the row is named', () => {
    const files = {
      'tables/kinds.yaml': PRIORITY_TABLE.replace('HELD: hold', 'HELD: hodl'),
      'rules/a.yaml': rulesFile('- {to: kind, from: state, table: kinds}'),
    };
    expect(mistakesOf(files, SHOP)).toMatchObject([
      { file: 'tables/kinds.yaml', line: 5, code: 'type', suggestion: 'hold' },
    ]);
  });

  test('go both ways only when every value is a text that occurs once', () => {
    const of = (rows: string) =>
      mistakesOf({ 'tables/t.yaml': `table: t\nbidirectional: true\nrows: ${rows}\n` }, SHOP);
    const twice = 'A bidirectional table names each value once; a and b have the same.';
    expect(of('{a: x, b: x}')).toMatchObject([{ code: 'table', line: 3, message: twice }]);
    const texts = 'A bidirectional table holds texts only.';
    expect(of('{a: x, b: 1}')).toMatchObject([{ code: 'table', line: 3, message: texts }]);
  });

  test('are looked up by texts, which an unquoted null is not', () => {
    const of = (key: string) => ({ 'tables/t.yaml': `table: t\nrows: {${key}: x}\n` });
    expect(mistakesOf(of('null'), SHOP)).toMatchObject([{ code: 'ambiguous-text', line: 2 }]);
    expect(bundleOf(of(`'null'`), SHOP).tables.get('t')?.rows.has('null')).toBe(true);
  });

  test('of units hold whole numbers of base units', () => {
    const files = { 'tables/t.yaml': 'units: u\nfactors: {EA: 1, HALF: 0.5, NONE: 0}\n' };
    expect(mistakesOf(files, SHOP).map(({ code }) => code)).toEqual(['grammar', 'table']);
  });
});

test('a declared field is known from then on, a known one cannot be declared', () => {
  const rule = '- {to: note, from: custom.cf_1, absent: omit}';
  const good = rulesFile(rule, 'custom: {custom.cf_1: string}\n');
  expect(bundleOf({ 'rules/a.yaml': good }, SHOP).mappings.size).toBe(1);
  const head = 'custom: {customer.cf_1: string, rank: string, custom.cf_1: strnig}\n';
  const refused = mistakesIn('- {to: note, const: x}', head);
  expect(refused.map(({ line, suggestion }) => [line, suggestion])).toEqual([
    [3, null],
    [3, null],
    [3, 'string'],
  ]);
});

test('first_of has nothing when all of them are null', () => {
  const rules =
    '- {to: contact.name, first_of: [ref], absent: omit}\n- {to: contact.mail, const: m}';
  expect(mistakesIn(rules)).toMatchObject([{ code: 'required', line: 5 }]);
});

test('a field of one kind of object may be absent, one of all kinds is of any of them', () => {
  const table = (rows: string) => ({
    'tables/t.yaml': `table: t\nrows: ${rows}\n`,
    'rules/a.yaml': rulesFile('- {to: kind, from: payment.kind, table: t, absent: omit}'),
  });
  expect(mistakesOf(table('{card: sale}'), SHOP)).toMatchObject([
    { code: 'table', message: expect.stringContaining('no row for bank') },
  ]);
  const rules = rulesFile('- {to: note, from: payment.iban}');
  const bundle = bundleOf({ 'rules/a.yaml': rules }, SHOP);
  const input = { order_no: 'A', payment: { kind: 'card', mark: 'x' } };
  expect(bundle.map('shop.order -> depot.job', input)).toMatchObject({
    errors: [{ code: 'MAP_MISSING', source: 'payment.iban' }],
  });
});

test('a field of a map of texts can be declared', () => {
  const rules = rulesFile('- {to: note, from: labels.colour}', 'custom: {labels.colour: string}\n');
  const bundle = bundleOf({ 'rules/a.yaml': rules }, SHOP);
  const input = { order_no: 'A', labels: { colour: 'red' } };
  expect(bundle.map('shop.order -> depot.job', input)).toMatchObject({ output: { note: 'red' } });
});

test('names are given once', () => {
  const files = {
    'rules/a.yaml': rulesFile('- {to: note, const: x}'),
    'rules/b.yaml': rulesFile('- {to: note, const: y}'),
    ...TABLES,
    'tables/z.yaml': PRIORITY_TABLE,
  };
  expect(mistakesOf(files, SHOP)).toMatchObject([
    { file: 'rules/b.yaml', code: 'duplicate' },
    { file: 'tables/z.yaml', code: 'duplicate' },
  ]);
});

test('an enumeration that a comma cuts off is told to be written in quotes', () => {
  const schema = (type: string) => `schema: depot.word\nshape: {word: ${type}, more: string}\n`;
  const [mistake] = mistakesOf({ 'schemas/a.yaml': schema('enum(A, B)') }, SHOP);
  expect(mistake).toMatchObject({
    code: 'grammar',
    line: 2,
    col: 15,
    message: `enum(A is not closed. Within { } a comma ends the value: write it in quotes, as in 'enum(A, B)'.`,
  });
  const { schemas } = bundleOf({ 'schemas/a.yaml': schema("'enum(A, B)'") }, SHOP);
  expect(schemas.has('depot.word')).toBe(true);
});
