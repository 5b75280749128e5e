import { describe, expect, test } from 'vitest';
import { GRAMMARS, jsonSchemas, type JsonSchema } from '../../src/cli/map/grammar/json-schemas.ts';
import { namesOf } from '../../src/cli/map/grammar/names.ts';
import { createMistakes } from '../../src/mapping/yaml/mistake.ts';
import { createSourceFile, plainOf } from '../../src/mapping/yaml/node.ts';
import { parseYaml } from '../../src/mapping/yaml/parse-yaml.ts';
import { compileWiring } from '../../src/wiring/compile.ts';
import { shippedFiles } from '../support/mapping-stage.ts';
import { docFiles, textsOf } from '../support/wiring-docs.ts';
import { edited, WMS, wiringMistakes } from '../support/wiring-stage.ts';

const names = namesOf(shippedFiles());
const schemas = jsonSchemas(names);

function schemaOf(folder: string): JsonSchema {
  const schema = schemas.get(folder);
  if (schema === undefined) throw new Error(`There is no schema of ${folder}.`);
  return schema;
}

function yamlOf(path: string, text: string): unknown {
  const node = parseYaml(createSourceFile({ path, text }), createMistakes());
  if (node === null) throw new Error(`${path} is no YAML.`);
  return plainOf(node);
}

function complaints(folder: string, path: string, text: string, known = names): string[] {
  const grammar = GRAMMARS[folder];
  if (grammar === undefined) throw new Error(`There is no grammar of ${folder}.`);
  const parsed = grammar(known).safeParse(yamlOf(path, text));
  return parsed.success ? [] : parsed.error.issues.map((issue) => JSON.stringify(issue));
}

describe('the grammar that editors get takes every file that the compiler takes', () => {
  const shipped = shippedFiles().filter(({ path }) => path.endsWith('.yaml'));
  const tutorial = textsOf(docFiles('mappings'));
  const reference = textsOf(docFiles('reference')).filter(({ path }) => path.endsWith('.yaml'));

  test.each(Object.keys(GRAMMARS))('%s', (folder) => {
    const own = (files: typeof shipped) =>
      files.filter(({ path }) => path.startsWith(`${folder}/`));
    const sets = [
      { files: own(shipped), known: names },
      { files: own(tutorial), known: namesOf([...shipped, ...tutorial]) },
      { files: own(reference), known: namesOf(textsOf(docFiles('reference'))) },
    ];
    for (const { files, known } of sets) {
      for (const { path, text } of files) {
        expect(complaints(folder, path, text, known), path).toEqual([]);
      }
    }
    expect(own(shipped).length).toBeGreaterThan(0);
  });
});

/** Every set of keys that a JSON Schema closes. */
function keySets(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(keySets);
  if (typeof schema !== 'object' || schema === null) return [];
  const inner = Object.values(schema).flatMap(keySets);
  const { properties, additionalProperties } = schema as JsonSchema;
  return typeof properties === 'object' && properties !== null && additionalProperties === false
    ? [keyText(Object.keys(properties)), ...inner]
    : inner;
}

function keyText(keys: readonly string[]): string {
  return keys.toSorted().join(' ');
}

