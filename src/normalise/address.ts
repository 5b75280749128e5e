import { DEFAULT_CRM, orderOfPickKey, type OrderAddress } from '../domain/ids.ts';
import { allHold, valueAt } from '../wiring/condition.ts';
import type { EventSpec } from '../wiring/spec.ts';
import type { EventOrigin } from './definition.ts';
import { CONNECTION_NAME, orderLane, stockLane, type Lane } from './lane.ts';
import { textOf } from './whereabouts.ts';

/** Whom an event concerns; null when nobody here. */
export type Concern = { to: 'order'; order: OrderAddress } | { to: 'stock' } | null;

export function concernOf(spec: EventSpec, value: unknown, origin: EventOrigin): Concern {
  if (!allHold(spec.only, value)) return null;
  if (spec.meaning === 'stock.risen') return { to: 'stock' };
  const order = orderOf(spec, value, origin);
  return order === null ? null : { to: 'order', order };
}

/** Our own reference names the order for certain; without one the default CRM's id has to do. */
function orderOf(spec: EventSpec, value: unknown, origin: EventOrigin): OrderAddress | null {
  const reference = spec.reference === null ? undefined : textOf(valueAt(value, spec.reference));
  const ours = reference === undefined ? undefined : orderOfPickKey(reference);
  if (ours !== undefined && CONNECTION_NAME.test(ours.connection)) return ours;
  const orderId = spec.orderId === null ? undefined : textOf(valueAt(value, spec.orderId));
  if (orderId === undefined) return null;
  return { connection: origin.kind === 'crm' ? origin.connection : DEFAULT_CRM, orderId };
}

export function laneOf(concern: Concern, { connection }: EventOrigin): Lane | null {
  if (concern === null) return null;
  return concern.to === 'stock' ? stockLane(connection) : orderLane(concern.order);
}
