import { compileWiring, type Wiring } from '../../wiring/compile.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { countOf, describeMistakes, filesOf, mappingsDirectory, shortPath } from './directory.ts';

export const check: Command = {
  name: 'check',
  purpose: 'compile a mappings directory, or say everything that is wrong with it',
  about: [
    'Nothing has to run, and nothing is changed. Each mistake is shown with its file:line:col, the line, a mark, and the nearest name that exists:',
    '',
    '  rules/acme/pick.yaml:6:24 unknown-path at /rules/2/from',
    '    6 |   - {to: status, from: stat}',
    '      |                        ^^^^',
    '    acme.pick has no stat. Did you mean state?',
  ],
  operands: [
    {
      name: 'DIR',
      about: 'the mappings directory (CROSSDOCK_MAPPINGS_DIR, else mappings)',
      optional: true,
    },
  ],
  examples: [
    ['crossdock map check', 'the directory that Crossdock runs on'],
    ['crossdock map check ../acme-mappings', 'another one, before it is rolled out'],
    ['crossdock map check --json | jq .errors', 'the mistakes for a script or an editor'],
  ],
  exits: {
    0: 'it compiles',
    1: 'it has mistakes; they are on stdout',
    2: 'the command line is wrong, or there is no such directory',
  },
  run: async (context) => {
    const { json, terminal } = context;
    const directory = mappingsDirectory(context, context.operands['DIR']);
    const result = compileWiring(filesOf(directory));
    const where = shortPath(context, directory);
    if ('errors' in result) {
      const { errors } = result;
      if (json) terminal.emit({ ok: false, directory, errors });
      else terminal.print(describeMistakes(errors));
      terminal.say(`${countOf(errors.length, 'mistake')} in ${where}; nothing of it can serve`);
      return EXIT.failed;
    }
    const { hash } = result.wiring;
    if (json) terminal.emit({ ok: true, directory, bundle: hash, errors: [] });
    else terminal.print(`${where} compiles: ${contentsOf(result.wiring)}. Bundle ${hash}`);
    return EXIT.ok;
  },
};

function contentsOf({ bundle, connections }: Wiring): string {
  const cases = bundle.golden.reduce((sum, file) => sum + file.cases.length, 0);
  return [
    countOf(bundle.mappings.size, 'mapping'),
    countOf(bundle.tables.size, 'table'),
    countOf(connections.size, 'connection'),
    countOf(cases, 'golden case'),
  ].join(', ');
}
