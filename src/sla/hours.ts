const HOURS = /^(\d{2}):(\d{2})-(\d{2}):(\d{2})$/;
const DURATION = /^(?=\d)(?:(\d{1,4})h)?(?:(\d{1,5})m)?$/;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/** Minutes of the local day, [from, to). */
export interface Hours {
  from: number;
  to: number;
}

/** Reads `08:00-12:00`; a sentence says what to do when it cannot be read. */
export function readHours(text: string): Hours | string {
  const found = HOURS.exec(text);
  if (found === null) return `'${text}' is not a span of hours: write it like '08:00-12:00'`;
  const [, fromHour, fromMinute, toHour, toMinute] = found.map(Number);
  const from = minuteOfDay(fromHour, fromMinute);
  const to = minuteOfDay(toHour, toMinute);
  if (from === null || to === null) {
    return `'${text}' has a time that no clock shows: times go from 00:00 to 24:00`;
  }
  if (from === to) return `'${text}' is empty: remove it, or write its end after its beginning`;
  if (from < to) return { from, to };
  const [opens, closes] = text.split('-');
  return `'${text}' ends before it begins: for hours past midnight write '${opens}-24:00' here and '00:00-${closes}' on the next day`;
}

/** What is wrong with the order of a day's hours, and at which of them. */
export function misplacedHours(day: readonly Hours[]): { index: number; text: string } | null {
  const index = day.findIndex((hours, at) => hours.from <= (day[at - 1]?.to ?? -1));
  if (index === -1) return null;
  const touches = day[index]?.from === day[index - 1]?.to;
  const text = touches
    ? 'begins where the hours before it end: write the two as one span'
    : 'begins before the hours before it end: write them in order, none inside another';
  return { index, text };
}

/** Reads `4h`, `90m` or `1h30m` as milliseconds, or says what to do. */
export function readDuration(text: string): number | string {
  const found = DURATION.exec(text);
  if (found === null) return `'${text}' is not a time: write hours and minutes like 4h or 1h30m`;
  const [, hours = '0', minutes = '0'] = found;
  return (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
}

function minuteOfDay(hour = 0, minute = 0): number | null {
  const minutes = hour * 60 + minute;
  return minute < 60 && minutes <= DAY_MINUTES ? minutes : null;
}
