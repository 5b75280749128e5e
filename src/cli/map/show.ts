import type { Wiring } from '../../wiring/compile.ts';
import type { Command, Context } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { printTable } from '../table.ts';
import { storedWiring } from './bundles.ts';
import { variablesOf } from './describe-connection.ts';
import { DIR_FLAG, wiringOf } from './directory.ts';
import { faceOf, tellOne } from './show-one.ts';

export const show: Command = {
  name: 'show',
  purpose: 'what there is; or one mapping, connection, table or schema',
  about: [
    'Of a mapping: its rules as they apply. Of a schema: every path that a rule may name, with its type. Our own words are `order.*`, `pick.*`, `task.*`, `stock.*` and `command.*`.',
  ],
  operands: [
    { name: 'NAME', about: 'of a mapping, a connection, a table or a schema', optional: true },
  ],
  flags: {
    schema: { about: 'the schema of that name, where a mapping has the same' },
    bundle: {
      value: 'HASH',
      about: 'of this stored bundle, through the api, instead of the files',
    },
    ...DIR_FLAG,
  },
  examples: [
    ['crossdock map show', 'mappings, tables and connections'],
    ['crossdock map show wms.pick_request', 'the rules of one'],
    ['crossdock map show command.request_pick', 'which fields a rule can take'],
    ['crossdock map show crm.order_created --schema', 'the same where a mapping has that name'],
    [
      'crossdock map show crm.order_created --bundle 1f0c2a',
      'the rules that an older order runs by',
    ],
  ],
  exits: {
    0: 'done',
    1: 'the directory has mistakes',
    2: 'the command line is wrong',
    3: 'with --bundle: Crossdock is not running or cannot be reached',
    4: 'there is nothing of that name, or no such bundle',
  },
  run: async (context) => {
    const hash = context.flags.text('bundle');
    const wiring = hash === undefined ? wiringOf(context) : await storedWiring(context, hash);
    const name = context.operands['NAME'];
    if (name === undefined) tellAll(context, wiring);
    else tellOne(context, wiring, name);
    return EXIT.ok;
  },
};

function tellAll({ json, terminal }: Context, { hash, bundle, connections }: Wiring): void {
  const mappings = [...bundle.mappings.values()].map(faceOf);
  const tables = [...bundle.tables.values()].map(({ name, rows }) => ({ name, rows: rows.size }));
  const systems = [...connections.values()].map((spec) => ({
    name: spec.name,
    kind: spec.kind,
    title: spec.title,
    variables: variablesOf(spec),
  }));
  const schemas = [...bundle.schemas.keys()];
  if (json) {
    terminal.emit({ bundle: hash, mappings, tables, connections: systems, schemas });
    return;
  }
  printTable(
    terminal,
    ['MAPPING', 'VERSION', 'FROM', 'TO', 'WRITTEN IN'],
    mappings.map((one) => [one.name, String(one.version), one.from, one.to, one.at]),
  );
  terminal.print('');
  printTable(
    terminal,
    ['TABLE', 'ROWS'],
    tables.map(({ name, rows }) => [name, String(rows)]),
  );
  terminal.print('');
  printTable(
    terminal,
    ['CONNECTION', 'KIND', 'WAITS FOR', 'TITLE'],
    systems.map(({ name, kind, variables, title }) => [
      name,
      kind,
      variables.join(' ') || '-',
      title,
    ]),
  );
  terminal.print('');
  terminal.print(`schemas: ${schemas.join(', ')}`);
  terminal.print(`bundle: ${hash}`);
}
