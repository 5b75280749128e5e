import { AppError } from '../errors.ts';
import type { OrderInput } from '../domain/inputs.ts';
import { describeMapErrors } from '../mapping/describe-error.ts';
import type { Wiring } from '../wiring/compile.ts';
import type { EventSpec } from '../wiring/spec.ts';
import { concernOf } from './address.ts';
import type { EventOrigin, Fact, Normalised } from './definition.ts';
import { inputOf, skuOf } from './inputs.ts';
import { specOf } from './spec-of.ts';
import { momentAt } from './whereabouts.ts';

/** An event of the inbox. */
export interface KeptEvent extends Fact, EventOrigin {
  eventType: string;
  body: Buffer;
}

/**
 * What a stored event asks for; null when nothing acts on it. Throws when its body does not fit the
 * schema, which it did when it was taken.
 */
export function normaliseEvent(wiring: Wiring, kept: KeptEvent): Normalised | null {
  const webhooks = specOf(wiring, kept)?.webhooks;
  const event = webhooks?.events.get(kept.eventType);
  if (webhooks == null || event === undefined) return null;
  const value: unknown = JSON.parse(kept.body.toString('utf8'));
  const parsed = wiring.bundle.mapping(event.map).source.parse(value);
  const concern = concernOf(event, parsed, kept);
  if (concern === null) return null;
  const result = wiring.bundle.map(event.map, parsed);
  if (concern.to === 'stock') {
    if (!result.ok) throw unmappedStock(event, describeMapErrors(result.errors));
    return { to: 'stock', wms: kept.connection, sku: skuOf(result.output) };
  }
  const { connection, eventId, receivedAt, eventType } = kept;
  const fact: Fact = { connection, eventId, receivedAt };
  const sentAt = momentAt(webhooks.at, { value, body: kept.body, headers: {} }) ?? receivedAt;
  const input: OrderInput = result.ok
    ? inputOf(event.meaning, result.output, { fact, sentAt })
    : {
        type: 'event_unmapped',
        ...fact,
        eventType,
        code: result.errors[0]?.code ?? 'MAP_TARGET',
        detail: describeMapErrors(result.errors),
      };
  return { ...concern, input };
}

function unmappedStock({ type }: EventSpec, detail: string): AppError {
  return new AppError('validation', `${type} could not be read: ${detail}`);
}
