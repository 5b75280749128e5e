import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, messageOf } from '../errors.ts';
import { readMappingFiles } from '../mapping/load.ts';
import type { SourceText } from '../mapping/yaml/node.ts';
import { digestOf } from './digest.ts';

/** Where the files of a bundle lie. */
const FOLDERS = ['rules', 'tables', 'schemas', 'functions', 'golden', 'connections'];
/** Neither the swap file of an editor nor its backup. */
const FILE = /^[^.].*\.(ya?ml|json|ts)$/;

const READS_MAX = 5;
const READ_PAUSE_MS = 40;

export interface DirectoryContent {
  files: SourceText[];
  digest: string;
}

interface DirectoryLook {
  /** Changes whenever a file does, by its times and size: nothing is read. */
  signature: string;
  bytes: number;
}

/** What can be seen of the directory without reading its files. */
export async function lookAt(directory: string): Promise<DirectoryLook> {
  const folders = await Promise.all(FOLDERS.map((folder) => lookInto(join(directory, folder))));
  const marks = folders.flat();
  return {
    signature: marks.map(({ mark }) => mark).join('\n'),
    bytes: marks.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

interface Mark {
  mark: string;
  bytes: number;
}

async function lookInto(folder: string): Promise<Mark[]> {
  try {
    const names = await readdir(folder, { recursive: true });
    const files = names.filter((name) => FILE.test(name.split(/[\\/]/).at(-1) ?? ''));
    return await Promise.all(files.toSorted().map((name) => markOf(join(folder, name))));
  } catch (error) {
    return [{ mark: `${folder} ${codeOf(error)}`, bytes: 0 }];
  }
}

async function markOf(file: string): Promise<Mark> {
  try {
    const { size, mtimeMs, ctimeMs, ino } = await stat(file);
    return { mark: `${file} ${size} ${mtimeMs} ${ctimeMs} ${ino}`, bytes: size };
  } catch (error) {
    return { mark: `${file} ${codeOf(error)}`, bytes: 0 };
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : messageOf(error);
}

interface ReadOptions {
  directory: string;
  bytesMax: number;
}

/** All files as they stood at one moment; rejects when there are none, or they keep changing. */
export async function readDirectory(options: ReadOptions): Promise<DirectoryContent> {
  const { directory, bytesMax } = options;
  for (let reads = 0; reads < READS_MAX; reads += 1) {
    const before = await lookAt(directory);
    if (before.bytes > bytesMax) throw tooLarge(options, before.bytes);
    const files = readMappingFiles(directory);
    const after = await lookAt(directory);
    if (before.signature === after.signature) {
      // A directory that is not there would compile: nothing in it is wrong.
      if (files.length === 0) throw empty(directory);
      return { files, digest: digestOf(files) };
    }
    await sleep(READ_PAUSE_MS);
  }
  throw new AppError(
    'unavailable',
    `The files of ${directory} change while they are read. Nothing was changed. Try again when they are saved.`,
    { problem: 'mappings-being-written', retryAfterMs: 1000 },
  );
}

function empty(directory: string): AppError {
  return new AppError(
    'config',
    `There are no mapping files in ${directory}. CROSSDOCK_MAPPINGS_DIR names the directory that holds ${FOLDERS.join('/, ')}/.`,
  );
}

function tooLarge({ directory, bytesMax }: ReadOptions, bytes: number): AppError {
  return new AppError(
    'config',
    `The mapping files of ${directory} are ${bytes} bytes together; ${bytesMax} are the most (CROSSDOCK_MAPPINGS_BYTES_MAX).`,
  );
}
