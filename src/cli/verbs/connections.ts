import { z } from 'zod';
import type { Command, Context, OperandSpec, Verb } from '../command.ts';
import { connect } from '../connect.ts';
import { EXIT } from '../exit-codes.ts';
import { ASKING_EXITS, ASKING_ONE_EXITS } from '../exits.ts';
import { ConnectionRowSchema, printConnection, printConnections } from '../print-connection.ts';
import { readAs } from '../rows.ts';
import { rotate } from './connections-rotate.ts';
import { verify } from './connections-verify.ts';

const PATH = '/api/v1/connections';

const NAME_OPERAND: OperandSpec = { name: 'NAME', about: 'the connection, such as crm' };

const ListSchema = z.looseObject({ items: z.array(ConnectionRowSchema) });

const list: Command = {
  name: 'list',
  purpose: 'every system that webhooks come from, and the states of its secrets',
  examples: [
    ['crossdock connections list', 'who sends, when it last did, and under which secrets'],
    ['crossdock connections list --json', 'the same for a script'],
  ],
  exits: ASKING_EXITS,
  run: async (context) => {
    const answer = await connect(context).ask({ method: 'GET', path: PATH });
    if (context.json) context.terminal.emit(answer);
    else printConnections(context.terminal, readAs(ListSchema, answer, PATH).items);
    return EXIT.ok;
  },
};

const show: Command = {
  name: 'show',
  purpose: 'one connection: its secrets, what came in, what was refused and why',
  operands: [NAME_OPERAND],
  examples: [
    ['crossdock connections show crm', 'why a sender is refused'],
    ['crossdock connections show crm --json', 'the same for a script'],
  ],
  exits: ASKING_ONE_EXITS,
  run: async (context) => {
    const answer = await connect(context).ask({ method: 'GET', path: pathOf(context) });
    return tell(context, answer);
  },
};

const pause: Command = {
  name: 'pause',
  purpose: 'take no webhooks of a connection for now',
  about: [
    'Authentic webhooks are told 503 and to send again later, so nothing is lost that its sender repeats. Some senders disable a webhook that fails for long.',
  ],
  operands: [NAME_OPERAND],
  flags: { reason: { value: 'TEXT', about: 'why, for whoever looks later' } },
  examples: [
    ['crossdock connections pause wms --reason "stock migration"', 'keep its events out for now'],
    ['crossdock connections pause wms --json', 'the connection as it stands then'],
  ],
  exits: ASKING_ONE_EXITS,
  run: (context) => change(context, 'pause', { reason: context.flags.text('reason') }),
};

const resume: Command = {
  name: 'resume',
  purpose: 'take the webhooks of a paused connection again',
  operands: [NAME_OPERAND],
  examples: [
    ['crossdock connections resume wms', 'what is sent from now on is taken'],
    ['crossdock connections resume wms --json', 'the connection as it stands then'],
  ],
  exits: ASKING_ONE_EXITS,
  run: (context) => change(context, 'resume', {}),
};

async function change(context: Context, what: string, body: unknown): Promise<0> {
  const path = `${pathOf(context)}/${what}`;
  return tell(context, await connect(context).ask({ method: 'POST', path, body }));
}

function tell(context: Context, answer: unknown): 0 {
  if (context.json) context.terminal.emit(answer);
  else printConnection(context.terminal, readAs(ConnectionRowSchema, answer, 'a connection'));
  return EXIT.ok;
}

function pathOf({ operands }: Context): string {
  return `${PATH}/${encodeURIComponent(operands['NAME'] ?? '')}`;
}

export const connectionsVerb: Verb = {
  name: 'connections',
  purpose: 'who sends webhooks: list, show, verify, rotate, pause, resume',
  commands: [list, show, verify, rotate, pause, resume],
};
