import fc from 'fast-check';
import type { BusinessCalendar } from '../../src/domain/sla/calendar.ts';

export const MINUTE_MS = 60_000;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** What the clock on the wall shows throughout one minute. */
interface Wall {
  date: string;
  weekday: number;
  minute: number;
}

/** The wall clock of a zone, minute by minute, as Node's Intl shows it. */
export interface WallTape {
  zone: string;
  from: number;
  minutes: Wall[];
}

export function tapeWall(zone: string, from: string, days: number): WallTape {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  const start = Date.parse(from);
  const minutes = Array.from({ length: days * 24 * 60 }, (_, index): Wall => {
    const parts = new Map(
      format.formatToParts(start + index * MINUTE_MS).map(({ type, value }) => [type, value]),
    );
    const read = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
    return {
      date: `${read('year')}-${read('month')}-${read('day')}`,
      weekday: WEEKDAYS.indexOf(read('weekday')),
      minute: Number(read('hour')) * 60 + Number(read('minute')),
    };
  });
  return { zone, from: start, minutes };
}

export function endOf(tape: WallTape): number {
  return tape.from + tape.minutes.length * MINUTE_MS;
}

/** Business time by looking at the wall clock in every single minute. */
export function slowMsBetween(
  tape: WallTape,
  calendar: BusinessCalendar,
  from: number,
  to: number,
): number {
  let passed = 0;
  for (const minute of openMinutes(tape, calendar)) {
    passed += Math.max(0, Math.min(to, minute + MINUTE_MS) - Math.max(from, minute));
  }
  return passed;
}

/** The same for the instant at which it has passed; null when the tape ends before. */
export function slowAdd(
  tape: WallTape,
  calendar: BusinessCalendar,
  from: number,
  ms: number,
): number | null {
  let toGo = ms;
  if (toGo === 0) return from;
  for (const minute of openMinutes(tape, calendar)) {
    const begins = Math.max(from, minute);
    const lasts = Math.max(0, minute + MINUTE_MS - begins);
    if (toGo <= lasts) return begins + toGo;
    toGo -= lasts;
  }
  return null;
}

export function* openMinutes(tape: WallTape, calendar: BusinessCalendar): Generator<number> {
  for (const [index, { date, weekday, minute }] of tape.minutes.entries()) {
    const hours = calendar.week[weekday] ?? [];
    if (calendar.holidays.includes(date)) continue;
    if (!hours.some(({ from, to }) => from <= minute && minute < to)) continue;
    yield tape.from + index * MINUTE_MS;
  }
}

/** Any week and any holidays, with hours that like to end at midnight and around the clock change. */
export function calendars(tape: WallTape, offsets: BusinessCalendar['offsets']) {
  const edge = fc.oneof(
    fc.constantFrom(0, 90, 105, 120, 135, 150, 180, 8 * 60, 18 * 60, 24 * 60),
    fc.integer({ min: 0, max: 24 * 60 }),
  );
  const day = fc.uniqueArray(edge, { maxLength: 6 }).map(toHours);
  const dates = [...new Set(tape.minutes.map(({ date }) => date))];
  return fc.record({
    name: fc.constant('any'),
    zone: fc.constant(tape.zone),
    offsets: fc.constant(offsets),
    week: fc.array(day, { minLength: 7, maxLength: 7 }),
    holidays: fc.subarray(dates, { maxLength: 4 }),
  });
}

function toHours(edges: number[]): { from: number; to: number }[] {
  const sorted = edges.toSorted((a, b) => a - b);
  return sorted.flatMap((from, index) => {
    const to = sorted[index + 1];
    return index % 2 === 0 && to !== undefined ? [{ from, to }] : [];
  });
}
