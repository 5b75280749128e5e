import type { Command, Context, Verb } from '../command.ts';
import { connect } from '../connect.ts';
import {
  findDeadLetter,
  readCauseGroups,
  readDeadLetters,
  type DeadLetter,
} from '../dead-letters.ts';
import { FILTER_FLAGS, filterOf, LETTER_OPERAND } from '../dead-letter-filter.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { ASKING_EXITS, ASKING_ONE_EXITS } from '../exits.ts';
import { usage } from '../flags.ts';
import { LIST_FLAGS, listPlace, tellList } from '../list-flags.ts';
import { printAnswer } from '../print-answer.ts';
import { cellOf, printTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { dlqReplay } from './dlq-replay.ts';

const ERROR_CHARS_MAX = 80;
const NOTHING_STUCK = 'no dead letter fits: nothing is stuck there.';

const list: Command = {
  name: 'list',
  purpose: 'commands and events that ran out of attempts, by cause',
  flags: {
    ...FILTER_FLAGS,
    status: { value: 'STATUS', about: 'open (the usual), replayed or discarded' },
    groups: { about: 'only the causes of open ones; what holds up the most orders comes first' },
    ...LIST_FLAGS,
  },
  examples: [
    ['crossdock dlq list --groups', 'what is stuck, and why'],
    ['crossdock dlq list --connection wms --json', 'what the warehouse refused, for a script'],
  ],
  exits: ASKING_EXITS,
  run: async (context) => {
    if (context.flags.on('groups')) return listGroups(context);
    const place = listPlace(context);
    const page = await readDeadLetters(connect(context), {
      query: { status: context.flags.text('status')?.toLowerCase(), ...filterOf(context) },
      ...place,
    });
    tellList(context, page, {
      empty: NOTHING_STUCK,
      table: (letters) => printByCause(context.terminal, letters),
    });
    return EXIT.ok;
  },
};

const show: Command = {
  name: 'show',
  purpose: 'one dead letter: its attempts, last status and last error',
  operands: [LETTER_OPERAND],
  examples: [
    ['crossdock dlq show dl_1', 'why it is stuck'],
    ['crossdock dlq show dl_1 --json', 'the same, for a script'],
  ],
  exits: ASKING_ONE_EXITS,
  run: async (context) => {
    printAnswer(context, await findDeadLetter(connect(context), context.operands['ID'] ?? ''));
    return EXIT.ok;
  },
};

const discard: Command = {
  name: 'discard',
  purpose: 'give a dead letter up for good; the reason is kept',
  operands: [LETTER_OPERAND],
  flags: { reason: { value: 'TEXT', about: 'why, for whoever looks later (required)' } },
  examples: [
    ['crossdock dlq discard dl_1 --reason "sent by hand"', 'it will not be sent again'],
    ['crossdock dlq discard dl_1 --reason duplicate --json', 'the same, for a script'],
  ],
  exits: { ...ASKING_ONE_EXITS, 5: 'it is resolved already' },
  run: async (context) => {
    const reason = context.flags.text('reason');
    if (reason === undefined || reason === '') throw usage('--reason TEXT is missing.');
    const path = `/api/v1/dead-letters/${encodeURIComponent(context.operands['ID'] ?? '')}/discard`;
    printAnswer(context, await connect(context).ask({ method: 'POST', path, body: { reason } }));
    return EXIT.ok;
  },
};

async function listGroups(context: Context): Promise<ExitCode> {
  const { json, terminal } = context;
  const found = await readCauseGroups(connect(context), filterOf(context));
  if (json) terminal.emit(found);
  else if (found.items.length === 0) terminal.say(NOTHING_STUCK);
  else {
    printTable(
      terminal,
      ['CAUSE', 'CONNECTION', 'KIND', 'LETTERS', 'ORDERS', 'SINCE', 'LAST ERROR'],
      found.items.map((group) => [
        group.cause,
        group.connection,
        group.kind,
        String(group.count),
        String(group.orders_blocked),
        group.oldest_at,
        beginningOf(group.last_error),
      ]),
    );
  }
  if (found.truncated) terminal.say('there are more open dead letters than were looked at');
  return EXIT.ok;
}

/** The cause that holds up most comes first. */
function printByCause(terminal: Terminal, letters: readonly DeadLetter[]): void {
  const byCause = new Map<string, DeadLetter[]>();
  for (const letter of letters) {
    byCause.set(letter.cause, [...(byCause.get(letter.cause) ?? []), letter]);
  }
  const groups = [...byCause].toSorted(([, a], [, b]) => b.length - a.length);
  for (const [cause, group] of groups) {
    const orders = new Set(group.map((letter) => letter.order_id)).size;
    terminal.print(`${cause}: ${group.length} of ${orders} ${orders === 1 ? 'order' : 'orders'}`);
    printTable(
      terminal,
      ['  ID', 'KIND', 'CONNECTION', 'ORDER', 'TRIES', 'HTTP', 'SINCE', 'LAST ERROR'],
      group.map((letter) => [
        `  ${letter.id}`,
        letter.kind,
        letter.connection,
        cellOf(letter.order_id),
        String(letter.attempts),
        cellOf(letter.last_status),
        letter.at,
        beginningOf(letter.last_error),
      ]),
    );
  }
}

/** The rest is for `dlq show`. */
function beginningOf(text: string): string {
  return text.length > ERROR_CHARS_MAX ? `${text.slice(0, ERROR_CHARS_MAX)}...` : text;
}

export const dlqVerb: Verb = {
  name: 'dlq',
  purpose: 'dead letters: list, show, replay, discard',
  commands: [list, show, dlqReplay, discard],
};
