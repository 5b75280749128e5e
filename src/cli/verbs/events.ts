import { z } from 'zod';
import type { Command, Context, Verb } from '../command.ts';
import { connect } from '../connect.ts';
import { EXIT } from '../exit-codes.ts';
import { ASKING_EXITS, ASKING_ONE_EXITS } from '../exits.ts';
import { LIST_FLAGS, listPlace, tellList } from '../list-flags.ts';
import { printAnswer } from '../print-answer.ts';
import { readRows } from '../rows.ts';
import { cellOf, printTable } from '../table.ts';

const EventRowSchema = z.looseObject({
  event_id: z.string(),
  event_type: z.string().nullable(),
  connection: z.string(),
  order_id: z.string().nullable(),
  status: z.string(),
  received_at: z.string(),
  deliveries: z.int(),
  cause: z.string().nullable().optional(),
});

const CONNECTION_FLAG = { value: 'NAME', about: 'the connection that it is from' };
const EVENT_OPERAND = { name: 'EVENT_ID', about: "the sender's id of the event" };

const list: Command = {
  name: 'list',
  purpose: 'received events, newest first',
  flags: {
    status: {
      value: 'STATUS',
      about: 'accepted, dispatched, applied, late, quarantined or rejected',
    },
    connection: { value: 'NAME', about: 'only from this connection, such as crm' },
    order: { value: 'ORDER_ID', about: 'only about this order' },
    ...LIST_FLAGS,
  },
  examples: [
    ['crossdock events list --status quarantined', 'what arrived and could not be taken'],
    ['crossdock events list --order ORD-1 --json', 'all that was received about one order'],
  ],
  exits: ASKING_EXITS,
  run: async (context) => {
    const { flags, terminal } = context;
    const place = listPlace(context);
    const page = await readRows(connect(context), {
      path: '/api/v1/events',
      query: {
        status: flags.text('status')?.toLowerCase(),
        connection: flags.text('connection'),
        order_id: flags.text('order'),
      },
      row: EventRowSchema,
      ...place,
    });
    tellList(context, page, {
      empty: 'no event fits; `crossdock trigger order.created` sends one.',
      table: (events) =>
        printTable(
          terminal,
          ['RECEIVED', 'EVENT', 'TYPE', 'FROM', 'ORDER', 'STATUS', 'SENT', 'CAUSE'],
          events.map((event) => [
            event.received_at,
            event.event_id,
            cellOf(event.event_type),
            event.connection,
            cellOf(event.order_id),
            event.status,
            `${event.deliveries}x`,
            event.cause ?? '',
          ]),
        ),
    });
    return EXIT.ok;
  },
};

const show: Command = {
  name: 'show',
  purpose: 'one received event and what became of it',
  operands: [EVENT_OPERAND],
  flags: { connection: CONNECTION_FLAG },
  examples: [
    ['crossdock events show evt_01F8X2A9', 'what became of an event'],
    ['crossdock events show evt_01F8X2A9 --connection wms --json', 'the same, for a script'],
  ],
  exits: ASKING_ONE_EXITS,
  run: async (context) => {
    const answer = await connect(context).ask({
      method: 'GET',
      path: eventPath(context),
      query: { connection: context.flags.text('connection') },
    });
    printAnswer(context, answer);
    return EXIT.ok;
  },
};

const replay: Command = {
  name: 'replay',
  purpose: 'send a stored event through again, under its own id',
  about: ['What was applied already is not applied twice. --dry-run shows the effect first.'],
  operands: [EVENT_OPERAND],
  flags: {
    connection: CONNECTION_FLAG,
    'dry-run': { about: 'only show what it would do' },
    force: { about: 'also when nothing is expected of it, such as for a closed order' },
  },
  examples: [
    ['crossdock events replay evt_01F8X2A9 --dry-run', 'what would happen'],
    ['crossdock events replay evt_01F8X2A9', 'do it'],
  ],
  exits: { ...ASKING_ONE_EXITS, 5: 'the event cannot be replayed in its present state' },
  run: async (context) => {
    const { flags } = context;
    const answer = await connect(context).ask({
      method: 'POST',
      path: `${eventPath(context)}/replay`,
      query: { connection: flags.text('connection') },
      body: { dry_run: flags.on('dry-run'), force: flags.on('force') },
    });
    printAnswer(context, answer);
    return EXIT.ok;
  },
};

function eventPath({ operands }: Context): string {
  return `/api/v1/events/${encodeURIComponent(operands['EVENT_ID'] ?? '')}`;
}

export const eventsVerb: Verb = {
  name: 'events',
  purpose: 'list and show received events, replay one',
  commands: [list, show, replay],
};
