import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { compileBundle, type Bundle } from '../../src/mapping/bundle.ts';
import type { MapFunction } from '../../src/mapping/functions.ts';
import { loadFunctions, readMappingFiles } from '../../src/mapping/load.ts';
import { describeMistake, type Mistake } from '../../src/mapping/yaml/mistake.ts';
import { TEMPLATE_SCHEMAS } from './mapping-schemas.ts';

export const TEMPLATE_DIRECTORY = fileURLToPath(
  new URL('../fixtures/mapping/template', import.meta.url),
);

/** The mappings of the template contract, from disk. */
export async function templateBundle(): Promise<Bundle> {
  const files = readMappingFiles(TEMPLATE_DIRECTORY);
  const functions = await loadFunctions(TEMPLATE_DIRECTORY, files);
  return mustCompile(compileBundle(files, { schemas: TEMPLATE_SCHEMAS, functions }));
}

function mustCompile(result: ReturnType<typeof compileBundle>): Bundle {
  if ('bundle' in result) return result.bundle;
  throw new Error(`\n${result.errors.map(describeMistake).join('\n\n')}`);
}

export interface Stage {
  schemas: Record<string, z.ZodType>;
  functions?: MapFunction[];
}

type Files = Record<string, string>;

/** A bundle of files that are given by path. */
export function bundleOf(files: Files, stage: Stage): Bundle {
  return mustCompile(compileFiles(files, stage));
}

/** What is wrong with the files; throws when nothing is. */
export function mistakesOf(files: Files, stage: Stage): Mistake[] {
  const result = compileFiles(files, stage);
  if ('errors' in result) return result.errors;
  throw new Error('These files were expected not to compile.');
}

function compileFiles(files: Files, { schemas, functions = [] }: Stage) {
  const texts = Object.entries(files).map(([path, text]) => ({ path, text }));
  return compileBundle(texts, { schemas, functions });
}
