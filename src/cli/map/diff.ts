import type { Command, Context } from '../command.ts';
import { connect } from '../connect.ts';
import type { Api } from '../api.ts';
import { EXIT } from '../exit-codes.ts';
import { ASKING_EXITS } from '../exits.ts';
import { usage } from '../flags.ts';
import { readAs } from '../rows.ts';
import { DiffSchema, MAPPINGS_PATH } from './api-shapes.ts';
import { bundleHash } from './bundles.ts';
import { compiled, DIR_FLAG, filesOf, mappingsDirectory, shortPath } from './directory.ts';
import { printDiff } from './print-diff.ts';

const LAST_MAX = 1000;
const HERE = '.';

export const diff: Command = {
  name: 'diff',
  purpose: 'whose output changes from one bundle to another, over the last stored events',
  about: [
    'A and B are hashes, the first letters of one, `active`, or for B `.`: the files on disk, which need not be activated. Nothing is changed.',
    '',
    '  1f0c2a9b77e1 -> 93ab0d115c02, over the last 200 events',
    '  5 of 200 outputs change (2.5%)',
    '    crm.order_created priority: 5',
    '  evt_7781 by crm.order_created',
    '    output.priority: "high" -> "urgent"',
  ],
  operands: [
    { name: 'A', about: 'the bundle before: a hash, or `active`' },
    { name: 'B', about: 'the bundle after: a hash, `active`, or `.` for the files on disk' },
  ],
  flags: { last: { value: 'N', about: 'over this many events (200)' }, ...DIR_FLAG },
  examples: [
    ['crossdock map diff active .', 'what would my edit change?'],
    ['crossdock map diff 1f0c2a 93ab0d --last 1000', 'what did that activation change?'],
  ],
  exits: {
    ...ASKING_EXITS,
    1: 'the server failed, or the directory has mistakes',
    4: 'there is no such bundle',
  },
  run: async (context) => {
    const { json, terminal, flags, operands } = context;
    const api = connect(context);
    const last = flags.integer('last', { min: 1, max: LAST_MAX });
    if (operands['A'] === HERE) {
      throw usage('`.` stands for what comes after: crossdock map diff active .');
    }
    const body = {
      from: await bundleHash(api, operands['A'] ?? ''),
      ...(await after(context, api)),
      ...(last === undefined ? {} : { last }),
    };
    const answer = await api.ask({ method: 'POST', path: `${MAPPINGS_PATH}/diff`, body });
    if (json) terminal.emit(answer);
    else printDiff(terminal, readAs(DiffSchema, answer, 'a diff'));
    return EXIT.ok;
  },
};

async function after(context: Context, api: Api): Promise<object> {
  const named = context.operands['B'] ?? '';
  if (named !== HERE) return { to: await bundleHash(api, named) };
  const directory = mappingsDirectory(context);
  const files = filesOf(directory);
  // Mistakes are shown here, with their lines, before anything travels.
  compiled(files, shortPath(context, directory));
  // Golden cases are no part of what is compared.
  return { files: files.filter(({ path }) => !path.startsWith('golden/')) };
}
