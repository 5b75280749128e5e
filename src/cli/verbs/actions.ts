import { decisionBody, DECISIONS, decisionNamed } from '../decision.ts';
import { actionIn, askAction, pathOfAction, readActions } from '../human-actions.ts';
import type { Command, Verb } from '../command.ts';
import { connect } from '../connect.ts';
import { EXIT } from '../exit-codes.ts';
import { ASKING_EXITS, ASKING_ONE_EXITS } from '../exits.ts';
import { idempotencyKeyOf, KEY_FLAGS } from '../idempotency.ts';
import { LIST_FLAGS, listPlace, tellList } from '../list-flags.ts';
import { printAction } from '../print-action.ts';
import { cellOf, printTable } from '../table.ts';

/** Groups first: `open` is OPEN and ACKED, `closed` RESOLVED and SUPERSEDED. */
const STATUSES = ['open', 'closed', 'all', 'ACKED', 'RESOLVED', 'SUPERSEDED'];

const ACTION_OPERAND = {
  name: 'ACTION_ID',
  about: 'the id of the action, from `crossdock actions list`',
};

const list: Command = {
  name: 'list',
  purpose: 'what waits for the decision of a person, and by when',
  flags: {
    order: { value: 'ORDER_ID', about: 'only those of this order' },
    connection: { value: 'NAME', about: 'only those of orders from this CRM connection' },
    reason: { value: 'REASON', about: 'only those asked for this reason, such as pick_short' },
    status: {
      value: 'STATUS',
      about:
        'open (those that wait, unless given), closed, all, or OPEN, ACKED, RESOLVED, SUPERSEDED',
    },
    ...LIST_FLAGS,
  },
  examples: [
    ['crossdock actions list', 'what waits for someone'],
    ['crossdock actions list --order ORD-1 --json', 'what one order waits for, for a script'],
  ],
  exits: { ...ASKING_EXITS, 4: 'this server does not have human actions' },
  run: async (context) => {
    const { flags, terminal } = context;
    const place = listPlace(context);
    const page = await readActions(connect(context), {
      orderId: flags.text('order'),
      connection: flags.text('connection'),
      reason: flags.text('reason'),
      status: flags.word('status', STATUSES),
      ...place,
    });
    tellList(context, page, {
      empty: 'no action fits: nobody is waited for there.',
      table: (actions) =>
        printTable(
          terminal,
          ['ACTION', 'ORDER', 'STATUS', 'DUE', 'VERSION', 'CHOICES', 'REASON'],
          actions.map((action) => [
            action.action_id,
            action.order_id,
            action.status,
            cellOf(action.due_at),
            String(action.version),
            action.choices.join(' '),
            action.reason,
          ]),
        ),
    });
    return EXIT.ok;
  },
};

const show: Command = {
  name: 'show',
  purpose: 'one action: what happened, what is missing, and what each answer does',
  operands: [ACTION_OPERAND],
  examples: [
    ['crossdock actions show act_1', 'before deciding'],
    ['crossdock actions show act_1 --json', 'the same as the API answers it'],
  ],
  exits: ASKING_ONE_EXITS,
  run: async (context) => {
    const answer = await askAction(connect(context), context.operands['ACTION_ID'] ?? '');
    if (context.json) context.terminal.emit(answer);
    else printAction(context.terminal, actionIn(answer));
    return EXIT.ok;
  },
};

const decide: Command = {
  name: 'decide',
  purpose: 'answer one action',
  about: [
    'Of two people who answer at once one wins; the other ends with 5 and sees the present state.',
    'The answer is to the version that `--expected-version` names, else to the one that is there now.',
  ],
  operands: [
    ACTION_OPERAND,
    { name: 'DECISION', about: `one of its choices: ${DECISIONS.join(', ')}` },
  ],
  flags: {
    line: {
      value: 'LINE',
      many: true,
      about: 'the line meant: LINE_ID, or for substitute LINE_ID=SKU:QTY or LINE_ID=SKU:QTY:RATIO',
    },
    note: { value: 'TEXT', about: 'why, for whoever looks later' },
    'expected-version': {
      value: 'N',
      about: 'the version that the decision was made on; the present one unless given',
    },
    ...KEY_FLAGS,
  },
  examples: [
    ['crossdock actions decide act_1 ship_partial --note "customer agreed"', 'ship what there is'],
    ['crossdock actions decide act_2 substitute --line L1=SKU-222:3', '3 of L1 become SKU-222'],
    ['crossdock actions decide act_3 substitute --line L1=SKU-6:2:6', 'each of 2 becomes 6 SKU-6'],
  ],
  exits: {
    ...ASKING_ONE_EXITS,
    1: 'the server or the order did not answer; it may be sent again with the same key',
    5: 'decided or changed meanwhile, not one of its choices, or not possible for these lines',
  },
  run: async (context) => {
    const { flags, operands, terminal } = context;
    const id = operands['ACTION_ID'] ?? '';
    const decision = decisionNamed(operands['DECISION'] ?? '');
    const body = decisionBody(decision, flags.list('line'), flags.text('note'));
    const given = flags.integer('expected-version', { min: 0, max: Number.MAX_SAFE_INTEGER });
    const idempotencyKey = idempotencyKeyOf(flags);
    const api = connect(context);
    const expectedVersion = given ?? actionIn(await askAction(api, id)).version;
    const answer = await api.ask({
      method: 'POST',
      path: `${pathOfAction(id)}/decision`,
      body: { ...body, expected_version: expectedVersion },
      idempotencyKey,
    });
    if (context.json) terminal.emit(answer);
    else printAction(terminal, actionIn(answer));
    return EXIT.ok;
  },
};

export const actionsVerb: Verb = {
  name: 'actions',
  purpose: 'what waits for a person: list, show, decide',
  commands: [list, show, decide],
};
