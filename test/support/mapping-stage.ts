import type { z } from 'zod';
import { compileBundle, type Bundle } from '../../src/mapping/bundle.ts';
import type { MapFunction } from '../../src/mapping/functions.ts';
import { readMappingFiles } from '../../src/mapping/load.ts';
import { describeMistake, type Mistake } from '../../src/mapping/yaml/mistake.ts';
import type { SourceText } from '../../src/mapping/yaml/node.ts';
import { SHIPPED_MAPPINGS } from './shipped-wiring.ts';

/** The files of the mappings and connections that come with Crossdock. */
export function shippedFiles(): SourceText[] {
  return readMappingFiles(SHIPPED_MAPPINGS);
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
