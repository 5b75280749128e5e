import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { readCalendarFile } from '../../src/sla/calendar-file.ts';
import { loadSlaTerms } from '../../src/sla/terms.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-18T12:00Z');
const ALWAYS = 'mappings/calendars/always.yaml';
const WAREHOUSE = 'mappings/calendars/warehouse.yaml';

const folder = mkdtempSync(join(tmpdir(), 'crossdock-calendar-'));
const file = join(folder, 'calendar.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

const GOOD = `name: depot
zone: Europe/Berlin
week:
  mon: ['08:00-12:00', '13:00-18:00']
  tue: ['00:00-24:00']
  wed: []
  thu: []
  fri: []
  sat: []
  sun: ['22:30-24:00']
holidays: ['2028-02-29']
ladder:
  - { name: owner, after: 0h }
  - { name: lead, after: 1h30m }
  - { name: manager, after: 120m }
`;

function read(text: string) {
  writeFileSync(file, text);
  return readCalendarFile(file);
}

/** What a person is told of a file, without the name of the file. */
function complaints(text: string): string[] {
  try {
    read(text);
  } catch (caught) {
    if (!(caught instanceof AppError)) throw caught;
    const [heading, ...places] = caught.message.split('\n');
    expect([caught.code, heading]).toEqual(['config', 'The calendar is not valid:']);
    return places.map((place) => place.replace(`  ${file}:`, ''));
  }
  return [];
}

function change(from: string, to: string): string {
  expect(GOOD).toContain(from);
  return GOOD.replace(from, to);
}

describe('a calendar file', () => {
  it('becomes plain data, its week beginning on Sunday', () => {
    expect(read(GOOD)).toEqual({
      name: 'depot',
      zone: 'Europe/Berlin',
      week: [
        [{ from: 1350, to: 1440 }],
        [
          { from: 480, to: 720 },
          { from: 780, to: 1080 },
        ],
        [{ from: 0, to: 1440 }],
        [],
        [],
        [],
        [],
      ],
      holidays: ['2028-02-29'],
      ladder: [
        { name: 'owner', afterMs: 0 },
        { name: 'lead', afterMs: 1.5 * HOUR },
        { name: 'manager', afterMs: 2 * HOUR },
      ],
    });
  });

  it.each([
    [
      'hours past midnight',
      "'08:00-12:00'",
      "'22:00-06:00'",
      "4:9: week.mon.0: '22:00-06:00' ends before it begins: for hours past midnight write '22:00-24:00' here and '00:00-06:00' on the next day",
    ],
    [
      'hours that are no hours',
      "'13:00-18:00'",
      '13-18',
      "4:24: week.mon.1: '13-18' is not a span of hours: write it like '08:00-12:00'",
    ],
    ['a number for hours', "'13:00-18:00'", '13', "4:24: week.mon.1: write it like '08:00-12:00'"],
    [
      'a time that does not exist',
      '00:00-24:00',
      '00:00-24:01',
      "5:9: week.tue.0: '00:00-24:01' has a time that no clock shows: times go from 00:00 to 24:00",
    ],
    [
      'minutes that do not exist',
      '00:00-24:00',
      '00:60-12:00',
      "5:9: week.tue.0: '00:60-12:00' has a time that no clock shows: times go from 00:00 to 24:00",
    ],
    [
      'hours that are empty',
      '00:00-24:00',
      '09:00-09:00',
      "5:9: week.tue.0: '09:00-09:00' is empty: remove it, or write its end after its beginning",
    ],
    [
      'hours that touch',
      '13:00-18:00',
      '12:00-18:00',
      '4:24: week.mon.1: begins where the hours before it end: write the two as one span',
    ],
    [
      'hours that overlap or go back',
      '13:00-18:00',
      '11:00-18:00',
      '4:24: week.mon.1: begins before the hours before it end: write them in order, none inside another',
    ],
    [
      'a day that is not said',
      '  wed: []\n',
      '',
      "4:3: week.wed: is missing: write it like ['08:00-12:00', '13:00-18:00'], or [] when it is closed",
    ],
    [
      'a day that no week has',
      'wed: []',
      'wed: []\n  mittwoch: []',
      '7:3: week.mittwoch is not known here: remove it, or mend its name',
    ],
    ['a day twice', 'wed: []', 'tue: []\n  wed: []', '6:3: Map keys must be unique'],
    [
      'a zone that is none',
      'Europe/Berlin',
      'Berlin',
      '2:7: zone: is no IANA time zone: write one like Europe/Berlin, or UTC',
    ],
    [
      'a date that does not exist',
      '2028-02-29',
      '2027-02-29',
      "11:12: holidays.0: write it like '2026-12-25', a date that exists",
    ],
    [
      'a holiday twice',
      "'2028-02-29'",
      "'2028-02-29', '2028-02-29'",
      '11:26: holidays.1: is listed twice: remove one',
    ],
    ['a rung without a unit', '1h30m', '4', '14:26: ladder.1.after: write it like 4h'],
    [
      'a rung in days, which could mean two things',
      '1h30m',
      '1d',
      "14:26: ladder.1.after: '1d' is not a time: write hours and minutes like 4h or 1h30m",
    ],
    [
      'rungs out of order',
      '120m',
      '90m',
      '15:29: ladder.2.after: is not later than the rung before it: write the rungs in order',
    ],
    [
      'a rung twice',
      'name: manager',
      'name: lead',
      '15:13: ladder.2.name: names a rung a second time: give each its own name',
    ],
    [
      'a key that is not known',
      'zone:',
      'timezone: UTC\nzone:',
      '2:1: timezone is not known here: remove it, or mend its name',
    ],
    [
      'a tag of another language',
      'wed: []',
      'wed: !!js/function []',
      '6:8: Unresolved tag: tag:yaml.org,2002:js/function',
    ],
  ])('with %s is refused at its place', (_what, from, to, complaint) => {
    expect(complaints(change(from, to))).toEqual([complaint]);
  });

  it('is told all its mistakes at once', () => {
    const text = change('Europe/Berlin', 'Berlin').replace('2028-02-29', 'Easter');
    expect(complaints(text).map((line) => line.slice(0, 5))).toEqual(['2:7: ', '11:12']);
  });

  it('that never opens is refused, since its clock would stand for ever', () => {
    const closed = GOOD.replaceAll(/^ {2}(mon|tue|sun): .*$/gm, '  $1: []');
    expect(complaints(closed)).toEqual(['4:3: week: never opens: give one day its hours']);
  });

  it('that is empty or no map is refused with an example to go by', () => {
    const sentence = /^1:1: .*mappings\/calendars\/always\.yaml$/;
    for (const text of ['', '# nothing\n', '[]', 'open']) {
      expect(complaints(text)).toEqual([expect.stringMatching(sentence)]);
    }
  });

  it('whose YAML is broken is refused where it breaks', () => {
    expect(complaints(change("'13:00-18:00']", "'13:00-18:00'"))[0]).toMatch(/^5:\d+: /);
  });

  it('whose aliases multiply without measure is refused', () => {
    const level = (name: string, of: string) =>
      `${name}: &${name} [${Array.from({ length: 9 }, () => `*${of}`).join(', ')}]\n`;
    const bomb = `a: &a [x, x]\n${level('b', 'a')}${level('c', 'b')}${level('d', 'c')}`;
    expect(complaints(bomb)).toEqual([expect.stringContaining('write the values out')]);
  });

  it('that is missing or without measure is refused by name', () => {
    const missing = join(folder, 'missing.yaml');
    expect(() => readCalendarFile(missing)).toThrow(`${missing} cannot be read`);
    expect(() => read(`${GOOD}#${'x'.repeat(256 * 1024)}`)).toThrow('make it 262144 at most');
  });
});

describe('the terms of an SLA', () => {
  const given = { calendarFile: ALWAYS, now: NOW, timeScale: 1 };

  it('are by default open day and night, with owner, lead and manager', () => {
    const terms = loadSlaTerms(given);
    expect(terms.calendar.week).toEqual(Array.from({ length: 7 }, () => [{ from: 0, to: 1440 }]));
    expect(terms.calendar.holidays).toEqual([]);
    expect(terms.calendar.offsets.map(({ minutes }) => minutes)).toEqual([0]);
    expect(terms.ladder).toEqual([
      { name: 'owner', afterMs: 0 },
      { name: 'lead', afterMs: 4 * HOUR },
      { name: 'manager', afterMs: 8 * HOUR },
    ]);
  });

  it('are plain data that goes through JSON unchanged', () => {
    const terms = loadSlaTerms({ ...given, calendarFile: WAREHOUSE });
    expect(JSON.parse(JSON.stringify(terms))).toEqual(terms);
  });

  it('scale the rungs and nothing else', () => {
    const real = loadSlaTerms({ ...given, calendarFile: WAREHOUSE });
    const scaled = loadSlaTerms({ ...given, calendarFile: WAREHOUSE, timeScale: 0.001 });
    expect(scaled.ladder.map(({ afterMs }) => afterMs)).toEqual([0, 14_400, 28_800]);
    expect(scaled.calendar).toEqual(real.calendar);
  });

  it('take another ladder than that of the file when one is given, scaled too', () => {
    const ladder = [{ name: 'duty', afterMs: 1001 }];
    expect(loadSlaTerms({ ...given, ladder, timeScale: 0.5 }).ladder).toEqual([
      { name: 'duty', afterMs: 501 },
    ]);
  });

  it('know the changes of the clock a year back and five years ahead', () => {
    const { offsets } = loadSlaTerms({ ...given, calendarFile: WAREHOUSE }).calendar;
    const years = offsets.slice(1).map(({ from }) => new Date(from).getUTCFullYear());
    expect([Math.min(...years), Math.max(...years)]).toEqual([2026, 2032]);
    for (let year = 2026; year < 2032; year++) {
      expect(years.filter((one) => one === year)).toHaveLength(2);
    }
  });

  it('close the example warehouse over Easter of both years', () => {
    const { holidays, week } = readCalendarFile(WAREHOUSE);
    expect(week.map((day) => day.length)).toEqual([0, 2, 2, 2, 2, 2, 0]);
    for (const [year, friday, monday] of [
      [2026, '04-03', '04-06'],
      [2027, '03-26', '03-29'],
    ]) {
      expect(holidays).toEqual(expect.arrayContaining([`${year}-${friday}`, `${year}-${monday}`]));
    }
    expect(holidays).toHaveLength(18);
  });
});
