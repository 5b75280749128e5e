import { readContents } from '../../../mapping/library.ts';
import { listPaths } from '../../../mapping/shape/find.ts';
import { slotOf } from '../../../mapping/shape/zod-shape.ts';
import { createMistakes } from '../../../mapping/yaml/mistake.ts';
import type { SourceText } from '../../../mapping/yaml/node.ts';
import { OUR_SCHEMAS, SCHEMAS } from '../../../vocabulary/registry.ts';
import { readFunctions } from '../../../wiring/functions.ts';
import type { z } from 'zod';

export interface MappingName {
  name: string;
  from: string;
  to: string;
}

/** What a directory names, which an editor can offer. */
export interface Names {
  mappings: readonly MappingName[];
  tables: readonly string[];
  units: readonly string[];
  functions: readonly string[];
  schemas: ReadonlyMap<string, z.ZodType>;
}

/** The names of a directory, of one with mistakes too: that is when an editor has to help. */
export function namesOf(files: readonly SourceText[]): Names {
  const mistakes = createMistakes();
  const functions = readFunctions(files, mistakes);
  const mappingFiles = files.filter(({ path }) => !path.startsWith('connections/'));
  const { library, mappings } = readContents(
    mappingFiles,
    { schemas: SCHEMAS, functions },
    mistakes,
  );
  return {
    mappings: mappings.map(({ name, from, to }) => ({ name, from: from.name, to: to.name })),
    tables: [...library.tables.keys()],
    units: [...library.units.keys()],
    functions: [...library.functions.keys()],
    schemas: library.schemas,
  };
}

export function pathsOf(schema: z.ZodType): string[] {
  return listPaths(slotOf(schema, 'source'));
}

/** The first lines of mappings that make sense: from a vendor to us, or from a command to a vendor. */
export function pairsOf(schemas: Names['schemas']): string[] {
  const names = [...schemas.keys()];
  const theirs = names.filter((name) => !Object.hasOwn(OUR_SCHEMAS, name));
  const ours = Object.keys(OUR_SCHEMAS);
  const [said, heard] = [ours.filter(isCommand), ours.filter((name) => !isCommand(name))];
  return [
    ...theirs.flatMap((from) => heard.map((to) => `${from} -> ${to}`)),
    ...said.flatMap((from) => theirs.map((to) => `${from} -> ${to}`)),
  ];
}

function isCommand(name: string): boolean {
  return name.startsWith('command.');
}
