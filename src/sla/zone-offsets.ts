import { invariant } from '../domain/assert.ts';
import type { BusinessCalendar } from '../domain/sla/calendar.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const SPAN_MAX_MS = 20 * 366 * DAY_MS;
const OFFSET = /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/;

export type ZoneOffset = BusinessCalendar['offsets'][number];

export function isKnownZone(zone: string): boolean {
  try {
    offsetFormat(zone);
    return true;
  } catch (caught) {
    if (caught instanceof RangeError) return false;
    throw caught;
  }
}

/**
 * The offsets that a zone has from `from` on and before `to`, each with the exact instant at which
 * it begins; the first begins at `from`. Looked up day by day, since no zone changes twice in one.
 */
export function zoneOffsets(span: { zone: string; from: number; to: number }): ZoneOffset[] {
  invariant(span.to - span.from <= SPAN_MAX_MS, 'offsets are listed for 20 years at most');
  const format = offsetFormat(span.zone);
  let known: ZoneOffset = { from: span.from, minutes: offsetAt(format, span.from) };
  const offsets = [known];
  for (let before = span.from; before < span.to - 1; before += DAY_MS) {
    const after = Math.min(before + DAY_MS, span.to - 1);
    const minutes = offsetAt(format, after);
    if (minutes === known.minutes) continue;
    known = { from: changeBetween(format, before, after), minutes };
    offsets.push(known);
  }
  return offsets;
}

/** The first instant of the offset that holds at `after`, when another holds at `before`. */
function changeBetween(format: Intl.DateTimeFormat, before: number, after: number): number {
  const minutes = offsetAt(format, after);
  let [old, changed] = [before, after];
  while (changed - old > 1) {
    const middle = Math.floor((old + changed) / 2);
    if (offsetAt(format, middle) === minutes) changed = middle;
    else old = middle;
  }
  return changed;
}

function offsetFormat(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
}

/** Minutes, with a fraction for the offsets of old that had seconds. */
function offsetAt(format: Intl.DateTimeFormat, at: number): number {
  const name = format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? '';
  const parts = OFFSET.exec(name);
  invariant(parts !== null, `${name} is an offset from UTC`);
  const [, sign, hours = 0, minutes = 0, seconds = 0] = parts;
  const size = Number(hours) * 60 + Number(minutes) + Number(seconds) / 60;
  return sign === '-' ? -size : size;
}
