import type { Json } from './product.ts';
import type { Trial } from './random-trial.ts';

const SHOWN_MAX = 5;
const TAIL = 25;

interface Unfinished {
  open: readonly Json[];
  /** Events that no order has taken. */
  underWay: number;
}

/** What orders that do not end wait for. */
export async function describeOpen(trial: Trial, { open, underWay }: Unfinished): Promise<string> {
  const shown = await Promise.all(
    open.slice(0, SHOWN_MAX).map(({ order_id }) => describeOrder(trial, order_id)),
  );
  const names = open.map((order) => `${order.order_id} ${order.stage}`).join(', ');
  return `seed ${trial.seed}: ${open.length} orders have not ended and ${underWay} events are under way: ${names}\n\n${shown.join('\n\n')}`;
}

/** All that is known of one order, for a person who looks for the cause. */
export async function describeOrder(trial: Trial, orderId: string): Promise<string> {
  const { api, crm, wms } = trial.product;
  const { body: order } = await api('GET', `/orders/${orderId}`);
  const { body: letters } = await api('GET', `/dead-letters?order_id=${orderId}`);
  const { body: events } = await api('GET', `/events?order_id=${orderId}&limit=200`);
  const { body: picks } = await wms('GET', `/picks?order_id=${orderId}`);
  const { body: shown } = await crm('GET', `/orders/${orderId}`);
  const row = (value: Json): string => `  ${JSON.stringify(value)}`;
  const timeline: Json[] = order.timeline ?? [];
  const statements = trial.wishes.get(orderId)?.statements ?? [];
  return [
    `${orderId}: ${order.stage} ${order.headline} ${JSON.stringify(order.flags)} version ${order.version}`,
    'waits for:',
    ...(order.waits_for ?? []).map(row),
    'lines:',
    ...(order.lines ?? []).map(row),
    'the CRM asked:',
    ...statements.map((said) =>
      row({ ...said, units: said.units === null ? null : Object.fromEntries(said.units) }),
    ),
    `the CRM shows ${shown.status} version ${shown.version}:`,
    ...(shown.lines ?? []).map(row),
    'the WMS shows:',
    ...(picks.items ?? []).map(row),
    'Crossdock says of the picks:',
    ...(order.picks ?? []).map(row),
    'dead letters:',
    ...(letters.items ?? []).map(row),
    'events not applied:',
    ...(events.items ?? []).filter((event: Json) => event.status !== 'applied').map(row),
    'timeline:',
    ...timeline.slice(-TAIL).map((entry) => `  ${entry.at} ${entry.kind}: ${entry.summary}`),
  ].join('\n');
}
