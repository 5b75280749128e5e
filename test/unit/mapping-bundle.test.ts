import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Bundle } from '../../src/mapping/bundle.ts';
import { diff } from '../../src/mapping/diff.ts';
import { explain } from '../../src/mapping/explain.ts';
import { runGolden } from '../../src/mapping/golden.ts';
import { readMappingFiles } from '../../src/mapping/load.ts';
import { MAPPING, ORDER, PRIORITY_TABLE, rulesFile, SHOP } from '../support/mapping-shop.ts';
import { bundleOf, mistakesOf, shippedFiles } from '../support/mapping-stage.ts';
import { wiringOf } from '../support/shipped-wiring.ts';

const ACME = fileURLToPath(new URL('../fixtures/mapping/acme', import.meta.url));

const ACME_STAGE = {
  schemas: {
    'our.pick_report': z.object({
      pickId: z.string().min(1),
      reference: z.string().nullable(),
      status: z.enum(['CREATED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED']),
      at: z.int(),
      lines: z.array(
        z.object({ lineId: z.string().min(1), sku: z.string().min(1), picked: z.int().min(0) }),
      ),
    }),
  },
};

function acme(change: (path: string, text: string) => string = (_path, text) => text): Bundle {
  const files = readMappingFiles(ACME).map(({ path, text }) => [path, change(path, text)]);
  return bundleOf(Object.fromEntries(files) as Record<string, string>, ACME_STAGE);
}

describe('the hash of a bundle', () => {
  // Those without texts over several lines, in which a comment would be a word.
  const files = shippedFiles().filter(({ path }) =>
    /^(functions|(rules|connections)\/(crm|tasks|wms)\b|tables\/account)/.test(path),
  );
  const hashOf = (changed: typeof files): string => wiringOf(changed).hash;

  test('does not depend on the order of files, on spaces or on comments', () => {
    const hash = hashOf(files);
    const shuffled = fc.shuffledSubarray(files, { minLength: files.length });
    const spaced = (text: string) => `# a comment\n\n${text.replaceAll('\n', '   # why\n')}\n\n`;
    fc.assert(
      fc.property(shuffled, fc.boolean(), (some, comments) => {
        const written = some.map(({ path, text }) => ({
          path,
          text: comments && path.endsWith('.yaml') ? spaced(text) : text,
        }));
        expect(hashOf(written)).toBe(hash);
      }),
      { numRuns: 10 },
    );
  });

  test('changes with every value that means something', () => {
    const hash = hashOf(files);
    const edits: [string, string, string][] = [
      ['rules/wms/pick-request.yaml', 'version: 1', 'version: 2'],
      ['rules/wms/pick-request.yaml', 'const: partial', 'const: all_or_nothing'],
      ['tables/account-priority.yaml', 'gold: high', 'gold: urgent'],
      ['functions/texts.ts', 'slice(0, chars_max)', 'slice(0, chars_max - 1)'],
      ['connections/wms.yaml', 'events: lines', 'events: headers'],
      ['connections/crm.yaml', 'means: missing', 'means: retry'],
    ];
    for (const [path, from, to] of edits) {
      const changed = files.map((file) =>
        file.path === path ? { path, text: file.text.replace(from, to) } : file,
      );
      expect(changed).not.toEqual(files);
      expect(hashOf(changed)).not.toBe(hash);
    }
  });

  test('is not that of the names of files, of the order of keys or of golden cases', () => {
    const rules = rulesFile('- {to: note, from: rank, absent: omit}\n- {to: gift, const: true}');
    const { hash } = bundleOf({ 'rules/a.yaml': rules, 'tables/k.yaml': PRIORITY_TABLE }, SHOP);
    const turned = rules.replace('{to: note, from: rank,', '{from: rank, to: note,');
    const golden = `mapping: ${MAPPING}\ncases: []\n`;
    const files = {
      'rules/z.yaml': turned,
      'tables/a.yaml': PRIORITY_TABLE,
      'golden/a.yaml': golden,
    };
    expect(turned).not.toBe(rules);
    expect(bundleOf(files, SHOP).hash).toBe(hash);
    const names = {
      'tables/z.yaml': 'table: a\nrows: {}\n',
      'tables/y.yaml': 'table: b\nrows: {}\n',
    };
    const other = {
      'tables/a.yaml': names['tables/z.yaml'],
      'tables/b.yaml': names['tables/y.yaml'],
    };
    expect(bundleOf(names, SHOP).hash).toBe(bundleOf(other, SHOP).hash);
  });

  test('tells a quoted number from a number', () => {
    const of = (text: string) =>
      bundleOf({ 'tables/t.yaml': `table: t\nrows: {a: ${text}}\n` }, SHOP).hash;
    expect(of('5')).not.toBe(of(`'5'`));
    expect(of(`'5'`)).toBe(of('"5"'));
  });

  test('is not that of the schemas, which has its own', () => {
    const rules = { 'rules/a.yaml': rulesFile('- {to: note, const: x}') };
    const before = bundleOf(rules, SHOP);
    const wider = {
      ...SHOP.schemas,
      'depot.job': z.object({ id: z.string(), note: z.string(), more: z.string().optional() }),
    };
    const after = bundleOf(rules, { schemas: wider });
    expect(after.hash).toBe(bundleOf(rules, { schemas: SHOP.schemas }).hash);
    expect(after.schemasHash).not.toBe(before.schemasHash);
  });
});

