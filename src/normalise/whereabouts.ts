import { createHash } from 'node:crypto';
import { valueAt } from '../wiring/condition.ts';
import type { Whereabouts } from '../wiring/spec.ts';
import type { RawEvent } from './definition.ts';

/** Seconds since 1970 have ten digits until the year 2286, milliseconds thirteen. */
const SECONDS_MAX = 1e11;

/** The text at a place of an event; a number is written out. Undefined where nothing is. */
export function textAt(place: Whereabouts, event: RawEvent): string | undefined {
  switch (place.kind) {
    case 'body':
      return textOf(valueAt(event.value, place.path));
    case 'header': {
      const header = event.headers[place.header];
      return typeof header === 'string' ? header : header?.[0];
    }
    case 'digest':
      return createHash('sha256').update(event.body).digest('hex');
  }
}

export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Epoch ms of an ISO text, or of seconds or milliseconds since 1970; null for none of them. */
export function momentAt(place: Whereabouts | null, event: RawEvent): number | null {
  const text = place === null ? undefined : textAt(place, event);
  if (text === undefined) return null;
  const at = /^\d{9,14}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(at)) return null;
  return /^\d+$/.test(text) && at < SECONDS_MAX ? at * 1000 : at;
}
