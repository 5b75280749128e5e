import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addBusinessMs,
  BUSINESS_HORIZON_MS,
  businessMsBetween,
  type BusinessCalendar,
} from '../../src/domain/sla/calendar.ts';
import { dayOfDate, weekdayOf } from '../../src/domain/sla/local-day.ts';
import { zoneOffsets } from '../../src/sla/zone-offsets.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Africa/Casablanca',
  'UTC',
];

function at(text: string): number {
  return Date.parse(text);
}

function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

interface Given {
  zone?: string;
  /** Hours of the local day, the same on each day that is open. */
  open: [number, number][];
  days?: number[];
  holidays?: string[];
}

function calendar({ zone = 'Europe/Berlin', open, days, holidays = [] }: Given): BusinessCalendar {
  const hours = open.map(([from, to]) => ({ from: from * 60, to: to * 60 }));
  const isOpen = (day: number): boolean => days === undefined || days.includes(day);
  return {
    name: 'test',
    zone,
    offsets: zoneOffsets({ zone, from: at('2025-06-01T00:00Z'), to: at('2028-01-01T00:00Z') }),
    week: [0, 1, 2, 3, 4, 5, 6].map((day) => (isOpen(day) ? hours : [])),
    holidays,
  };
}

const MONDAY_TO_FRIDAY = [1, 2, 3, 4, 5];
const warehouse = calendar({
  open: [
    [8, 12],
    [13, 18],
  ],
  days: MONDAY_TO_FRIDAY,
  holidays: ['2026-12-25', '2026-12-26', '2027-01-01'],
});

describe('business time', () => {
  it('passes within the hours of one day and stands over lunch', () => {
    const from = at('2026-11-18T09:30:00.250+01:00');
    expect(addBusinessMs(warehouse, from, HOUR)).toBe(from + HOUR);
    expect(instant(addBusinessMs(warehouse, from, 3 * HOUR))).toBe('2026-11-18T12:30:00.250Z');
    expect(businessMsBetween(warehouse, from, at('2026-11-18T12:45+01:00'))).toBe(2.5 * HOUR - 250);
  });

  it('begins at the next opening when it is asked for outside hours', () => {
    const lateOnFriday = at('2026-11-20T21:00+01:00');
    expect(addBusinessMs(warehouse, lateOnFriday, 1)).toBe(at('2026-11-23T08:00+01:00') + 1);
  });

  it('stands over the weekend', () => {
    const from = at('2026-11-20T16:00+01:00');
    expect(addBusinessMs(warehouse, from, 4 * HOUR)).toBe(at('2026-11-23T10:00+01:00'));
    expect(businessMsBetween(warehouse, from, at('2026-11-23T10:00+01:00'))).toBe(4 * HOUR);
  });

  it('is up at closing time, not at the next opening', () => {
    const from = at('2026-11-20T16:00+01:00');
    expect(addBusinessMs(warehouse, from, 2 * HOUR)).toBe(at('2026-11-20T18:00+01:00'));
  });

  it('stands on holidays, also where a weekend follows', () => {
    const christmasEve = at('2026-12-24T17:00+01:00');
    expect(addBusinessMs(warehouse, christmasEve, 2 * HOUR)).toBe(at('2026-12-28T09:00+01:00'));
    const newYearsEve = at('2026-12-31T17:00+01:00');
    expect(addBusinessMs(warehouse, newYearsEve, 2 * HOUR)).toBe(at('2027-01-04T09:00+01:00'));
  });

  it('follows the wall clock over both changes of a weekend', () => {
    const spring = at('2026-03-27T17:00+01:00');
    expect(addBusinessMs(warehouse, spring, 2 * HOUR)).toBe(at('2026-03-30T09:00+02:00'));
    const autumn = at('2026-10-23T17:00+02:00');
    expect(addBusinessMs(warehouse, autumn, 2 * HOUR)).toBe(at('2026-10-26T09:00+01:00'));
  });

  it('takes no time for no time, open or closed', () => {
    const sunday = at('2026-11-22T03:00Z');
    expect(addBusinessMs(warehouse, sunday, 0)).toBe(sunday);
    expect(businessMsBetween(warehouse, sunday + HOUR, sunday)).toBe(0);
  });
});

