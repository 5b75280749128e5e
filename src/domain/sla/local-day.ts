import { invariant } from '../assert.ts';

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** From 1 March of the year 0 to 1 January 1970. */
const DAYS_TO_1970 = 719_468;

/** Days from 1970-01-01 to a local date `YYYY-MM-DD`, counted without any clock or zone. */
export function dayOfDate(date: string): number {
  const [, year, month, day] = (DATE.exec(date) ?? []).map(Number);
  invariant(year !== undefined && month !== undefined && day !== undefined, `${date} is a date`);
  // A year that begins in March has its leap day at the end, so that its months count evenly.
  const marchYear = month > 2 ? year : year - 1;
  const monthsFromMarch = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * monthsFromMarch + 2) / 5) + day - 1;
  return 365 * marchYear + leapDaysBefore(marchYear) + dayOfYear - DAYS_TO_1970;
}

/** 0 = Sunday; 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

function leapDaysBefore(marchYear: number): number {
  return Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
}
