import type { z } from 'zod';
import { AppError } from '../errors.ts';
import { compileMapping, type Mapping, type MapResult } from './compile/mapping.ts';
import { hashOf, outlineOf } from './hash.ts';
import { readContents, type Registry } from './library.ts';
import type { GoldenFile } from './read/read-golden.ts';
import type { Table } from './read/read-table.ts';
import type { Trace } from './run/run.ts';
import { nearest } from './shape/nearest.ts';
import { slotOf } from './shape/zod-shape.ts';
import { createMistakes, type Mistake, type Mistakes } from './yaml/mistake.ts';
import type { SourceText } from './yaml/node.ts';

/** All files of a mappings directory, compiled together. Never changes. */
export interface Bundle {
  /** Of what the files say: the same for any order of files, spaces and comments. */
  readonly hash: string;
  /** Of the program's schemas that the mappings run between. */
  readonly schemasHash: string;
  readonly mappings: ReadonlyMap<string, Mapping>;
  readonly tables: ReadonlyMap<string, Table>;
  /** Those of the program and those of its own files. */
  readonly schemas: ReadonlyMap<string, z.ZodType>;
  readonly golden: readonly GoldenFile[];
  /**
   * Maps an input that has passed the source schema; what comes out passes the target schema.
   * Throws for a name that the bundle does not have.
   */
  map(name: string, input: unknown): MapResult;
  /** The mapping of that name; throws when there is none. */
  mapping(name: string): Mapping;
}

export type CompileResult = { bundle: Bundle } | { errors: Mistake[] };

export interface CompileOptions {
  /**
   * `checked`: golden cases were read when the files were stored, so they are read again only when
   * somebody asks for them; they are most of the text.
   */
  golden?: 'new' | 'checked';
}

const GOLDEN = 'golden/';

/** Compiles the files of a mappings directory, or says everything that is wrong with them. */
export function compileBundle(
  files: readonly SourceText[],
  registry: Registry,
  { golden: standing = 'new' }: CompileOptions = {},
): CompileResult {
  const mistakes = createMistakes();
  const later = standing === 'checked' ? files.filter(({ path }) => path.startsWith(GOLDEN)) : [];
  const now = files.filter((file) => !later.includes(file));
  const { library, mappings, golden, contents } = readContents(now, registry, mistakes);
  const compiled = new Map<string, Mapping>();
  for (const spec of mappings) {
    const mapping = compileMapping(spec, library, mistakes);
    if (mapping !== null) compiled.set(spec.name, mapping);
  }
  const names = new Set(mappings.map(({ name }) => name));
  for (const file of golden) checkGolden(file, names, mistakes);
  const errors = mistakes.list();
  if (errors.length > 0) return { errors };
  return {
    bundle: createBundle({
      ...{ compiled, hash: hashOf(contents) },
      golden: () => [...golden, ...readContents(later, registry, createMistakes()).golden],
      ...{ tables: library.tables, schemas: library.schemas },
    }),
  };
}

function checkGolden(
  { mapping, place }: GoldenFile,
  names: ReadonlySet<string>,
  mistakes: Mistakes,
): void {
  if (names.has(mapping)) return;
  const message = `There is no mapping ${mapping}.`;
  mistakes.add(place, { code: 'unknown-name', message, suggestion: nearest(mapping, [...names]) });
}

interface Compiled {
  compiled: ReadonlyMap<string, Mapping>;
  golden: () => readonly GoldenFile[];
  tables: ReadonlyMap<string, Table>;
  schemas: ReadonlyMap<string, z.ZodType>;
  hash: string;
}

function createBundle({ compiled, golden, tables, schemas, hash }: Compiled): Bundle {
  const ends = [...compiled.values()].map(({ from, to, source, target }) => ({
    from: [from, outlineOf(slotOf(source, 'source'))],
    to: [to, outlineOf(slotOf(target, 'target'))],
  }));
  let read: readonly GoldenFile[] | undefined;
  const mapping = (name: string): Mapping => {
    const found = compiled.get(name);
    if (found !== undefined) return found;
    const near = nearest(name, [...compiled.keys()]);
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    throw new AppError('not-found', `Bundle ${hash.slice(0, 12)} has no mapping ${name}.${hint}`);
  };
  return {
    hash,
    schemasHash: hashOf(ends),
    mappings: compiled,
    tables,
    schemas,
    get golden() {
      read ??= golden();
      return read;
    },
    map: (name, input) => mapping(name).run(input, null),
    mapping,
  };
}

/** Runs a mapping and writes down how each field came about. */
export function runTraced(
  bundle: Bundle,
  name: string,
  input: unknown,
): { result: MapResult; trace: Trace[] } {
  const trace: Trace[] = [];
  return { result: bundle.mapping(name).run(input, trace), trace };
}
