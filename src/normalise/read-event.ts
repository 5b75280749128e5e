import { z } from 'zod';
import { IdSchema } from '../contracts/primitives.ts';
import type { Wiring } from '../wiring/compile.ts';
import type { WebhooksSpec, Whereabouts } from '../wiring/spec.ts';
import { concernOf, laneOf } from './address.ts';
import type { EventOrigin, RawEvent, ReadEvent, ReadResult } from './definition.ts';
import { specOf } from './spec-of.ts';
import { momentAt, textAt, textOf } from './whereabouts.ts';

/**
 * Checks an event against what its sender's file says: what every event has, then the schema of its
 * type. A type that the file does not name, such as a warehouse's ORDER.CREATED, is stored and acted
 * on by nobody, so that a later mapping can use it.
 */
export function readEvent(wiring: Wiring, origin: EventOrigin, raw: RawEvent): ReadResult {
  const webhooks = specOf(wiring, origin)?.webhooks ?? null;
  if (webhooks === null) return refused([], 'this connection takes no webhooks');
  const event = webhooks.events.get(textAt(webhooks.type, raw) ?? '');
  const schema =
    event === undefined ? envelopeOf(wiring, webhooks) : wiring.bundle.mapping(event.map).source;
  const parsed = schema?.safeParse(raw.value);
  if (parsed?.success === false) return { ok: false, error: parsed.error };
  const named = readNames(webhooks, raw, origin);
  if ('ok' in named) return named;
  if (event === undefined) {
    return { ok: true, event: { ...named, lane: null, confirms: false } };
  }
  const lane = laneOf(concernOf(event, parsed?.data, origin), origin);
  return { ok: true, event: { ...named, lane, confirms: event.confirms } };
}

function envelopeOf({ bundle }: Wiring, { envelope }: WebhooksSpec): z.ZodType | undefined {
  return envelope === null ? undefined : bundle.schemas.get(envelope);
}

type Names = Omit<ReadEvent, 'lane' | 'confirms'>;

function readNames(
  webhooks: WebhooksSpec,
  raw: RawEvent,
  { connection }: EventOrigin,
): Names | Extract<ReadResult, { ok: false }> {
  const eventId = textAt(webhooks.id, raw);
  if (eventId === undefined) return missing(webhooks.id, 'the id of the event is not there');
  const eventType = textAt(webhooks.type, raw);
  if (eventType === undefined) return missing(webhooks.type, 'the type of the event is not there');
  for (const [text, place] of [
    [eventId, webhooks.id],
    [eventType, webhooks.type],
  ] as const) {
    const read = IdSchema.safeParse(text);
    if (!read.success) return missing(place, read.error.issues[0]?.message ?? 'is no id');
  }
  const source = sourceOf(raw.value) ?? connection;
  return { eventId, eventType, source, sentAt: momentAt(webhooks.at, raw) };
}

/** Who sent it, where the body says so. */
function sourceOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('source' in value)) return undefined;
  return textOf(value.source)?.slice(0, SOURCE_CHARS_MAX);
}

const SOURCE_CHARS_MAX = 128;

function missing(place: Whereabouts, message: string): Extract<ReadResult, { ok: false }> {
  return refused(place.kind === 'body' ? place.path : [], message);
}

function refused(path: readonly string[], message: string): Extract<ReadResult, { ok: false }> {
  const issue = { code: 'custom' as const, path: [...path], message, input: undefined };
  return { ok: false, error: new z.ZodError([issue]) };
}