/** What the compiler says that a map with a strange key takes. */
function takenBy(files: Record<string, string>): string {
  const result = compileWiring(textsOf(files));
  const errors = 'errors' in result ? result.errors : [];
  const said = errors.map(({ message }) => /has no zzz; it takes (.*)\.$/.exec(message)?.[1]);
  const list = said.find((each) => each !== undefined);
  if (list === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  return keyText(list.split(', '));
}

const RULES = 'mapping: a -> b\nversion: 1\nrules:\n';
const RULE_FILES: [string, string][] = [
  ['a mapping', 'mapping: a -> b\nversion: 1\nzzz: 1\nrules: []\n'],
  ['a rule', `${RULES}  - {to: x, from: y, zzz: 1}\n`],
  ['an each rule', `${RULES}  - {each: {from: 'x[*]', to: 'y[*]'}, rules: [], zzz: 1}\n`],
  ['each', `${RULES}  - {each: {from: 'x[*]', to: 'y[*]', zzz: 1}, rules: []}\n`],
  ['a case', `${RULES}  - {to: x, from: y, absent: {const: 1, zzz: 1}}\n`],
  ['a condition', `${RULES}  - {to: x, from: y, when: {path: z, eq: 1, zzz: 1}, else: omit}\n`],
  ['a unit', `${RULES}  - {to: x, from: y, unit: {table: t, from: u, to: v, zzz: 1}}\n`],
  ['to_datetime', `${RULES}  - {to: x, from: y, ops: [{to_datetime: {tz: UTC, zzz: 1}}]}\n`],
];
const DATA_FILES: [string, string, string][] = [
  ['tables', 'a table', 'table: t\nrows: {}\nzzz: 1\n'],
  ['tables', 'a unit table', 'units: t\nfactors: {}\nzzz: 1\n'],
  ['schemas', 'a schema', 'schema: s\nshape: {}\nzzz: 1\n'],
  ['golden', 'a golden file', 'mapping: m\ncases: []\nzzz: 1\n'],
  ['golden', 'a case', 'mapping: m\ncases: [{case: a, input: 1, output: 1, zzz: 1}]\n'],
  ['golden', 'an error', 'mapping: m\ncases: [{case: a, input: 1, errors: [{code: x, zzz: 1}]}]\n'],
];
const AUTH = 'auth: {kind: bearer, token: {env: CROSSDOCK_WMS_TOKEN}}';
const CONNECTION_EDITS: [string, string, string][] = [
  ['a connection', 'title:', 'zzz: 1\ntitle:'],
  ['webhooks', '  id: event_id', '  zzz: 1\n  id: event_id'],
  ['an event', 'confirms: true', 'confirms: true, zzz: 1'],
  ['order', '{id: payload.order_id,', '{zzz: 1, id: payload.order_id,'],
  ['a secret', '{env: CROSSDOCK_WMS_TOKEN}', '{env: CROSSDOCK_WMS_TOKEN, zzz: 1}'],
  ['the url', 'below: /api/v1', 'below: /api/v1, zzz: 1'],
  ['an assumption', 'title:', 'assumptions: [{says: a, so: b, zzz: 1}]\ntitle:'],
  ['rate', 'title:', 'rate: {per_s: 1, zzz: 1}\ntitle:'],
  ['poll', 'title:', 'poll: {first_s: 1, zzz: 1}\ntitle:'],
  ['orders', 'title:', 'orders: {wms: wms, zzz: 1}\ntitle:'],
  ['can', 'shipments: true}', 'shipments: true, zzz: 1}'],
  ['calls', 'calls:\n', 'calls:\n  zzz: {get: /}\n'],
  ['a call', '    post: /picks\n', '    post: /picks\n    zzz: 1\n'],
  ['a rule of when', '{status: 404, means: missing}', '{status: 404, means: missing, zzz: 1}'],
  ['a condition', 'above_path: payload.previous', 'above_path: payload.previous, zzz: 1'],
  ['next', '{cursor: next}', '{cursor: next, zzz: 1}'],
  ['a place of an event', 'id: event_id', 'id: {header: X, zzz: 1}'],
  ['none', AUTH, 'auth: {kind: none, zzz: 1}'],
  ['a header', AUTH, 'auth: {kind: header, zzz: 1}'],
  ['a bearer', AUTH, 'auth: {kind: bearer, zzz: 1}'],
  ['basic', AUTH, 'auth: {kind: basic, zzz: 1}'],
  ['oauth2', AUTH, 'auth: {kind: oauth2, zzz: 1}'],
  ['a login', AUTH, 'auth: {kind: login, zzz: 1}'],
];
/** Maps of which the grammar has one for each way to use them, so that an editor offers no two. */
const SPLIT = new Set(['next', 'a place of an event']);

describe('the grammar that editors get has the keys that the compiler takes', () => {
  test.each(RULE_FILES)('of %s', (_what, text) => {
    expect(keySets(schemaOf('rules'))).toContain(takenBy({ 'rules/a.yaml': text }));
  });

  test.each(DATA_FILES)('%s: of %s', (folder, _what, text) => {
    expect(keySets(schemaOf(folder))).toContain(takenBy({ [`${folder}/a.yaml`]: text }));
  });

  test.each(CONNECTION_EDITS)('of %s', (what, from, to) => {
    const taken = takenBy({ [WMS]: edited(from, to)[WMS] ?? '' });
    const known = keySets(schemaOf('connections'));
    if (!SPLIT.has(what)) expect(known).toContain(taken);
    else expect(known).toEqual(expect.arrayContaining(taken.split(' ')));
  });
});

describe('what an editor is offered', () => {
  const enumsOf = (schema: unknown): string[][] => {
    if (Array.isArray(schema)) return schema.flatMap(enumsOf);
    if (typeof schema !== 'object' || schema === null) return [];
    const own = 'enum' in schema ? [schema.enum as string[]] : [];
    return [...own, ...Object.values(schema).flatMap(enumsOf)];
  };

  test('are the names and paths that there are', () => {
    const rules = enumsOf(schemaOf('rules'));
    expect(rules.some((words) => words.includes('account_priority'))).toBe(true);
    expect(rules.some((words) => words.includes('cut@1'))).toBe(true);
    expect(rules.some((words) => words.includes('payload.items[*].sku'))).toBe(true);
    expect(rules.some((words) => words.includes('command.request_pick -> wms.pick_request'))).toBe(
      true,
    );
  });

  test('are, for a call, only the mappings that fit it', () => {
    const offers = enumsOf(schemaOf('connections'));
    const sends = offers.filter((words) => words.includes('tasks.create_action'));
    expect(sends.length).toBeGreaterThan(0);
    for (const words of sends) {
      const ends = names.mappings
        .filter(({ name }) => words.includes(name))
        .map(({ from }) => from);
      expect(new Set(ends)).toEqual(new Set(['command.open_action_task']));
    }
  });

  test('is there for a directory with mistakes too', () => {
    const files = edited('title:', 'titel:');
    expect(wiringMistakes(files)).not.toEqual([]);
    const broken = {
      ...files,
      'rules/wms/pick.yaml': 'mapping: wms.pick -> pick.recrod\nversion: 1\nrules: []\n',
    };
    const known = namesOf(textsOf({ ...broken, 'tables/t.yaml': 'table: states\nrows: {a: b}\n' }));
    expect(known.tables).toEqual(['states']);
    expect(known.mappings.map(({ name }) => name)).toContain('wms.pick_request');
    expect(jsonSchemas(known).size).toBe(5);
  });
});

test('a profile in a file has the keys of files', () => {
  const text = JSON.stringify(schemaOf('connections'));
  expect(text).toContain('"signed_string"');
  expect(text).not.toContain('signedString');
});
