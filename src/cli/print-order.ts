import { z } from 'zod';
import { readAs } from './rows.ts';
import { cellOf, printPairs, printTable } from './table.ts';
import type { Terminal } from './terminal.ts';

const BUCKETS = [
  'ordered',
  'open',
  'requested',
  'allocated',
  'picked',
  'shipped',
  'backordered',
  'cancelled',
] as const;

const LooseSchema = z.record(z.string(), z.unknown());

const OrderSchema = z.looseObject({
  order_id: z.string(),
  connection: z.string(),
  version: z.int(),
  stage: z.string(),
  headline: z.string(),
  flags: z.array(z.string()),
  priority: z.string(),
  lines: z.array(LooseSchema),
  task: z.looseObject({ task_id: z.string(), status: z.string() }).nullable(),
  picks: z.array(
    z.looseObject({ pick_id: z.string().nullable(), reference: z.string(), status: z.string() }),
  ),
  backorders: z.array(LooseSchema),
  waits_for: z.array(z.string()).default([]),
  actions: z.array(LooseSchema).default([]),
  timeline: z.array(
    z.looseObject({ at: z.string(), kind: z.string(), summary: z.string(), cause: z.string() }),
  ),
  links: LooseSchema.default({}),
});
type Order = z.infer<typeof OrderSchema>;

/** Everything about one order, as a person reads it. */
export function printOrder(terminal: Terminal, answer: unknown): void {
  const order = readAs(OrderSchema, answer, 'an order');
  printPairs(terminal, headOf(order));
  terminal.print('');
  printTable(
    terminal,
    ['LINE', 'SKU', ...BUCKETS.map((bucket) => bucket.toUpperCase())],
    order.lines.map((line) => ['line_id', 'sku', ...BUCKETS].map((column) => cellOf(line[column]))),
  );
  printActions(terminal, order);
  if (order.timeline.length === 0) return;
  terminal.print('');
  for (const { at, kind, summary, cause } of order.timeline) {
    terminal.print(`${at}  ${kind}  ${summary}  (${cause})`);
  }
}

function headOf(order: Order): [string, string][] {
  const picks = order.picks.map(
    ({ pick_id: id, reference, status }) => `${id ?? reference} ${status}`,
  );
  const backorders = order.backorders.map(
    (one) => `${cellOf(one['backorder_id'])} ${cellOf(one['qty'])} ${cellOf(one['status'])}`,
  );
  const links = Object.entries(order.links).filter(([, link]) => link !== null);
  return [
    ['order', `${order.order_id} from ${order.connection}, version ${order.version}`],
    ['state', [order.stage, order.headline, ...order.flags].join(' ')],
    ['priority', order.priority],
    ['task', order.task === null ? 'none' : `${order.task.task_id} ${order.task.status}`],
    ['picks', picks.join(', ') || 'none'],
    ...(backorders.length === 0 ? [] : [['backorders', backorders.join(', ')] as [string, string]]),
    ...order.waits_for.map((sentence): [string, string] => ['waits for', sentence]),
    ...links.map(([name, link]): [string, string] => [name, cellOf(link)]),
  ];
}

function printActions(terminal: Terminal, { actions }: Order): void {
  if (actions.length === 0) return;
  terminal.print('');
  printTable(
    terminal,
    ['ACTION', 'STATUS', 'DUE', 'REASON'],
    actions.map((action) =>
      ['action_id', 'status', 'due_at', 'reason'].map((name) => cellOf(action[name])),
    ),
  );
}
