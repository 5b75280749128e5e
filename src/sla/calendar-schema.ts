import { z } from 'zod';
import { misplacedHours, readDuration, readHours } from './hours.ts';
import { isKnownZone } from './zone-offsets.ts';

const SPANS_PER_DAY_MAX = 24;
const HOLIDAYS_MAX = 1000;
const RUNGS_MAX = 10;

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** A scalar in the file that `read` understands, or explains why not. */
function readable<Value>(read: (text: string) => Value | string, example: string) {
  return z.string({ error: wanted(example) }).transform((text, context) => {
    const value = read(text);
    if (typeof value !== 'string') return value;
    context.addIssue({ code: 'custom', message: value });
    return z.NEVER;
  });
}

function wanted(example: string): (issue: { input?: unknown }) => string {
  return ({ input }) =>
    input === undefined ? `is missing: write it like ${example}` : `write it like ${example}`;
}

const DaySchema = z
  .array(readable(readHours, "'08:00-12:00'"), {
    error: wanted("['08:00-12:00', '13:00-18:00'], or [] when it is closed"),
  })
  .max(SPANS_PER_DAY_MAX, `has more than ${SPANS_PER_DAY_MAX} spans of hours`)
  .superRefine((day, context) => {
    const misplaced = misplacedHours(day);
    if (misplaced === null) return;
    context.addIssue({ code: 'custom', path: [misplaced.index], message: misplaced.text });
  });

const WeekSchema = z
  .strictObject(
    {
      sun: DaySchema,
      mon: DaySchema,
      tue: DaySchema,
      wed: DaySchema,
      thu: DaySchema,
      fri: DaySchema,
      sat: DaySchema,
    },
    { error: notAMap("{ mon: ['08:00-18:00'], tue: [], ... } with all seven days") },
  )
  .transform((week) => WEEKDAYS.map((weekday) => week[weekday]))
  .refine((week) => week.some((day) => day.length > 0), 'never opens: give one day its hours');

const HolidaysSchema = z
  .array(z.iso.date({ error: wanted("'2026-12-25', a date that exists") }), {
    error: wanted("['2026-12-25', '2026-12-26'], or [] when it has none"),
  })
  .max(HOLIDAYS_MAX, `has more than ${HOLIDAYS_MAX} dates: remove those that are past`)
  .superRefine((dates, context) => {
    const index = dates.findIndex((date, at) => dates.indexOf(date) < at);
    if (index === -1) return;
    context.addIssue({ code: 'custom', path: [index], message: 'is listed twice: remove one' });
  });

const RungSchema = z
  .strictObject(
    {
      name: z.string({ error: wanted('lead') }).regex(/^[\w-]{1,40}$/, {
        error: 'write a name of letters, digits, - and _, 40 at most',
      }),
      after: readable(readDuration, '4h'),
    },
    { error: notAMap('{ name: lead, after: 4h }') },
  )
  .transform(({ name, after }) => ({ name, afterMs: after }));

const LadderSchema = z
  .array(RungSchema, { error: wanted('[{ name: owner, after: 0h }, { name: lead, after: 4h }]') })
  .min(1, 'has no rung: name at least one, such as { name: owner, after: 0h }')
  .max(RUNGS_MAX, `has more than ${RUNGS_MAX} rungs`)
  .superRefine((ladder, context) => {
    for (const [index, rung] of ladder.entries()) {
      const before = ladder.slice(0, index);
      if (before.some(({ name }) => name === rung.name)) {
        const message = 'names a rung a second time: give each its own name';
        context.addIssue({ code: 'custom', path: [index, 'name'], message });
      }
      if (before.some(({ afterMs }) => afterMs >= rung.afterMs)) {
        const message = 'is not later than the rung before it: write the rungs in order';
        context.addIssue({ code: 'custom', path: [index, 'after'], message });
      }
    }
  });

/** What `mappings/calendars/*.yaml` may hold: opening hours, holidays, and the ladder on them. */
export const CalendarFileSchema = z.strictObject(
  {
    name: z.string({ error: wanted('warehouse') }).regex(/^[\w-]{1,80}$/, {
      error: 'write a name of letters, digits, - and _, 80 at most',
    }),
    zone: z
      .string({ error: wanted('Europe/Berlin') })
      .refine(isKnownZone, 'is no IANA time zone: write one like Europe/Berlin, or UTC'),
    week: WeekSchema,
    holidays: HolidaysSchema,
    ladder: LadderSchema,
  },
  { error: notAMap('name, zone, week, holidays and ladder, as in mappings/calendars/always.yaml') },
);

/** Only for a value that is no map: which keys it may have is said elsewhere. */
function notAMap(
  example: string,
): (issue: { code?: string; input?: unknown }) => string | undefined {
  return (issue) => (issue.code === 'invalid_type' ? wanted(example)(issue) : undefined);
}
