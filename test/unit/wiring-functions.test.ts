import { describe, expect, test } from 'vitest';
import { createMistakes } from '../../src/mapping/yaml/mistake.ts';
import { readFunctions } from '../../src/wiring/functions.ts';
import { wiringOf } from '../support/shipped-wiring.ts';
import { wiringMistakes } from '../support/wiring-stage.ts';

const HALF = (version: number, by: string) => `import { z } from 'zod';
export const half = {
  name: 'half',
  version: ${version},
  input: z.string(),
  output: z.string(),
  run: (text: string): string => text.slice(0, ${by}),
};
`;

function read(text: string) {
  const mistakes = createMistakes();
  const functions = readFunctions([{ path: 'functions/half.ts', text }], mistakes);
  return { functions, said: mistakes.list().map(({ message }) => message) };
}

const SCHEMAS = {
  'schemas/a.yaml': 'schema: a\nshape: {text: string}\n',
  'schemas/b.yaml': 'schema: b\nshape: {text: string}\n',
};

function wiring(version: number, by: string) {
  const files = {
    ...SCHEMAS,
    'functions/half.ts': HALF(version, by),
    'rules/a.yaml': `mapping: a -> b\nversion: 1\nrules:\n  - {to: text, from: text, ops: [{fn: half@${version}}]}\n`,
  };
  return wiringOf(Object.entries(files).map(([path, text]) => ({ path, text })));
}

test('a function runs from the text that its bundle holds, beside another of the same name', () => {
  const [before, after] = [wiring(1, '2'), wiring(1, '3')];
  expect(before.bundle.map('a -> b', { text: 'abcdef' })).toEqual({
    ok: true,
    output: { text: 'ab' },
  });
  expect(after.bundle.map('a -> b', { text: 'abcdef' })).toEqual({
    ok: true,
    output: { text: 'abc' },
  });
  expect(after.hash).not.toBe(before.hash);
});

test('a version that rules do not name is refused', () => {
  const files = {
    ...SCHEMAS,
    'functions/half.ts': HALF(2, '2'),
    'rules/a.yaml':
      'mapping: a -> b\nversion: 1\nrules:\n  - {to: text, from: text, ops: [{fn: half@1}]}\n',
  };
  expect(wiringMistakes(files)).toMatchObject([
    { file: 'rules/a.yaml', line: 4, message: expect.stringContaining('half@1') },
  ]);
});

describe('a file that is no function of a mapping', () => {
  test.each([
    ['code that does not parse', 'export const half = ;', /^It cannot be loaded: /],
    [
      'another import than zod',
      `import 'node:fs';\n${HALF(1, '2')}`,
      /it imports node:fs, and a function of a mapping may import only zod/,
    ],
    ['a throw', 'throw new Error("not today");', /It cannot be loaded: not today\./],
    [
      'a name in capitals',
      HALF(1, '2').replace("'half'", "'Half!'"),
      /export half is no mapping function: name must be like/,
    ],
    [
      'no version',
      HALF(1, '2').replace('version: 1,', ''),
      /export half is no mapping function: version/,
    ],
    [
      'no schema',
      HALF(1, '2').replace('input: z.string(),', 'input: "text",'),
      /export half is no mapping function: input/,
    ],
    [
      'nothing to run',
      HALF(1, '2').replace(/ {2}run.*\n/, ''),
      /export half is no mapping function: run must be a function/,
    ],
  ])('%s', (_what, text, says) => {
    const { functions, said } = read(text);
    expect(functions).toEqual([]);
    expect(said).toEqual([expect.stringMatching(says)]);
  });

  test('says which file, and leaves the others', () => {
    const mistakes = createMistakes();
    const files = [
      { path: 'functions/broken.ts', text: 'export const half = ;' },
      { path: 'functions/half.ts', text: HALF(1, '2') },
      { path: 'rules/a.yaml', text: 'not read' },
    ];
    expect(readFunctions(files, mistakes).map(({ name }) => name)).toEqual(['half']);
    expect(mistakes.list()).toMatchObject([
      { code: 'function', file: 'functions/broken.ts', line: 1 },
    ]);
  });
});