test('a vendor is described in YAML alone', () => {
  const report = runGolden(acme());
  expect(report).toMatchObject({ passed: 2, failed: [] });
});

describe('golden cases', () => {
  test('name the file, the line and every place that differs', () => {
    const bundle = acme((path, text) =>
      path === 'tables/packs.yaml' ? text.replace('CASE: 12', 'CASE: 10') : text,
    );
    const { passed, failed } = runGolden(bundle);
    expect(passed).toBe(1);
    expect(failed).toMatchObject([
      {
        file: 'golden/pick-report.yaml',
        line: 3,
        case: 'cases of twelve are counted in pieces',
        differences: [{ path: 'lines[0].picked', before: 24, after: 20 }],
      },
    ]);
  });

  test('say which rules, cases and rows they never reach', () => {
    const what = runGolden(acme()).uncovered.map((point) => point.what);
    expect(what).toEqual([
      'null:',
      'row OPEN of table acme_states',
      'row VOID of table acme_states',
    ]);
  });

  test('say when another error, or none, comes out', () => {
    const other = acme((path, text) =>
      path.startsWith('golden') ? text.replace('MAP_UNIT', 'MAP_TYPE') : text,
    );
    expect(runGolden(other).failed).toMatchObject([
      { line: 28, complaint: expect.stringContaining('MAP_UNIT') },
    ]);
    const none = acme((path, text) =>
      path.startsWith('golden') ? text.replace('0.3333', '1') : text,
    );
    expect(runGolden(none).failed).toMatchObject([
      { complaint: expect.stringContaining('no error') },
    ]);
    const wrong = acme((path, text) =>
      path.startsWith('golden') ? text.replace('BUSY', 'LATE') : text,
    );
    expect(runGolden(wrong).failed).toMatchObject([
      { complaint: expect.stringContaining('does not fit its schema: state') },
    ]);
  });

  test('name all errors and no other', () => {
    const problems = (errors: string) => {
      const golden = `mapping: ${MAPPING}\ncases:\n  - {case: one, input: ${JSON.stringify(ORDER)}, errors: [${errors}]}\n`;
      const rules = rulesFile('- {to: note, from: note}\n- {to: gift, from: gift}');
      const bundle = bundleOf({ 'rules/a.yaml': rules, 'golden/a.yaml': golden }, SHOP);
      return runGolden(bundle).failed.length;
    };
    const [note, gift] = ['note', 'gift'].map((source) => `{code: MAP_MISSING, source: ${source}}`);
    expect(problems(`${note}, ${gift}`)).toBe(0);
    expect(problems('{code: MAP_MISSING}')).toBe(0);
    expect(problems(`${note}`)).toBe(1);
    expect(problems(`${note}, ${gift}, {code: MAP_ENUM}`)).toBe(1);
    expect(problems('')).toBe(1);
  });

  test('of a mapping that is not there are refused when they are loaded', () => {
    const golden = 'mapping: shop.order -> depot.jbo\ncases: []\n';
    const files = { 'rules/a.yaml': rulesFile('- {to: note, const: x}'), 'golden/a.yaml': golden };
    expect(mistakesOf(files, SHOP)).toMatchObject([{ file: 'golden/a.yaml', suggestion: MAPPING }]);
  });

  test('may be written in JSON', () => {
    const golden = JSON.stringify({
      mapping: MAPPING,
      cases: [{ case: 'one', input: ORDER, output: { id: 'A-1', note: 'x' } }],
    });
    const bundle = bundleOf(
      { 'rules/a.yaml': rulesFile('- {to: note, const: x}'), 'golden/a.json': golden },
      SHOP,
    );
    expect(runGolden(bundle)).toMatchObject({ passed: 1, failed: [], uncovered: [] });
  });
});

