import type { Command, Context, FlagSpecs } from '../command.ts';
import { connect } from '../connect.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { ASKING_ONE_EXITS } from '../exits.ts';
import { usage } from '../flags.ts';
import { idempotencyKeyOf, KEY_FLAGS } from '../idempotency.ts';
import { printAnswer } from '../print-answer.ts';

const OPERANDS = [{ name: 'ORDER_ID', about: "the CRM's id of the order" }] as const;

const FLAGS: FlagSpecs = {
  reason: { value: 'TEXT', about: 'why; it stands in the audit and in the order' },
  connection: { value: 'NAME', about: 'the CRM connection that it is from (crm)' },
  ...KEY_FLAGS,
};

const EXITS = {
  ...ASKING_ONE_EXITS,
  1: 'the server or the order did not answer; it may be sent again with the same key',
  5: 'the order has ended, or stands so that there is nothing to do',
} as const;

const cancel: Command = {
  name: 'cancel',
  purpose: 'cancel an order, or lines of it',
  about: [
    'What is still ours is cancelled at once. The warehouse is asked for the rest, and what it does not let go ships.',
  ],
  operands: OPERANDS,
  flags: {
    line: { value: 'LINE_ID', many: true, about: 'only this line' },
    ...FLAGS,
  },
  examples: [
    ['crossdock orders cancel ORD-1 --reason "customer called"', 'the whole order'],
    ['crossdock orders cancel ORD-1 --line ORD-1-2 --reason "wrong article"', 'one line of it'],
  ],
  exits: EXITS,
  run: (context) => command(context, 'cancel'),
};

const hold: Command = {
  name: 'hold',
  purpose: 'stop an order: nothing new is asked of the warehouse until it is released',
  operands: OPERANDS,
  flags: FLAGS,
  examples: [
    ['crossdock orders hold ORD-1 --reason "payment in doubt"', 'wait for clearance'],
    ['crossdock orders hold ORD-1 --connection shop --reason fraud', 'an order of another CRM'],
  ],
  exits: EXITS,
  run: (context) => command(context, 'hold'),
};

const release: Command = {
  name: 'release',
  purpose: 'let an order that is on hold go on',
  operands: OPERANDS,
  flags: FLAGS,
  examples: [
    ['crossdock orders release ORD-1 --reason "payment is there"', 'go on'],
    ['crossdock orders release ORD-1 --reason cleared --json', 'the same, for a script'],
  ],
  exits: EXITS,
  run: (context) => command(context, 'release'),
};

const retry: Command = {
  name: 'retry',
  purpose: 'try again whatever of an order ran out of attempts, at once',
  about: ['Its dead letters go out again, and the other systems are asked where they stand.'],
  operands: OPERANDS,
  flags: FLAGS,
  examples: [
    ['crossdock orders retry ORD-1 --reason "the warehouse is back"', 'one order'],
    ['crossdock orders retry ORD-1 --reason back --idempotency-key k1', 'once, however often sent'],
  ],
  exits: EXITS,
  run: (context) => command(context, 'retry'),
};

async function command(context: Context, name: string): Promise<ExitCode> {
  const { operands, flags } = context;
  const reason = flags.text('reason');
  if (reason === undefined || reason.trim() === '') throw usage('--reason TEXT is missing.');
  const lines = flags.list('line');
  const id = encodeURIComponent(operands['ORDER_ID'] ?? '');
  const answer = await connect(context).ask({
    method: 'POST',
    path: `/api/v1/orders/${id}/${name}`,
    query: { connection: flags.text('connection') },
    body: { reason, ...(lines.length === 0 ? {} : { lines }) },
    idempotencyKey: idempotencyKeyOf(flags),
  });
  printAnswer(context, answer);
  return EXIT.ok;
}

export const ORDER_COMMANDS: readonly Command[] = [cancel, hold, release, retry];
