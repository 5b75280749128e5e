import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { AppError, messageOf } from '../errors.ts';
import type { SourceText } from './yaml/node.ts';

const FILES_MAX = 2000;
const KINDS: Readonly<Record<string, RegExp>> = {
  rules: /\.ya?ml$/,
  tables: /\.ya?ml$/,
  schemas: /\.ya?ml$/,
  golden: /\.(ya?ml|json)$/,
  functions: /\.ts$/,
  connections: /\.ya?ml$/,
};

/** The files of a mappings directory that make a bundle. */
export function readMappingFiles(directory: string): SourceText[] {
  const files = Object.entries(KINDS).flatMap(([folder, kind]) =>
    namesIn(join(directory, folder))
      .filter((name) => kind.test(name) && !isHidden(name))
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

/** Editors keep locks and unsaved text beside a file, under names that begin with a dot. */
function isHidden(name: string): boolean {
  return name.split('/').some((part) => part.startsWith('.'));
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
