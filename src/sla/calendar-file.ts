import type { BusinessCalendar } from '../domain/sla/calendar.ts';
import type { Rung } from '../domain/sla/ladder.ts';
import { CalendarFileSchema } from './calendar-schema.ts';
import { readCheckedYaml } from './checked-yaml.ts';

/** A calendar as it is written: its zone is a name, and its offsets are not looked up yet. */
export interface CalendarFile extends Omit<BusinessCalendar, 'offsets'> {
  ladder: Rung[];
}

/** Reads and checks `mappings/calendars/*.yaml`; throws an `AppError` that names every mistake. */
export function readCalendarFile(file: string): CalendarFile {
  return readCheckedYaml({ file, what: 'calendar', schema: CalendarFileSchema });
}