describe('explain', () => {
  const rules = `
- {to: kind, from: state, table: kinds}
- {to: note, from: note, absent: {const: none}}
- {to: gift, from: gift, absent: omit}
- each: {from: "items[*]", to: "lines[*]"}
  rules:
    - {to: sku, from: sku, ops: [trim, upper], locked: true}`;
  const bundle = bundleOf(
    { 'tables/kinds.yaml': PRIORITY_TABLE, 'rules/a.yaml': rulesFile(rules) },
    SHOP,
  );
  const input = {
    ...ORDER,
    items: [
      { sku: ' a ', count: 1 },
      { sku: 'b', count: 1 },
    ],
  };

  test('says of each field which rule made it of which source', () => {
    const { fields, result, version } = explain(bundle, MAPPING, { input });
    expect(version).toBe(1);
    expect(result).toEqual(bundle.map(MAPPING, input));
    expect(fields).toEqual([
      {
        target: 'id',
        sources: ['order_no'],
        steps: [],
        rule: 'rules/a.yaml:4:5',
        locked: false,
        written: true,
      },
      {
        target: 'kind',
        sources: ['state'],
        steps: ['table kinds[OPEN]'],
        rule: 'rules/a.yaml:5:5',
        locked: false,
        written: true,
      },
      {
        target: 'note',
        sources: ['note'],
        steps: ['absent: used the value instead'],
        rule: 'rules/a.yaml:6:5',
        locked: false,
        written: true,
      },
      {
        target: 'gift',
        sources: ['gift'],
        steps: ['absent: left out'],
        rule: 'rules/a.yaml:7:5',
        locked: false,
        written: false,
      },
      {
        target: 'lines[0].sku',
        sources: ['items[0].sku'],
        steps: ['trim', 'upper'],
        rule: 'rules/a.yaml:10:9',
        locked: true,
        written: true,
      },
      {
        target: 'lines[1].sku',
        sources: ['items[1].sku'],
        steps: ['trim', 'upper'],
        rule: 'rules/a.yaml:10:9',
        locked: true,
        written: true,
      },
    ]);
  });

  test('of one target, or of one of every element', () => {
    const targets = (target: string) =>
      explain(bundle, MAPPING, { input, target }).fields.map((field) => field.target);
    expect(targets('lines[1].sku')).toEqual(['lines[1].sku']);
    expect(targets('lines[*].sku')).toEqual(['lines[0].sku', 'lines[1].sku']);
    expect(targets('lines')).toEqual(['lines[0].sku', 'lines[1].sku']);
  });
});

