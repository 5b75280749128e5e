import {
  OrderCancelledSchema,
  OrderCreatedSchema,
  OrderUpdatedSchema,
  type OrderCancelled,
  type OrderCreated,
  type OrderUpdated,
} from '../contracts/crm.ts';
import { lineIdOf, type OrderAddress } from '../domain/ids.ts';
import type { AskedLine, OrderInput, OrderIntent } from '../domain/inputs.ts';
import type { Priority } from '../domain/priority.ts';
import {
  defineEvent,
  type EnvelopeOf,
  type EventReader,
  type Fact,
  type Normalised,
} from './definition.ts';
import { orderLane } from './lane.ts';

const PRIORITY_OF: ReadonlyMap<string, Priority> = new Map([
  ['platinum', 'urgent'],
  ['gold', 'high'],
  ['silver', 'normal'],
  ['bronze', 'low'],
]);

type OrderPayload = OrderCreated | OrderUpdated;

function laneOf(payload: { order_id: string }, connection: string) {
  return orderLane({ connection, orderId: payload.order_id });
}

function toOrder(fact: Fact, orderId: string, input: OrderInput): Normalised {
  const order: OrderAddress = { connection: fact.connection, orderId };
  return { to: 'order', order, input };
}

export interface Unmapped {
  code: string;
  detail: string;
}

/** What the CRM wants, or the first value that no rule of ours maps. */
export function intentOf(payload: OrderPayload, version: number | null): OrderIntent | Unmapped {
  const asked = payload.customer?.account_priority;
  const priority = asked === undefined ? 'normal' : PRIORITY_OF.get(asked);
  if (priority === undefined) {
    return {
      code: 'MAP_ENUM',
      detail: `customer.account_priority holds a text that is none of ${[...PRIORITY_OF.keys()].join(', ')}.`,
    };
  }
  const lines = linesOf(payload);
  if (new Set(lines.map((line) => line.lineId)).size < lines.length) {
    return { code: 'MAP_LINE_ID', detail: 'items names the same line_id twice.' };
  }
  const promisedAt = promisedAtOf(payload.fulfillment?.requested_date);
  return { version, priority, promisedAt, lines };
}

function linesOf(payload: OrderPayload): AskedLine[] {
  return payload.items.map((item, index) => ({
    lineId: item.line_id ?? lineIdOf(payload.order_id, index + 1),
    sku: item.sku,
    qty: item.qty,
  }));
}

/** A day is promised until its last minute. */
function promisedAtOf(requested: string | undefined): number | null {
  if (requested === undefined) return null;
  return Date.parse(requested.includes('T') ? requested : `${requested}T23:59:00Z`);
}

function created(
  payload: OrderCreated,
  fact: Fact,
  envelope: EnvelopeOf<OrderCreated>,
): Normalised {
  const intent = intentOf(payload, payload.version ?? 1);
  return toOrder(
    fact,
    payload.order_id,
    'code' in intent
      ? { type: 'event_unmapped', ...fact, eventType: envelope.event_type, ...intent }
      : { type: 'order_created', ...fact, ...intent },
  );
}

function updated(
  payload: OrderUpdated,
  fact: Fact,
  envelope: EnvelopeOf<OrderUpdated>,
): Normalised {
  const intent = intentOf(payload, payload.version ?? null);
  const sentAt = Date.parse(envelope.timestamp);
  return toOrder(
    fact,
    payload.order_id,
    'code' in intent
      ? { type: 'event_unmapped', ...fact, eventType: envelope.event_type, ...intent }
      : { type: 'order_updated', ...fact, sentAt, ...intent },
  );
}

export const CRM_EVENTS: Record<string, EventReader> = {
  'ORDER.CREATED': defineEvent({
    payload: OrderCreatedSchema,
    confirms: false,
    lane: laneOf,
    normalise: created,
  }),
  'ORDER.UPDATED': defineEvent({
    payload: OrderUpdatedSchema,
    confirms: false,
    lane: laneOf,
    normalise: updated,
  }),
  'ORDER.CANCELLED': defineEvent<OrderCancelled>({
    payload: OrderCancelledSchema,
    confirms: false,
    lane: laneOf,
    normalise: (payload, fact) =>
      toOrder(fact, payload.order_id, {
        type: 'order_cancelled',
        ...fact,
        version: payload.version ?? null,
        reason: payload.reason ?? null,
        lines: payload.lines ?? null,
      }),
  }),
};
