import { decisionBody, DECISIONS, decisionNamed } from '../decision.ts';
import { findAction, readActions } from '../human-actions.ts';
import type { Command, Verb } from '../command.ts';
import { connect } from '../connect.ts';
import { EXIT } from '../exit-codes.ts';
import { ASKING_EXITS, ASKING_ONE_EXITS } from '../exits.ts';
import { LIST_FLAGS, listPlace, tellList } from '../list-flags.ts';
import { printAnswer } from '../print-answer.ts';
import { cellOf, printTable } from '../table.ts';

const list: Command = {
  name: 'list',
  purpose: 'what waits for the decision of a person, and by when',
  flags: {
    order: { value: 'ORDER_ID', about: 'only those of this order' },
    status: { value: 'STATUS', about: 'only those in this state' },
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
      status: flags.text('status'),
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
            action.choices.map(cellOf).join(' '),
            action.reason,
          ]),
        ),
    });
    return EXIT.ok;
  },
};

const decide: Command = {
  name: 'decide',
  purpose: 'answer one action',
  about: [
    'Of two people who answer at once one wins; the other ends with 5 and sees the present state.',
  ],
  operands: [
    { name: 'ACTION_ID', about: 'the id of the action, from `crossdock actions list`' },
    { name: 'DECISION', about: DECISIONS.join(', ') },
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
  },
  examples: [
    ['crossdock actions decide act_1 ship_partial --note "customer agreed"', 'ship what there is'],
    ['crossdock actions decide act_2 substitute --line L1=SKU-222:3', 'send another article'],
  ],
  exits: { ...ASKING_ONE_EXITS, 5: 'decided or changed meanwhile, or not one of its choices' },
  run: async (context) => {
    const { flags, operands } = context;
    const id = operands['ACTION_ID'] ?? '';
    const decision = decisionNamed(operands['DECISION'] ?? '');
    const body = decisionBody(decision, flags.list('line'), flags.text('note'));
    const given = flags.integer('expected-version', { min: 0, max: Number.MAX_SAFE_INTEGER });
    const api = connect(context);
    const expectedVersion = given ?? (await findAction(api, id)).version;
    const path = `/api/v1/actions/${encodeURIComponent(id)}/decision`;
    const answer = await api.ask({
      method: 'POST',
      path,
      body: { ...body, expected_version: expectedVersion },
    });
    printAnswer(context, answer);
    return EXIT.ok;
  },
};

export const actionsVerb: Verb = {
  name: 'actions',
  purpose: 'what waits for a person: list, decide',
  commands: [list, decide],
};
