import { createHash } from 'node:crypto';
import type { OutgoingEvent } from '../../delivery/delivery.ts';
import type { Order } from './store.ts';

type Kind = 'created' | 'updated' | 'cancelled';

/** Characters of an order id that stand in an event id, so that the whole fits in 128. */
const ID_CHARS_MAX = 80;

interface EventInput {
  order: Order;
  kind: Kind;
  /** Members beside order id and version. */
  payload: Record<string, unknown>;
}

/** The webhook that tells one version of an order. */
export function outgoingEvent({ order, kind, payload }: EventInput): OutgoingEvent {
  const eventId = `evt_crm_${eventIdPart(order.orderId)}_${order.version}_${kind}`;
  const eventType = `ORDER.${kind.toUpperCase()}`;
  const body = JSON.stringify({
    event_id: eventId,
    event_type: eventType,
    event_version: '1.0',
    timestamp: new Date(order.updatedAt).toISOString(),
    source: 'crm.sandbox',
    payload: { order_id: order.orderId, version: order.version, ...payload },
  });
  return { eventId, eventType, body, at: order.updatedAt };
}

/** An order id in the alphabet of event ids; a hash keeps two that sanitise alike apart. */
function eventIdPart(orderId: string): string {
  const plain = orderId.replaceAll(/[^A-Za-z0-9.:-]/g, '-').slice(0, ID_CHARS_MAX);
  if (plain === orderId) return plain;
  return `${plain}.${createHash('sha256').update(orderId).digest('hex').slice(0, 12)}`;
}
