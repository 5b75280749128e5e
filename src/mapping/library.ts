import type { z } from 'zod';
import type { Library } from './compile/context.ts';
import { functionName, MapFunctionSchema, type MapFunction } from './functions.ts';
import { readGoldenFile, type GoldenFile } from './read/read-golden.ts';
import { readMapping } from './read/read-mapping.ts';
import { readSchemaFile } from './read/read-schema.ts';
import { readTable, readUnitTable } from './read/read-table.ts';
import type { MappingSpec } from './read/spec.ts';
import { nearest } from './shape/nearest.ts';
import { createNodeReader, type NodeReader } from './yaml/fields.ts';
import type { Mistakes } from './yaml/mistake.ts';
import {
  createSourceFile,
  plainOf,
  type Place,
  type SourceFile,
  type SourceText,
  type YamlNode,
} from './yaml/node.ts';
import { parseYaml } from './yaml/parse-yaml.ts';

/** What the program brings: the schemas that mappings run between, and the loaded functions. */
export interface Registry {
  schemas: Readonly<Record<string, z.ZodType>>;
  functions?: readonly MapFunction[];
}

/** All that the files of a bundle hold, before any rule is compiled. */
export interface BundleContents {
  library: Library;
  mappings: MappingSpec[];
  golden: GoldenFile[];
  /** What the bundle's hash is made of. */
  contents: unknown[];
}

const FOLDERS = ['rules', 'tables', 'schemas', 'functions', 'golden'];
/** Folders of `mappings/` that others read. */
const OTHERS = ['calendars', 'connections'];

/** Reads every file by the folder that it lies in. */
export function readContents(
  files: readonly SourceText[],
  registry: Registry,
  mistakes: Mistakes,
): BundleContents {
  const functions = functionsOf(registry);
  const read: BundleContents = {
    library: {
      schemas: new Map(Object.entries(registry.schemas)),
      tables: new Map(),
      units: new Map(),
      functions,
    },
    mappings: [],
    golden: [],
    contents: [...functions.keys()],
  };
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (const source of sorted) readFile(createSourceFile(source), { read, mistakes });
  return read;
}

function functionsOf({ functions = [] }: Registry): Map<string, MapFunction> {
  return new Map(functions.map((each) => [functionName(MapFunctionSchema.parse(each)), each]));
}

interface Reading {
  read: BundleContents;
  mistakes: Mistakes;
}

function readFile(file: SourceFile, { read, mistakes }: Reading): void {
  const [folder = '', ...rest] = file.path.split('/');
  if (OTHERS.includes(folder)) return;
  const whole: Place = { file, from: 0, to: 1, pointer: '' };
  if (rest.length === 0 || !FOLDERS.includes(folder)) {
    const message = `A file of mappings lies in ${FOLDERS.map((each) => `${each}/`).join(', ')}.`;
    mistakes.add(whole, { code: 'grammar', message, suggestion: nearest(folder, FOLDERS) });
    return;
  }
  if (folder === 'functions') {
    read.contents.push({ function: file.text });
    return;
  }
  const node = parseYaml(file, mistakes);
  if (node === null) return;
  if (folder !== 'golden') read.contents.push({ [folder]: plainOf(node) });
  READERS[folder]?.(node, createNodeReader(mistakes), read);
}

type Take = (node: YamlNode, reader: NodeReader, read: BundleContents) => void;

const READERS: Readonly<Record<string, Take>> = {
  rules(node, reader, read) {
    const mapping = readMapping(node, reader);
    if (mapping === null) return;
    const twin = read.mappings.find(({ name }) => name === mapping.name);
    if (twin === undefined) read.mappings.push(mapping);
    else
      refuseTwin(reader, { what: 'mapping', name: mapping.name, place: mapping.place }, twin.place);
  },
  tables(node, reader, read) {
    const isUnits = node.kind === 'map' && node.entries.some(({ key }) => key === 'units');
    if (isUnits)
      keep(read.library.units, 'unit table', { made: readUnitTable(node, reader), reader });
    else keep(read.library.tables, 'table', { made: readTable(node, reader), reader });
  },
  schemas(node, reader, read) {
    const made = readSchemaFile(node, reader);
    if (made === null) return;
    if (!read.library.schemas.has(made.name)) {
      (read.library.schemas as Map<string, z.ZodType>).set(made.name, made.schema);
      return;
    }
    const message = `There is a schema ${made.name} already.`;
    reader.mistakes.add(made.place, { code: 'duplicate', message });
  },
  golden(node, reader, read) {
    const file = readGoldenFile(node, reader);
    if (file !== null) read.golden.push(file);
  },
};

interface Named {
  name: string;
  place: Place;
}

function keep<Kept extends Named>(
  known: ReadonlyMap<string, Kept>,
  what: string,
  { made, reader }: { made: Kept | null; reader: NodeReader },
): void {
  if (made === null) return;
  const twin = known.get(made.name);
  if (twin === undefined) (known as Map<string, Kept>).set(made.name, made);
  else refuseTwin(reader, { what, name: made.name, place: made.place }, twin.place);
}

function refuseTwin(reader: NodeReader, made: Named & { what: string }, twin: Place): void {
  const message = `There is a ${made.what} ${made.name} already, in ${twin.file.path}: give this one another name.`;
  reader.mistakes.add(made.place, { code: 'duplicate', message });
}
