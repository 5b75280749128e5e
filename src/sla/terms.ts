import { fileURLToPath } from 'node:url';
import type { Rung, SlaTerms } from '../domain/sla/ladder.ts';
import { readCalendarFile } from './calendar-file.ts';
import { zoneOffsets } from './zone-offsets.ts';

const YEAR_MS = 366 * 24 * 60 * 60_000;

/** Actions that were opened before the terms were loaded count by the offsets of their time. */
const PAST_MS = YEAR_MS;
/** The horizon of business time and a year of running on the same terms. */
const FUTURE_MS = 6 * YEAR_MS;

interface SlaSettings {
  /** The calendar that is always open, when absent. */
  calendarFile: string | undefined;
  /** Instead of the ladder in the file. */
  ladder?: Rung[] | undefined;
  now: number;
  /** Multiplies when the rungs are due; the calendar stays in real hours. */
  timeScale: number;
}

/** Calendar and ladder as plain data for a workflow; throws an `AppError` when the file is wrong. */
export function loadSlaTerms({ calendarFile, ladder, now, timeScale }: SlaSettings): SlaTerms {
  const { ladder: written, ...calendar } = readCalendarFile(calendarFile ?? shippedCalendar());
  const span = { zone: calendar.zone, from: now - PAST_MS, to: now + FUTURE_MS };
  return {
    calendar: { ...calendar, offsets: zoneOffsets(span) },
    ladder: (ladder ?? written).map(({ name, afterMs }) => ({
      name,
      afterMs: Math.round(afterMs * timeScale),
    })),
  };
}

/** The same file from the sources and from what is built of them. */
function shippedCalendar(): string {
  const root = import.meta.url.endsWith('.ts') ? '../../' : '../../../';
  return fileURLToPath(new URL(`${root}mappings/calendars/always.yaml`, import.meta.url));
}
