import { describe, expect, test } from 'vitest';
import { describeMistake, type Mistake } from '../../src/mapping/yaml/mistake.ts';
import { temporaryFolder } from '../support/books-shelf.ts';
import { crossdock } from '../support/cli-stage.ts';
import { shippedFiles } from '../support/mapping-stage.ts';
import { copyMappings, isBuiltIn } from '../support/mappings-copy.ts';
import { compileFiles, wiringMistakes } from '../support/wiring-stage.ts';
import { haldenFiles } from '../vendors/halden/mappings.ts';
import {
  KEYS,
  NAMES,
  PATHS,
  PROFILE,
  SILENT,
  WORDS,
  YAML,
  type Typo,
} from '../vendors/halden/typos.ts';

const FILES: Record<string, string> = Object.fromEntries(
  [...shippedFiles().filter(({ path }) => isBuiltIn(path)), ...haldenFiles()].map(
    ({ path, text }) => [path, text],
  ),
);

function withTypo({ file, from, to }: Typo): Record<string, string> {
  const text = FILES[file] ?? '';
  if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`);
  return { ...FILES, [file]: text.replace(from, to) };
}

/** The words at the place of a mistake, as a person finds them in the file. */
function wordsAt(text: string, { line, col, length }: Mistake): string {
  return (text.split('\n')[line - 1] ?? '').slice(col - 1, col - 1 + length);
}

function mappingsDirectory() {
  const copy = copyMappings(isBuiltIn);
  for (const [path, text] of Object.entries(FILES)) copy.write(path, text);
  return copy;
}

const map = (...argv: string[]) => crossdock(['map', ...argv], { cwd: temporaryFolder() });

test('what is right compiles, and its golden cases hold', async () => {
  expect(compileFiles(FILES)).not.toHaveProperty('errors');
  const { directory } = mappingsDirectory();
  const { end, stdout } = await map('test', '--dir', directory);
  expect(stdout).toMatch(/^\d\d passed, 0 failed$/m);
  expect(stdout).not.toMatch(/halden.*\(halden/);
  expect(end).toBe(0);
});

describe('a slip in the files of a new vendor is refused where it stands', () => {
  test.each([...KEYS, ...PROFILE, ...SILENT, ...NAMES, ...PATHS, ...WORDS, ...YAML])(
    '$what',
    (typo) => {
      const files = withTypo(typo);
      const mistakes = wiringMistakes(files);
      const found = mistakes.find(
        ({ code, message }) => code === typo.code && typo.says.test(message),
      );
      if (found === undefined) throw new Error(mistakes.map(describeMistake).join('\n'));
      expect(found.file).toBe(typo.saidOf ?? typo.file);
      expect(wordsAt(files[found.file] ?? '', found)).toBe(typo.marks);
      expect(found.suggestion).toBe(typo.suggests ?? null);
    },
  );
});

test('map check says the slips of several files at once, each with its place', async () => {
  const copy = mappingsDirectory();
  const typos = [...KEYS.slice(0, 2), ...WORDS.slice(0, 1)];
  for (const { file, from, to } of typos) copy.edit(file, from, to);
  const { end, stdout } = await map('check', copy.directory);
  expect(end).toBe(1);
  for (const { file, suggests } of typos) {
    expect(stdout).toMatch(new RegExp(`^${file}:\\d+:\\d+ `, 'm'));
    expect(stdout).toContain(`Did you mean ${suggests}?`);
  }
});
