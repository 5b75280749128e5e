/** Dates and times of texts and back; undefined for what is none. */

const MOMENT =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;
const INSTANT_MAX_MS = 8.64e15;

interface Reading {
  zone: string;
  /** Time of day of a date that has none; null when such a date is refused. */
  time: string | null;
}

/** The instant of a date or date-time; one without an offset is taken in the zone. */
export function epochMsOf(text: string, { zone, time }: Reading): number | undefined {
  const match = MOMENT.exec(text);
  const day = match?.[1];
  if (match === null || day === undefined || !isDay(day)) return undefined;
  const [clock, seconds, offset] = [match[2], match[3], match[4]];
  const given = clock === undefined ? withSeconds(time) : clock + (seconds ?? ':00');
  if (given === undefined) return undefined;
  const at = Date.parse(`${day}T${given}${offset ?? 'Z'}`);
  if (Number.isNaN(at)) return undefined;
  return offset === undefined ? at - offsetMs(zone, at) : at;
}

/** Days that a rule has met and what they come to; a shop promises few at a time. */
const DAYS_MAX = 1000;
const DAY_CHARS = 10;

/** Writes dates and date-times as instants in UTC. */
export function instantWriter(reading: Reading): (text: string) => string | undefined {
  const days = new Map<string, string | undefined>();
  return (text) => {
    if (text.length !== DAY_CHARS) return instantOf(text, reading);
    if (days.has(text)) return days.get(text);
    const instant = instantOf(text, reading);
    if (days.size >= DAYS_MAX) days.clear();
    days.set(text, instant);
    return instant;
  };
}

function instantOf(text: string, reading: Reading): string | undefined {
  const at = epochMsOf(text, reading);
  return at === undefined ? undefined : isoOf(at);
}

function withSeconds(time: string | null): string | undefined {
  if (time === null) return undefined;
  return time.length === 5 ? `${time}:00` : time;
}

/** `Date.parse` takes the 31st of any month for a day of the next. */
function isDay(day: string): boolean {
  if (day.slice(8) <= '28') return true;
  const at = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}

export function isoOf(at: number): string | undefined {
  return Number.isInteger(at) && Math.abs(at) <= INSTANT_MAX_MS
    ? new Date(at).toISOString()
    : undefined;
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/**
 * What to take from a local time to have UTC. A local time that a clock change skips is read by
 * the offset before the change, one that it repeats is its first occurrence.
 */
function offsetMs(zone: string, local: number): number {
  if (zone === 'UTC') return 0;
  const dayMs = 24 * 60 * 60 * 1000;
  const before = shownMs(zone, local - dayMs) - (local - dayMs);
  const after = shownMs(zone, local + dayMs) - (local + dayMs);
  return shownMs(zone, local - before) === local || shownMs(zone, local - after) !== local
    ? before
    : after;
}

/** What a clock in the zone shows at an instant, as if it were UTC. */
function shownMs(zone: string, at: number): number {
  let format = FORMATS.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    FORMATS.set(zone, format);
  }
  return Date.parse(`${format.format(at).replace(' ', 'T')}Z`) + (((at % 1000) + 1000) % 1000);
}