test('explain shows a rule that failed, and how far it came', () => {
  const rules = '- {to: note, from: note, empty: pass, table: kinds}\n- {to: gift, from: gift}';
  const bundle = bundleOf(
    { 'tables/kinds.yaml': PRIORITY_TABLE, 'rules/a.yaml': rulesFile(rules) },
    SHOP,
  );
  const { result, fields } = explain(bundle, MAPPING, { input: { ...ORDER, note: '' } });
  expect(result).toMatchObject({ errors: [{ target: 'note' }, { target: 'gift' }] });
  expect(fields).toMatchObject([
    { target: 'id', steps: [], written: true },
    { target: 'note', steps: ['empty: passed on', 'failed: MAP_ENUM'], written: false },
    { target: 'gift', steps: ['failed: MAP_MISSING'], written: false },
  ]);
});

describe('diff', () => {
  const before = (more = '') =>
    bundleOf(
      {
        'rules/a.yaml': rulesFile(`- {to: note, from: rank, absent: omit${more}}`).replace(
          'from: order_no',
          'from: order_no, locked: true',
        ),
      },
      SHOP,
    );
  const inputs = ['gold', 'Silver', undefined].map((rank, index) => ({
    id: `evt_${index}`,
    mapping: MAPPING,
    input: { ...ORDER, rank },
  }));

  test('says whose output changes, where and from what to what', () => {
    expect(diff(before(), before(', ops: [lower]'), inputs)).toMatchObject({
      inputs: 3,
      changed: [
        {
          id: 'evt_1',
          differences: [{ path: 'output.note', before: 'Silver', after: 'silver' }],
          locked: [],
        },
      ],
      changedShare: 1 / 3,
      lockedChanged: [],
    });
    expect(diff(before(), before(), inputs).changed).toEqual([]);
  });

  test('says when a locked target changes, and when an output becomes an error or goes', () => {
    const other = bundleOf(
      {
        'rules/a.yaml': rulesFile('- {to: note, from: rank, absent: omit}').replace(
          'from: order_no',
          'from: state',
        ),
      },
      SHOP,
    );
    expect(diff(before(), other, inputs)).toMatchObject({ changedShare: 1, lockedChanged: ['id'] });
    const strict = bundleOf({ 'rules/a.yaml': rulesFile('- {to: note, from: rank}') }, SHOP);
    expect(diff(before(), strict, inputs).changed).toMatchObject([{ id: 'evt_2', locked: ['id'] }]);
    const none = bundleOf({ 'tables/kinds.yaml': PRIORITY_TABLE }, SHOP);
    expect(diff(before(), none, inputs).changed).toHaveLength(3);
  });
});

describe('a mappings directory', () => {
  function copy(): string {
    const directory = join(mkdtempSync(join(tmpdir(), 'mapping-')), 'mappings');
    cpSync(ACME, directory, { recursive: true });
    return directory;
  }

  test('is read file by file, other folders left alone', () => {
    const directory = copy();
    cpSync(join(directory, 'rules'), join(directory, 'calendars'), { recursive: true });
    writeFileSync(join(directory, 'rules', 'notes.txt'), 'not a rule');
    writeFileSync(join(directory, 'rules', '.#pick-report.yaml'), 'what an editor keeps');
    expect(readMappingFiles(directory).map(({ path }) => path)).toEqual([
      'rules/pick-report.yaml',
      'tables/packs.yaml',
      'tables/states.yaml',
      'schemas/pick-report.yaml',
      'golden/pick-report.yaml',
    ]);
    expect(readMappingFiles(join(directory, 'nowhere'))).toEqual([]);
  });
});

test('a mapping that a bundle does not have is named with its neighbour', () => {
  const bundle = bundleOf({ 'rules/a.yaml': rulesFile('- {to: note, const: x}') }, SHOP);
  expect(() => bundle.map('shop.order -> depot.jbo', ORDER)).toThrow(`Did you mean ${MAPPING}?`);
});
