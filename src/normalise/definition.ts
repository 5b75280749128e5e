import type { z } from 'zod';
import type { OrderAddress } from '../domain/ids.ts';
import type { OrderInput } from '../domain/inputs.ts';
import type { ConnectionKind } from '../wiring/spec.ts';
import type { Lane } from './lane.ts';

/** What every input carries of the event that it came from. */
export interface Fact {
  connection: string;
  eventId: string;
  /** When the inbox received it, epoch ms. */
  receivedAt: number;
}

/** Who sends: a connection without a file of its own speaks like the one named after its kind. */
export interface EventOrigin {
  connection: string;
  kind: ConnectionKind;
}

/** A webhook whose JSON is parsed. */
export interface RawEvent {
  value: unknown;
  body: Buffer;
  /** By lower-case name. */
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** An event that has what every event of its sender has, and fits the schema of its type. */
export interface ReadEvent {
  eventId: string;
  eventType: string;
  source: string;
  /** When the sender says that it happened, epoch ms; null when it does not say. */
  sentAt: number | null;
  /** Null when nothing here acts on it. */
  lane: Lane | null;
  /** It confirms what we asked for: it may wait to travel with the lane's next event. */
  confirms: boolean;
}

export type ReadResult = { ok: true; event: ReadEvent } | { ok: false; error: z.ZodError };

export type Normalised =
  | { to: 'order'; order: OrderAddress; input: OrderInput }
  /** Stock of this SKU may have risen. */
  | { to: 'stock'; wms: string; sku: string };
