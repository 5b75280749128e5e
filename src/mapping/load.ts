import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AppError, messageOf } from '../errors.ts';
import { MapFunctionSchema, type MapFunction } from './functions.ts';
import type { SourceText } from './yaml/node.ts';

const FILES_MAX = 2000;
const KINDS: Readonly<Record<string, RegExp>> = {
  rules: /\.ya?ml$/,
  tables: /\.ya?ml$/,
  schemas: /\.ya?ml$/,
  golden: /\.(ya?ml|json)$/,
  functions: /\.(ts|mts|js|mjs)$/,
};

/** The files of a mappings directory that make a bundle. */
export function readMappingFiles(directory: string): SourceText[] {
  const files = Object.entries(KINDS).flatMap(([folder, kind]) =>
    namesIn(join(directory, folder))
      .filter((name) => kind.test(name))
      .map((name) => `${folder}/${name}`),
  );
  if (files.length > FILES_MAX) {
    throw new AppError(
      'config',
      `${directory} holds ${files.length} mapping files; ${FILES_MAX} are the most.`,
    );
  }
  return files.map((path) => ({ path, text: textOf(join(directory, path)) }));
}

function namesIn(directory: string): string[] {
  try {
    const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
    return names.map((name) => name.split(sep).join('/')).toSorted();
  } catch (caught) {
    if (caught instanceof Error && 'code' in caught && caught.code === 'ENOENT') return [];
    throw new AppError('config', `${directory} cannot be read: ${messageOf(caught)}.`, {
      cause: caught,
    });
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('config', `${file} cannot be read: ${messageOf(cause)}.`, { cause });
  }
}

/** Imports the modules of `functions/`; every export of theirs is a function of the registry. */
export async function loadFunctions(
  directory: string,
  files: readonly SourceText[],
): Promise<MapFunction[]> {
  const modules = files.filter(({ path }) => path.startsWith('functions/'));
  const loaded = await Promise.all(modules.map((file) => loadModule(directory, file)));
  return loaded.flat();
}

async function loadModule(directory: string, { path, text }: SourceText): Promise<MapFunction[]> {
  // A module is cached by its address: what it holds is part of it, so that an edit is seen.
  const mark = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const url = `${pathToFileURL(join(directory, path)).href}?content=${mark}`;
  const fail = (why: string, cause?: unknown) =>
    new AppError('config', `${path}: ${why}`, { cause });
  let module: Record<string, unknown>;
  try {
    module = (await import(url)) as Record<string, unknown>;
  } catch (caught) {
    throw fail(`it cannot be loaded: ${messageOf(caught)}`, caught);
  }
  return Object.entries(module).map(([name, value]) => {
    const parsed = MapFunctionSchema.safeParse(value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw fail(`export ${name} is no mapping function: ${issue?.path.join('.')} ${issue?.message}`);
  });
}
