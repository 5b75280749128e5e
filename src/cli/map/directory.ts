import { existsSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { z } from 'zod';
import { parseEnv } from '../../config/env.ts';
import { readMappingFiles } from '../../mapping/load.ts';
import { describeMistake, type Mistake } from '../../mapping/yaml/mistake.ts';
import type { SourceText } from '../../mapping/yaml/node.ts';
import { compileWiring, type Wiring } from '../../wiring/compile.ts';
import { shippedDirectory } from '../../wiring/shipped.ts';
import { CliError } from '../cli-error.ts';
import type { Context, FlagSpecs } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { usage } from '../flags.ts';

/** What the commands read from the environment; the api reads the same variable. */
const MapEnv = { CROSSDOCK_MAPPINGS_DIR: z.string().min(1).optional() };

export const DIR_FLAG: FlagSpecs = {
  dir: { value: 'DIR', about: 'the mappings directory (CROSSDOCK_MAPPINGS_DIR, else mappings)' },
};

const DEFAULT_DIRECTORY = 'mappings';

type Surroundings = Pick<Context, 'flags' | 'env' | 'cwd'>;

/** The directory that is named, else the one here, else the one of the clone. */
export function mappingsDirectory({ flags, env, cwd }: Surroundings, operand?: string): string {
  const named = operand ?? flags.text('dir') ?? parseEnv(MapEnv, env).CROSSDOCK_MAPPINGS_DIR;
  if (named === undefined) {
    const here = resolve(cwd, DEFAULT_DIRECTORY);
    return existsSync(here) ? here : shippedDirectory();
  }
  const directory = resolve(cwd, named);
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) return directory;
  throw usage(
    `There is no directory ${directory}.`,
    'Name the directory that holds rules/, tables/, schemas/ and connections/.',
  );
}

/** The files of a mappings directory; one without any is not one. */
export function filesOf(directory: string): SourceText[] {
  const files = readMappingFiles(directory);
  if (files.length > 0) return files;
  throw usage(
    `${directory} holds no mapping files.`,
    'They lie in rules/, tables/, schemas/, functions/, golden/ and connections/ below it.',
  );
}

/** The mappings on disk, compiled; a directory with mistakes ends the command. */
export function wiringOf(context: Surroundings, operand?: string): Wiring {
  const directory = mappingsDirectory(context, operand);
  return compiled(filesOf(directory), shortPath(context, directory));
}

/** Compiles files, or ends the command with everything that is wrong with them. */
export function compiled(files: readonly SourceText[], where: string): Wiring {
  const result = compileWiring(files);
  if ('wiring' in result) return result.wiring;
  throw new CliError(
    EXIT.failed,
    'mapping-mistakes',
    `${describeMistakes(result.errors)}\n\n${countOf(result.errors.length, 'mistake')} in ${where}.`,
    { problem: { errors: result.errors } },
  );
}

export function describeMistakes(mistakes: readonly Mistake[]): string {
  return mistakes.map(describeMistake).join('\n\n');
}

/** As a person would write it from here. */
export function shortPath({ cwd }: Pick<Context, 'cwd'>, path: string): string {
  const short = relative(cwd, path);
  return short === '' ? '.' : short.startsWith('..') ? path : short;
}

export function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
