import { describe, expect, it } from 'vitest';
import { rungTimes, type SlaClock, type SlaTerms } from '../../src/domain/sla/ladder.ts';
import { loadSlaTerms } from '../../src/sla/terms.ts';

const HOUR = 3_600_000;
const NOW = at('2026-11-18T00:00Z');

function at(text: string): number {
  return Date.parse(text);
}

function terms(name: string, timeScale = 1): SlaTerms {
  return loadSlaTerms({ calendarFile: `mappings/calendars/${name}.yaml`, now: NOW, timeScale });
}

const warehouse = terms('warehouse');
const always = terms('always');

function due(openedAt: string, pauses: [string, string | null][] = [], given = warehouse) {
  const clock: SlaClock = {
    openedAt: at(openedAt),
    pauses: pauses.map(([from, to]) => ({ from: at(from), to: to === null ? null : at(to) })),
  };
  return rungTimes(given, clock);
}

function times(...texts: (string | null)[]) {
  return texts.map((text) => (text === null ? null : at(text)));
}

describe('the ladder of a human action', () => {
  it('tells the owner at once and climbs in business time', () => {
    expect(due('2026-11-18T08:30+01:00')).toEqual(
      times('2026-11-18T08:30+01:00', '2026-11-18T13:30+01:00', '2026-11-18T17:30+01:00'),
    );
  });

  it('climbs day and night on the calendar that is always open', () => {
    expect(due('2026-11-21T21:00Z', [], always)).toEqual(
      times('2026-11-21T21:00Z', '2026-11-22T01:00Z', '2026-11-22T05:00Z'),
    );
  });

  it('stands over a weekend, and the owner is told even so', () => {
    expect(due('2026-11-21T10:00+01:00')).toEqual(
      times('2026-11-21T10:00+01:00', '2026-11-23T12:00+01:00', '2026-11-23T17:00+01:00'),
    );
  });

  it('stands over Christmas', () => {
    expect(due('2026-12-24T15:00+01:00')).toEqual(
      times('2026-12-24T15:00+01:00', '2026-12-28T09:00+01:00', '2026-12-28T14:00+01:00'),
    );
  });

  it('finds the rungs of three hours in which no worker ran, at their own times and in order', () => {
    const hourly: SlaTerms = {
      ...always,
      ladder: [0, 1, 2, 9].map((hours) => ({ name: `rung-${hours}`, afterMs: hours * HOUR })),
    };
    const openedAt = at('2026-11-18T09:00Z');
    const [stoppedAt, backAt] = [openedAt + HOUR / 2, openedAt + 3.5 * HOUR];
    const missed = rungTimes(hourly, { openedAt, pauses: [] }).flatMap((dueAt, rung) =>
      dueAt !== null && dueAt > stoppedAt && dueAt <= backAt ? [[rung, dueAt]] : [],
    );
    expect(missed).toEqual([
      [1, openedAt + HOUR],
      [2, openedAt + 2 * HOUR],
    ]);
  });
});

describe('a clock that is stopped', () => {
  it('moves later by what the pause took of business time', () => {
    expect(
      due('2026-11-18T08:00+01:00', [['2026-11-18T09:00+01:00', '2026-11-18T11:00+01:00']]),
    ).toEqual(times('2026-11-18T08:00+01:00', '2026-11-18T15:00+01:00', '2026-11-19T09:00+01:00'));
  });

  it('counts overlapping, nested and empty pauses once', () => {
    const pauses: [string, string][] = [
      ['2026-11-18T10:00+01:00', '2026-11-18T11:00+01:00'],
      ['2026-11-18T09:00+01:00', '2026-11-18T10:30+01:00'],
      ['2026-11-18T09:10+01:00', '2026-11-18T09:20+01:00'],
      ['2026-11-18T11:30+01:00', '2026-11-18T11:30+01:00'],
    ];
    expect(due('2026-11-18T08:00+01:00', pauses)).toEqual(
      times('2026-11-18T08:00+01:00', '2026-11-18T15:00+01:00', '2026-11-19T09:00+01:00'),
    );
  });

  it('loses nothing to a pause over the weekend or over the night', () => {
    const plain = due('2026-11-20T16:00+01:00');
    expect(
      due('2026-11-20T16:00+01:00', [['2026-11-20T18:00+01:00', '2026-11-23T08:00+01:00']]),
    ).toEqual(plain);
    expect(
      due('2026-11-20T16:00+01:00', [['2026-11-21T03:00+01:00', '2026-11-22T23:00+01:00']]),
    ).toEqual(plain);
  });

  it('loses only the open hours of a pause that begins and ends outside them', () => {
    expect(
      due('2026-11-20T16:00+01:00', [['2026-11-22T12:00+01:00', '2026-11-23T20:00+01:00']]),
    ).toEqual(times('2026-11-20T16:00+01:00', '2026-11-24T10:00+01:00', '2026-11-24T15:00+01:00'));
  });

  it('stands while a pause is open, and keeps the rungs that were due before it', () => {
    expect(due('2026-11-18T08:00+01:00', [['2026-11-18T14:00+01:00', null]])).toEqual(
      times('2026-11-18T08:00+01:00', '2026-11-18T12:00+01:00', null),
    );
  });

  it('keeps a rung that is due in the instant in which the pause begins', () => {
    expect(due('2026-11-18T08:00+01:00', [['2026-11-18T12:00+01:00', null]])).toEqual(
      times('2026-11-18T08:00+01:00', '2026-11-18T12:00+01:00', null),
    );
  });

  it('tells the owner even when it was stopped before it began', () => {
    expect(due('2026-11-18T08:00+01:00', [['2026-11-17T08:00+01:00', null]])).toEqual(
      times('2026-11-18T08:00+01:00', null, null),
    );
  });

  it('does not know pauses that ended before it began', () => {
    expect(
      due('2026-11-18T08:30+01:00', [['2026-11-18T07:00+01:00', '2026-11-18T08:15+01:00']]),
    ).toEqual(due('2026-11-18T08:30+01:00'));
  });

  it('never reaches a rung on a calendar that never opens', () => {
    const closed = { ...warehouse.calendar, week: [] };
    const clock = { openedAt: NOW, pauses: [{ from: NOW + 1, to: NOW + HOUR }] };
    expect(rungTimes({ ...warehouse, calendar: closed }, clock)).toEqual([NOW, null, null]);
  });
});
