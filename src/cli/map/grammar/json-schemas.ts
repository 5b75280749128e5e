import { z } from 'zod';
import { connectionsGrammar } from './connections.ts';
import { goldenGrammar, schemasGrammar, tablesGrammar } from './data.ts';
import { pairsOf, pathsOf, type Names } from './names.ts';
import { rulesGrammar } from './rules.ts';

export type JsonSchema = Record<string, unknown>;

/** Folders of a mappings directory that hold YAML, and how their files are written. */
export const GRAMMARS: Readonly<Record<string, (names: Names) => z.ZodType>> = {
  rules: rulesGrammar,
  tables: tablesGrammar,
  schemas: schemasGrammar,
  golden: goldenGrammar,
  connections: connectionsGrammar,
};

/** A JSON Schema for the files of each folder, with the names that the directory has. */
export function jsonSchemas(names: Names): Map<string, JsonSchema> {
  return new Map(
    Object.entries(GRAMMARS).map(([folder, grammar]) => {
      const { $schema, ...schema } = z.toJSONSchema(grammar(names), {
        target: 'draft-7',
        io: 'input',
        reused: 'ref',
      });
      const more = MORE[folder]?.(names) ?? {};
      return [folder, { $schema, title: `Crossdock ${folder}`, ...schema, ...more }];
    }),
  );
}

/** What depends on what the file says elsewhere. */
const MORE: Readonly<Record<string, (names: Names) => JsonSchema>> = {
  rules: ({ schemas }) => ({
    allOf: [
      { properties: { mapping: offered(pairsOf(schemas)) } },
      ...[...schemas].flatMap(([name, schema]) => {
        const paths = offered(pathsOf(schema));
        return [
          pathsWhen(`^${literal(name)} -> `, { from: paths }),
          pathsWhen(` -> ${literal(name)}$`, { to: paths }),
        ];
      }),
    ],
  }),
  golden: ({ mappings, schemas }) => ({
    allOf: mappings.map(({ name, from, to }) => ({
      if: { properties: { mapping: { const: name } } },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: itemsOf('cases', {
        input: sampleOf(schemas.get(from)),
        output: sampleOf(schemas.get(to)),
      }),
    })),
  }),
};

/** Offered by an editor, and nothing else is refused. */
function offered(words: readonly string[]): JsonSchema {
  return words.length === 0 ? {} : { anyOf: [{ enum: words }, { type: 'string' }] };
}

function pathsWhen(pattern: string, properties: JsonSchema): JsonSchema {
  return {
    if: { properties: { mapping: { pattern } } },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    then: itemsOf('rules', properties),
  };
}

function itemsOf(list: string, properties: JsonSchema): JsonSchema {
  return { properties: { [list]: { items: { properties } } } };
}

function sampleOf(schema: z.ZodType | undefined): JsonSchema {
  if (schema === undefined) return {};
  const { $schema: _, ...sample } = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
  });
  return sample;
}

function literal(name: string): string {
  return name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
