import { z } from 'zod';
import { EnvelopeSchema, type Envelope } from '../contracts/envelope.ts';
import type { OrderAddress } from '../domain/ids.ts';
import type { OrderInput } from '../domain/inputs.ts';
import type { Lane } from './lane.ts';

/** What every input carries of the event that it came from. */
export interface Fact {
  connection: string;
  eventId: string;
  /** When the inbox received it, epoch ms. */
  receivedAt: number;
}

export type Normalised =
  | { to: 'order'; order: OrderAddress; input: OrderInput }
  /** Stock of this SKU may have risen. */
  | { to: 'stock'; wms: string; sku: string };

/** An event whose envelope and payload fit their schema. */
export interface ReadEvent {
  eventId: string;
  eventType: string;
  source: string;
  /** `timestamp` of the envelope, epoch ms. */
  sentAt: number;
  /** Null when nothing here acts on it. */
  lane: Lane | null;
  /** It confirms what we asked for: it may wait to travel with the lane's next event. */
  confirms: boolean;
  normalise(fact: Fact): Normalised | null;
}

export type ReadResult = { ok: true; event: ReadEvent } | { ok: false; error: z.ZodError };

/** One event type of one kind of connection. */
export type EventDefinition = (raw: unknown, connection: string) => ReadResult;

interface DefinitionInput<Payload extends z.ZodType> {
  payload: Payload;
  confirms: boolean;
  lane(payload: z.infer<Payload>, connection: string): Lane | null;
  normalise(payload: z.infer<Payload>, fact: Fact, head: EnvelopeHead): Normalised | null;
}

/** The envelope without its payload. */
export type EnvelopeHead = Omit<Envelope, 'payload'>;

type EnvelopeWith<Payload extends z.ZodType> = EnvelopeHead & {
  payload: z.infer<Payload>;
};

/** `extend` keeps the envelope's fields and puts the payload's schema in place of the open record. */
function envelopeWith<Payload extends z.ZodType>(
  payload: Payload,
): z.ZodType<EnvelopeWith<Payload>> {
  return EnvelopeSchema.extend({ payload }) as unknown as z.ZodType<EnvelopeWith<Payload>>;
}

/** Envelope and payload in one schema, so that a body is checked in one pass. */
export function defineEvent<Payload extends z.ZodType>(
  definition: DefinitionInput<Payload>,
): EventDefinition {
  const schema = envelopeWith(definition.payload);
  return (raw, connection) => {
    const parsed = schema.safeParse(raw);
    if (!parsed.success) return { ok: false, error: parsed.error };
    const { payload, ...head } = parsed.data;
    return {
      ok: true,
      event: {
        ...headOf(head),
        lane: definition.lane(payload, connection),
        confirms: definition.confirms,
        normalise: (fact) => definition.normalise(payload, fact, head),
      },
    };
  };
}

/** A type that nothing here acts on: stored as it came, so that a later mapping can use it. */
export const unknownEvent: EventDefinition = (raw) => {
  const parsed = EnvelopeSchema.safeParse(raw);
  if (!parsed.success) return { ok: false, error: parsed.error };
  const event = { ...headOf(parsed.data), lane: null, confirms: false, normalise: () => null };
  return { ok: true, event };
};

function headOf(envelope: EnvelopeHead) {
  return {
    eventId: envelope.event_id,
    eventType: envelope.event_type,
    source: envelope.source,
    sentAt: Date.parse(envelope.timestamp),
  };
}
