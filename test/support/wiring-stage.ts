import type { Mistake } from '../../src/mapping/yaml/mistake.ts';
import { compileWiring } from '../../src/wiring/compile.ts';
import { shippedFiles } from './mapping-stage.ts';

type Files = Record<string, string>;

/** The built-in warehouse's files alone, so that each test compiles few. */
export const WMS_FILES: Files = Object.fromEntries(
  shippedFiles()
    .filter(({ path }) => /^(functions\/|rules\/wms\/|connections\/wms\.yaml)/.test(path))
    .map(({ path, text }) => [path, text]),
);

export const WMS = 'connections/wms.yaml';

export function wmsFile(): string {
  return WMS_FILES[WMS] ?? '';
}

/** One edit of the warehouse's file; throws when there is nothing to edit. */
export function edited(from: string, to: string): Files {
  const text = wmsFile();
  if (!text.includes(from)) throw new Error(`The file does not hold ${from}.`);
  return { ...WMS_FILES, [WMS]: text.replace(from, to) };
}

export function compileFiles(files: Files) {
  return compileWiring(Object.entries(files).map(([path, text]) => ({ path, text })));
}

/** What is wrong with the files; throws when nothing is. */
export function wiringMistakes(files: Files): Mistake[] {
  const result = compileFiles(files);
  if ('errors' in result) return result.errors;
  throw new Error('These files were expected not to compile.');
}
