import type { Command, Context } from '../command.ts';
import { connect } from '../connect.ts';
import { EXIT } from '../exit-codes.ts';
import { ASKING_EXITS } from '../exits.ts';
import { LIST_FLAGS, listPlace, tellList } from '../list-flags.ts';
import { readAs, readRows } from '../rows.ts';
import { cellOf, printPairs, printTable } from '../table.ts';
import {
  ActivationSchema,
  MAPPINGS_PATH,
  StatusSchema,
  type MappingsStatus,
} from './api-shapes.ts';
import { countOf } from './directory.ts';
import { printCandidate, shortHash } from './print-diff.ts';

export const status: Command = {
  name: 'status',
  purpose: 'which bundle serves, what waits and why, and which connections are on',
  about: [
    '`ok`: the directory serves. `pending`: it changes so much that somebody has to accept it. `degraded`: it has mistakes, or a golden case fails. Until then the last good bundle serves.',
  ],
  examples: [
    ['crossdock map status', 'does my edit serve?'],
    ['crossdock map status --json | jq .state', 'the same for a script'],
  ],
  exits: {
    ...ASKING_EXITS,
    0: 'what the directory holds serves',
    1: 'it does not, or the server failed',
  },
  run: async (context) => {
    const answer = await connect(context).ask({ method: 'GET', path: MAPPINGS_PATH });
    const read = readAs(StatusSchema, answer, MAPPINGS_PATH);
    if (context.json) context.terminal.emit(answer);
    else tell(context, read);
    return read.state === 'ok' ? EXIT.ok : EXIT.failed;
  },
};

function tell(
  { terminal }: Context,
  { active, state, candidate, mappings, connections }: MappingsStatus,
): void {
  printPairs(terminal, [
    ['serves', active.bundle],
    ['since', `${active.activated_at}, by ${active.by}`],
    ['state', state],
    ['holds', countOf(mappings.length, 'mapping')],
  ]);
  terminal.print('');
  printTable(
    terminal,
    ['CONNECTION', 'KIND', 'STATE', 'TITLE'],
    connections.map(({ name, kind, state: on, title }) => [name, kind, on, title]),
  );
  // Names of variables are there to be copied, so they stand whole.
  for (const { name, missing } of connections) {
    if (missing.length > 0) terminal.print(`${name} waits for ${missing.join(', ')}`);
  }
  if (candidate === null) return;
  terminal.print('');
  printCandidate(terminal, candidate);
  terminal.say(
    state === 'pending'
      ? '`crossdock map activate --accept` when the change is meant'
      : '`crossdock map check` and `crossdock map test` say what to mend',
  );
}

export const history: Command = {
  name: 'history',
  purpose: 'which bundle served from when on, and who activated it',
  flags: LIST_FLAGS,
  examples: [
    ['crossdock map history', 'the last twenty'],
    ['crossdock map history --limit 1 --json', 'the last one for a script'],
  ],
  exits: ASKING_EXITS,
  run: async (context) => {
    const { limit, cursor } = listPlace(context);
    const path = `${MAPPINGS_PATH}/history`;
    const page = await readRows(connect(context), {
      path,
      query: {},
      row: ActivationSchema,
      limit,
      cursor,
    });
    tellList(context, page, {
      empty: 'no bundle has served yet',
      table: (rows) =>
        printTable(
          context.terminal,
          ['SEQ', 'BUNDLE', 'BEFORE', 'AT', 'KIND', 'BY', 'NOTE'],
          rows.map(({ seq, bundle, previous, at, kind, by, note }) => [
            String(seq),
            shortHash(bundle),
            shortHash(previous),
            at,
            kind,
            by,
            cellOf(note),
          ]),
        ),
    });
    return EXIT.ok;
  },
};