describe('days of 23 and 25 hours', () => {
  const nights = calendar({ open: [[1, 5]] });
  const skipped = calendar({ open: [[2, 3]] });

  it('do not have the hours that the clock skips', () => {
    expect(
      businessMsBetween(nights, at('2026-03-29T00:00+01:00'), at('2026-03-30T00:00+02:00')),
    ).toBe(3 * HOUR);
    expect(addBusinessMs(skipped, at('2026-03-28T12:00+01:00'), HOUR)).toBe(
      at('2026-03-30T03:00+02:00'),
    );
  });

  it('have the hours twice that the clock shows twice', () => {
    const sunday = at('2026-10-25T00:00+02:00');
    expect(businessMsBetween(nights, sunday, at('2026-10-26T00:00+01:00'))).toBe(5 * HOUR);
    expect(addBusinessMs(skipped, sunday, 90 * MINUTE)).toBe(at('2026-10-25T02:30+01:00'));
  });

  it('count half an hour where the clock changes by half an hour', () => {
    const lordHowe = calendar({ zone: 'Australia/Lord_Howe', open: [[1, 3]] });
    expect(
      businessMsBetween(lordHowe, at('2026-10-04T00:00+10:30'), at('2026-10-05T00:00+11:00')),
    ).toBe(1.5 * HOUR);
    expect(
      businessMsBetween(lordHowe, at('2026-04-05T00:00+11:00'), at('2026-04-06T00:00+10:30')),
    ).toBe(2.5 * HOUR);
  });

  it('belong to their own date: a holiday of 23 hours closes 23 hours', () => {
    const closed = calendar({ open: [[0, 24]], holidays: ['2026-03-29'] });
    const before = at('2026-03-28T23:30+01:00');
    expect(addBusinessMs(closed, before, HOUR)).toBe(before + 24 * HOUR);
  });
});

describe('a calendar that is always open', () => {
  it.each(ZONES)('is exact to the millisecond over every change of %s', (zone) => {
    const always = calendar({ zone, open: [[0, 24]] });
    for (const { from: change } of always.offsets) {
      for (const before of [0, 1, 29 * MINUTE + 59_999, HOUR, 3 * DAY + 7]) {
        for (const ms of [1, before + 1, HOUR + 1, 40 * DAY + 13]) {
          expect(addBusinessMs(always, change - before, ms)).toBe(change - before + ms);
          expect(businessMsBetween(always, change - before, change - before + ms)).toBe(ms);
        }
      }
    }
  });
});

describe('a calendar that hardly opens', () => {
  it('has no such instant when it never opens', () => {
    expect(addBusinessMs(calendar({ open: [] }), at('2026-11-18T09:00Z'), 1)).toBeNull();
  });

  it('looks no further than its horizon', () => {
    const always = calendar({ zone: 'UTC', open: [[0, 24]] });
    const from = at('2026-11-18T09:00Z');
    expect(addBusinessMs(always, from, BUSINESS_HORIZON_MS)).toBe(from + BUSINESS_HORIZON_MS);
    expect(addBusinessMs(always, from, BUSINESS_HORIZON_MS + 1)).toBeNull();
  });

  it('holds the first offset before its list and the last one after it', () => {
    const hours = calendar({ open: [[8, 9]], days: MONDAY_TO_FRIDAY });
    const fixed = { ...hours, offsets: [{ from: 0, minutes: 60 }] };
    expect(addBusinessMs(fixed, at('1969-07-19T00:00Z'), HOUR)).toBe(at('1969-07-21T08:00Z'));
    expect(addBusinessMs(fixed, at('2040-02-29T00:00Z'), HOUR)).toBe(at('2040-02-29T08:00Z'));
  });
});

describe('a local date', () => {
  it('is the day that the calendar of the world makes it, leap years and centuries included', () => {
    const [min, max] = [at('1600-01-01T00:00Z') / DAY, at('2400-12-31T00:00Z') / DAY];
    fc.assert(
      fc.property(fc.integer({ min, max }), (day) => {
        const date = new Date(day * DAY);
        expect(dayOfDate(date.toISOString().slice(0, 10))).toBe(day);
        expect(weekdayOf(day)).toBe(date.getUTCDay());
      }),
    );
    expect(dayOfDate('2000-02-29') + 1).toBe(dayOfDate('2000-03-01'));
    expect(dayOfDate('2100-02-28') + 1).toBe(dayOfDate('2100-03-01'));
  });

  it('is refused when it is none', () => {
    expect(() => dayOfDate('25.12.2026')).toThrow('25.12.2026 is a date');
  });
});
