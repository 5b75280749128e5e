import { z } from 'zod';
import { PickStatusSchema, type PickStatus } from '../../contracts/picks.ts';
import type { Api } from '../api.ts';
import { call } from '../call.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { readAs } from '../rows.ts';
import { pickLine } from './fixtures.ts';

type Payload = Record<string, unknown>;

const PickLineSchema = z.looseObject({
  line_id: z.string(),
  sku: z.string(),
  requested: z.int(),
  picked: z.int(),
  short: z.int(),
  cancelled: z.int(),
});

const OrderSchema = z.looseObject({
  priority: z.string(),
  lines: z.array(z.looseObject({ line_id: z.string(), sku: z.string(), ordered: z.int() })),
  task: z.looseObject({ task_id: z.string() }).nullable(),
  picks: z.array(
    z.looseObject({
      pick_id: z.string().nullable(),
      reference: z.string().nullable(),
      status: z.string(),
      lines: z.array(PickLineSchema),
    }),
  ),
});
type Order = z.infer<typeof OrderSchema>;
type KnownPick = Order['picks'][number];

const ACCOUNT_PRIORITY: Readonly<Record<string, string>> = {
  urgent: 'platinum',
  high: 'gold',
  normal: 'silver',
  low: 'bronze',
};

interface Wanted {
  api: Api;
  /** Lower case, such as `order.updated`. */
  eventType: string;
  orderId: string;
  timeoutMs: number;
}

/** What the fixture of this type has to hold to be about an order that Crossdock knows. */
export async function payloadOfKnownOrder({
  api,
  eventType,
  orderId,
  timeoutMs,
}: Wanted): Promise<Payload> {
  const order = await findOrder(api, orderId);
  if (order === undefined) return {};
  if (eventType === 'order.updated') return updateOf(order);
  if (eventType.startsWith('task.')) {
    return order.task === null ? {} : { task_id: order.task.task_id };
  }
  if (!eventType.startsWith('pick.')) return {};
  const status = PickStatusSchema.parse(eventType.slice('pick.'.length).toUpperCase());
  const pick = order.picks.findLast((one) => !isOver(one)) ?? order.picks.at(-1);
  return pick === undefined ? {} : pickOf(pick, status, await nextSequence(api, pick, timeoutMs));
}

async function findOrder(api: Api, orderId: string): Promise<Order | undefined> {
  const path = `/api/v1/orders/${encodeURIComponent(orderId)}`;
  try {
    return readAs(OrderSchema, await api.ask({ method: 'GET', path }), path);
  } catch (error) {
    if (error instanceof CliError && error.exit === EXIT.notFound) return undefined;
    throw error;
  }
}

/** The order as it is, so that --set changes just what it names. */
function updateOf({ lines, priority }: Order): Payload {
  return {
    customer: { account_priority: ACCOUNT_PRIORITY[priority] ?? 'silver' },
    items: lines
      .filter(({ ordered }) => ordered > 0)
      .map(({ line_id, sku, ordered }) => ({ line_id, sku, qty: ordered })),
  };
}

function pickOf(pick: KnownPick, status: PickStatus, sequence: number): Payload {
  const lines = pick.lines.map(({ line_id, sku, requested, picked, short, cancelled }) => {
    const move = pickLine(status, Math.max(0, requested - picked - short - cancelled));
    return {
      line_id,
      sku,
      delta: move.delta,
      cumulative: picked + move.delta,
      short,
      cancelled: cancelled + (move.cancelled ?? 0),
    };
  });
  const { pick_id, reference } = pick;
  return { ...(pick_id === null ? {} : { pick_id }), reference, sequence, lines };
}

/** Only the warehouse knows the number of its last event; it is asked when it is ours. */
async function nextSequence(
  { instance }: Api,
  { pick_id: pickId }: KnownPick,
  timeoutMs: number,
): Promise<number> {
  const run = instance.local?.run;
  const wms = run?.urls['wms'];
  if (pickId === null || run === undefined || wms === undefined) return 1;
  const { json } = await call({
    method: 'GET',
    url: `${wms}/api/v1/picks/${encodeURIComponent(pickId)}`,
    headers: { authorization: `Bearer ${run.secrets.wms_token}` },
    timeoutMs,
  });
  const read = z.looseObject({ sequence: z.int() }).safeParse(json);
  return read.success ? read.data.sequence + 1 : 1;
}

function isOver({ status }: KnownPick): boolean {
  return status === 'COMPLETED' || status === 'CANCELLED';
}
