import { invariant } from '../assert.ts';
import { dayOfDate, weekdayOf } from './local-day.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** How far ahead business time is looked for: five years, so that a look has an end. */
export const BUSINESS_HORIZON_MS = 5 * 366 * DAY_MS;

/** When work is done, as data: the zone's offsets are listed, so that history replays the same. */
export interface BusinessCalendar {
  name: string;
  /** IANA name, only for showing. */
  zone: string;
  /** Offset of the zone from UTC from each instant on (epoch ms), ascending; the first holds before it too. */
  offsets: { from: number; minutes: number }[];
  /** Opening hours per weekday, 0 = Sunday; minutes of the local day [from, to), to <= 1440, ascending, not touching. */
  week: { from: number; to: number }[][];
  /** Local dates `YYYY-MM-DD` on which it is closed. */
  holidays: string[];
}

/**
 * The first instant, not before `from`, at which `ms` of business time have passed since `from`;
 * null when that takes longer than `BUSINESS_HORIZON_MS`.
 */
export function addBusinessMs(calendar: BusinessCalendar, from: number, ms: number): number | null {
  if (ms <= 0) return from;
  let toGo = ms;
  for (const open of openSpans(calendar, { from, to: from + BUSINESS_HORIZON_MS })) {
    const lastsMs = open.to - open.from;
    if (toGo <= lastsMs) return open.from + toGo;
    toGo -= lastsMs;
  }
  return null;
}

/** Business time from one instant to another; 0 when the second is not after the first. */
export function businessMsBetween(calendar: BusinessCalendar, from: number, to: number): number {
  let passed = 0;
  for (const open of openSpans(calendar, { from, to })) passed += open.to - open.from;
  return passed;
}

/** Instants from `from` on and before `to`. */
interface Span {
  from: number;
  to: number;
}

/** A span throughout which the zone keeps one offset. */
interface Stretch extends Span {
  offsetMs: number;
}

/**
 * The times within a span at which it is open, ascending. It is open at an instant when the clock
 * on its wall shows an open time then: hours that the clock skips do not exist, and hours that it
 * shows twice are open twice.
 */
function* openSpans(calendar: BusinessCalendar, within: Span): Generator<Span> {
  const holidays = new Set(calendar.holidays.map(dayOfDate));
  for (const stretch of stretches(calendar, within)) {
    const last = localDay(stretch.to - 1, stretch.offsetMs);
    for (let day = localDay(stretch.from, stretch.offsetMs); day <= last; day++) {
      if (!holidays.has(day)) yield* openOn(calendar, day, stretch);
    }
  }
}

function* stretches({ offsets }: BusinessCalendar, within: Span): Generator<Stretch> {
  invariant(offsets.length > 0, 'a calendar has at least one offset');
  for (const [index, { from, minutes }] of offsets.entries()) {
    const start = index === 0 ? within.from : Math.max(within.from, from);
    const end = Math.min(within.to, offsets[index + 1]?.from ?? within.to);
    if (start < end) yield { from: start, to: end, offsetMs: minutes * MINUTE_MS };
  }
}

function* openOn(calendar: BusinessCalendar, day: number, stretch: Stretch): Generator<Span> {
  const midnight = day * DAY_MS - stretch.offsetMs;
  for (const hours of calendar.week[weekdayOf(day)] ?? []) {
    const from = Math.max(stretch.from, midnight + hours.from * MINUTE_MS);
    const to = Math.min(stretch.to, midnight + hours.to * MINUTE_MS);
    if (from < to) yield { from, to };
  }
}

function localDay(at: number, offsetMs: number): number {
  return Math.floor((at + offsetMs) / DAY_MS);
}
