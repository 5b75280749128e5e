import type { Wiring } from '../wiring/compile.ts';
import type { EventOrigin, Normalised, RawEvent, ReadResult } from './definition.ts';
import { normaliseEvent, type KeptEvent } from './normalise-event.ts';
import { readEvent } from './read-event.ts';

/** What is made of webhooks, by the mappings of today: what waits is read by a mended one. */
export interface EventReading {
  read(origin: EventOrigin, raw: RawEvent): ReadResult;
  normalise(kept: KeptEvent): Normalised | null;
}

export function createEventReading(wiring: () => Wiring): EventReading {
  return {
    read: (origin, raw) => readEvent(wiring(), origin, raw),
    normalise: (kept) => normaliseEvent(wiring(), kept),
  };
}
