import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { DIR_FLAG, filesOf, mappingsDirectory, shortPath } from './directory.ts';
import { jsonSchemas } from './grammar/json-schemas.ts';
import { namesOf } from './grammar/names.ts';

const FOLDER = '.schemas';

export const schema: Command = {
  name: 'schema',
  purpose: 'JSON Schemas of the files, so that an editor completes them',
  about: [
    'They know the names that the directory has, so write them anew after adding a table or a schema. An editor with the YAML language server takes them by a first line in each file:',
    '',
    '  # yaml-language-server: $schema=../.schemas/rules.json',
    '',
    'which is relative to the file, so ../../.schemas/rules.json in a folder below rules/. Or for all files at once by the setting yaml.schemas of the editor.',
  ],
  flags: { write: { about: `write them to ${FOLDER}/ in the directory` }, ...DIR_FLAG },
  examples: [
    ['crossdock map schema --write', 'mappings/.schemas/rules.json and the others'],
    ['crossdock map schema --json | jq .rules', 'the same on stdout'],
  ],
  exits: { 0: 'done', 1: 'they cannot be written', 2: 'the command line is wrong' },
  run: async (context) => {
    const { json, terminal, flags } = context;
    const directory = mappingsDirectory(context);
    const schemas = jsonSchemas(namesOf(filesOf(directory)));
    if (!flags.on('write')) {
      const all = Object.fromEntries(schemas);
      terminal.emit(all);
      return EXIT.ok;
    }
    const folder = join(directory, FOLDER);
    mkdirSync(folder, { recursive: true });
    const files = [...schemas].map(([name, content]) => {
      const file = join(folder, `${name}.json`);
      writeFileSync(file, `${JSON.stringify(content)}\n`);
      return file;
    });
    if (json) terminal.emit({ written: files });
    else for (const file of files) terminal.print(shortPath(context, file));
    return EXIT.ok;
  },
};
