import type { z } from 'zod';
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
  readonly envelope: Envelope;
  /** Null when nothing here acts on it. */
  readonly lane: Lane | null;
  /** It confirms what we asked for: it may wait to travel with the lane's next event. */
  readonly confirms: boolean;
  /** What it asks for; null when nothing acts on it. */
  normalise(fact: Fact): Normalised | null;
}

export type ReadResult = { ok: true; event: ReadEvent } | { ok: false; error: z.ZodError };

/** Reads one event type of one kind of connection. */
export type EventReader = (raw: unknown, connection: string) => ReadResult;

/** The envelope of a payload that fits its schema. */
export type EnvelopeOf<Payload> = Omit<Envelope, 'payload'> & { payload: Payload };

interface DefinitionInput<Payload> {
  payload: z.ZodType<Payload>;
  confirms: boolean;
  lane(payload: Payload, connection: string): Lane | null;
  normalise(payload: Payload, fact: Fact, envelope: EnvelopeOf<Payload>): Normalised | null;
}

/** Envelope and payload in one schema, so that a body is checked in one pass. */
export function defineEvent<Payload>(definition: DefinitionInput<Payload>): EventReader {
  const schema = EnvelopeSchema.extend({ payload: definition.payload });
  return (raw, connection) => {
    const parsed = schema.safeParse(raw);
    if (!parsed.success) return { ok: false, error: parsed.error };
    const envelope = parsed.data as unknown as EnvelopeOf<Payload>;
    const lane = definition.lane(envelope.payload, connection);
    return { ok: true, event: new DefinedEvent(definition, envelope, lane) };
  };
}

/** A class, because every request makes one: no closure of its own for each. */
class DefinedEvent<Payload> implements ReadEvent {
  readonly envelope: Envelope;
  readonly lane: Lane | null;
  readonly confirms: boolean;
  private readonly definition: DefinitionInput<Payload>;
  private readonly typed: EnvelopeOf<Payload>;

  constructor(
    definition: DefinitionInput<Payload>,
    envelope: EnvelopeOf<Payload>,
    lane: Lane | null,
  ) {
    this.envelope = envelope as unknown as Envelope;
    this.lane = lane;
    this.confirms = definition.confirms;
    this.definition = definition;
    this.typed = envelope;
  }

  normalise(fact: Fact): Normalised | null {
    return this.definition.normalise(this.typed.payload, fact, this.typed);
  }
}

/** A type that nothing here acts on: stored as it came, so that a later mapping can use it. */
export const readUnknown: EventReader = (raw) => {
  const parsed = EnvelopeSchema.safeParse(raw);
  if (!parsed.success) return { ok: false, error: parsed.error };
  const event = { envelope: parsed.data, lane: null, confirms: false, normalise: () => null };
  return { ok: true, event };
};
