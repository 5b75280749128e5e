import { z } from 'zod';
import type { Command, Context, Verb } from '../command.ts';
import { connect } from '../connect.ts';
import { EXIT } from '../exit-codes.ts';
import { ASKING_EXITS, ASKING_ONE_EXITS } from '../exits.ts';
import { LIST_FLAGS, listPlace, tellList } from '../list-flags.ts';
import { printOrder } from '../print-order.ts';
import { readRows } from '../rows.ts';
import { printTable } from '../table.ts';
import { ORDER_COMMANDS } from './order-commands.ts';

const OrderRowSchema = z.looseObject({
  order_id: z.string(),
  connection: z.string(),
  stage: z.string(),
  headline: z.string(),
  flags: z.array(z.string()),
  priority: z.string(),
  updated_at: z.string(),
});

const list: Command = {
  name: 'list',
  purpose: 'search orders, the last changed first',
  flags: {
    stage: { value: 'STAGE', about: 'RECEIVED, FULFILLING, WAITING, NEEDS_ACTION, ...' },
    headline: { value: 'HEADLINE', about: 'OPEN, ALLOCATED, PARTIALLY_SHIPPED, FULFILLED, ...' },
    'needs-action': { about: 'only those that wait for a person' },
    q: { value: 'TEXT', about: 'order id, SKU, task id or pick id, whole or its beginning' },
    ...LIST_FLAGS,
  },
  examples: [
    ['crossdock orders list --needs-action', 'what waits for a person'],
    ['crossdock orders list --q SKU-111 --json', 'orders that hold a SKU, for a script'],
  ],
  exits: ASKING_EXITS,
  run: async (context) => {
    const { flags, terminal } = context;
    const place = listPlace(context);
    const page = await readRows(connect(context), {
      path: '/api/v1/orders',
      query: {
        stage: flags.text('stage')?.toUpperCase(),
        headline: flags.text('headline')?.toUpperCase(),
        needs_action: flags.on('needs-action') ? true : undefined,
        q: flags.text('q'),
      },
      row: OrderRowSchema,
      ...place,
    });
    tellList(context, page, {
      empty: 'no order fits; `crossdock trigger order.created` makes one.',
      table: (orders) =>
        printTable(
          terminal,
          ['ORDER', 'FROM', 'STAGE', 'HEADLINE', 'PRIORITY', 'CHANGED', 'FLAGS'],
          orders.map((order) => [
            order.order_id,
            order.connection,
            order.stage,
            order.headline,
            order.priority,
            order.updated_at,
            order.flags.join(' '),
          ]),
        ),
    });
    return EXIT.ok;
  },
};

const show: Command = {
  name: 'show',
  purpose: 'one order: its lines, task, picks, what it waits for and its timeline',
  operands: [{ name: 'ORDER_ID', about: "the CRM's id of the order" }],
  flags: { connection: { value: 'NAME', about: 'the CRM connection that it is from (crm)' } },
  examples: [
    ['crossdock orders show ORD-20260117-001', 'everything about one order'],
    ['crossdock orders show ORD-1 --json', 'the same as the API answers it'],
  ],
  exits: ASKING_ONE_EXITS,
  run: async (context) => {
    const order = await askOrder(context);
    if (context.json) context.terminal.emit(order);
    else printOrder(context.terminal, order);
    return EXIT.ok;
  },
};

function askOrder(context: Context): Promise<unknown> {
  const { operands, flags } = context;
  return connect(context).ask({
    method: 'GET',
    path: `/api/v1/orders/${encodeURIComponent(operands['ORDER_ID'] ?? '')}`,
    query: { connection: flags.text('connection') },
  });
}

export const ordersVerb: Verb = {
  name: 'orders',
  purpose: 'search orders, show one, cancel, hold, release or retry it',
  commands: [list, show, ...ORDER_COMMANDS],
};
