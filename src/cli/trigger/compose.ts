import { randomUUID } from 'node:crypto';
import { usage } from '../flags.ts';
import { SEED_ORDER_ID, type Fixture } from './fixtures.ts';
import { applySetting, readSetting } from './set-path.ts';

export interface Composition {
  /** Lower case, such as `order.created`. */
  type: string;
  fixture: Fixture;
  orderId: string | undefined;
  /** What is known of the order, over the fixture's payload. */
  known: Record<string, unknown>;
  /** `--set` as typed. */
  settings: readonly string[];
}

export interface Composed {
  eventId: string;
  eventType: string;
  orderId: string | null;
  body: string;
}

/** The exact text of event number `number`, with an id of its own. */
export function compose(composition: Composition, number: number): Composed {
  const { type, fixture, known, settings } = composition;
  const now = new Date();
  const orderId =
    composition.orderId ?? (type === 'order.created' ? freshOrderId(now) : SEED_ORDER_ID);
  const envelope: Record<string, unknown> = {
    event_id: `evt_${randomUUID()}`,
    event_type: type.toUpperCase(),
    event_version: '1.0',
    timestamp: now.toISOString(),
    source: fixture.source,
    payload: structuredClone({ ...fixture.payload(orderId, now), ...known }),
  };
  for (const text of settings) applySetting(envelope, readSetting(text, number));
  return {
    eventId: sendableId(envelope['event_id']),
    eventType: textOf(envelope['event_type']) ?? '',
    orderId: orderIdOf(envelope['payload']),
    body: JSON.stringify(envelope),
  };
}

/** It travels in a header as well. */
function sendableId(value: unknown): string {
  const text = textOf(value);
  if (text !== undefined && /^[\x21-\x7e]+$/.test(text)) return text;
  throw usage(
    '--set event_id takes a text of visible ASCII characters, as it travels in a header.',
  );
}

/** A new order each time: the same id twice would be the same order. */
function freshOrderId(now: Date): string {
  const day = now.toISOString().slice(0, 10).replaceAll('-', '');
  return `ORD-${day}-${randomUUID().slice(0, 8)}`;
}

function orderIdOf(payload: unknown): string | null {
  if (typeof payload !== 'object' || payload === null) return null;
  if ('order_id' in payload) return textOf(payload.order_id) ?? null;
  if (!('external_ref' in payload)) return null;
  const ref = payload.external_ref;
  return typeof ref === 'object' && ref !== null && 'id' in ref ? (textOf(ref.id) ?? null) : null;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
