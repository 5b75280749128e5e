import fc from 'fast-check';
import { describe, it } from 'vitest';
import { addBusinessMs, businessMsBetween } from '../../src/domain/sla/calendar.ts';
import { rungTimes, type SlaClock } from '../../src/domain/sla/ladder.ts';
import { zoneOffsets } from '../../src/sla/zone-offsets.ts';
import {
  calendars,
  endOf,
  MINUTE_MS,
  openMinutes,
  slowAdd,
  slowMsBetween,
  tapeWall,
  type WallTape,
} from '../support/sla-oracle.ts';

const HOUR = 60 * MINUTE_MS;
const RUNS = 100;

/** Two weeks of each zone, around its changes of the clock where it has some. */
const WEEKS: [zone: string, from: string][] = [
  ['Europe/Berlin', '2026-03-23T00:00Z'],
  ['Europe/Berlin', '2026-10-19T00:00Z'],
  ['America/New_York', '2026-03-02T00:00Z'],
  ['America/New_York', '2026-10-26T00:00Z'],
  ['Australia/Lord_Howe', '2026-03-30T00:00Z'],
  ['Australia/Lord_Howe', '2026-09-28T00:00Z'],
  ['Africa/Cairo', '2026-04-20T00:00Z'],
  ['Asia/Kolkata', '2026-02-23T00:00Z'],
  ['UTC', '2026-12-28T00:00Z'],
];

function offsetsOf(tape: WallTape) {
  return zoneOffsets({ zone: tape.zone, from: tape.from - 400 * 24 * HOUR, to: endOf(tape) });
}

/** Instants of a tape, often on a full minute. */
function instants(tape: WallTape) {
  const length = endOf(tape) - tape.from;
  return fc
    .tuple(fc.integer({ min: 0, max: length }), fc.boolean())
    .map(([ms, whole]) => tape.from + (whole ? ms - (ms % MINUTE_MS) : ms));
}

function same(got: number | null, wanted: number | null, what: string): void {
  if (got !== wanted) throw new Error(`${what}: got ${got}, wanted ${wanted}`);
}

describe.each(WEEKS)('business time in %s from %s', (zone, from) => {
  const tape = tapeWall(zone, from, 14);
  const anyCalendar = calendars(tape, offsetsOf(tape));
  const instant = instants(tape);
  const span = fc
    .tuple(instant, instant)
    .map(([a, b]): [number, number] => (a <= b ? [a, b] : [b, a]));
  const duration = fc.oneof(
    fc.integer({ min: 0, max: 2 * HOUR }),
    fc.integer({ max: 90 * HOUR, min: 0 }),
  );

  it('is what one counts by looking at the clock every minute', () => {
    fc.assert(
      fc.property(anyCalendar, instant, instant, duration, (calendar, a, b, ms) => {
        same(businessMsBetween(calendar, a, b), slowMsBetween(tape, calendar, a, b), 'between');
        const due = addBusinessMs(calendar, a, ms);
        const onTape = due !== null && due <= endOf(tape) ? due : null;
        same(onTape, slowAdd(tape, calendar, a, ms), 'add');
      }),
      { numRuns: RUNS },
    );
  });

  it('adds what lies between, comes back, and never runs backwards', () => {
    fc.assert(
      fc.property(anyCalendar, span, duration, duration, (calendar, [from, to], x, y) => {
        const between = businessMsBetween(calendar, from, to);
        const back = addBusinessMs(calendar, from, between) ?? Infinity;
        if (back > to) throw new Error('the instant after all that lies between is past the end');
        same(businessMsBetween(calendar, back, to), 0, 'after that nothing is left');
        const due = addBusinessMs(calendar, from, x);
        if (due === null) return;
        same(businessMsBetween(calendar, from, due), x, 'between undoes add');
        const later = addBusinessMs(calendar, from, x + y) ?? Infinity;
        const begunLater = addBusinessMs(calendar, to, x) ?? Infinity;
        if (later < due || begunLater < due)
          throw new Error('more time, or a later start, is due earlier');
        if (later !== Infinity) same(addBusinessMs(calendar, due, y), later, 'in two steps');
      }),
      { numRuns: RUNS },
    );
  });

  it('puts each rung where one finds it by counting the minutes outside the pauses', () => {
    const minute = instant.map((at) => at - (at % MINUTE_MS));
    const pause = fc.tuple(minute, fc.option(minute, { freq: 12 }));
    const afters = fc.array(fc.integer({ min: 0, max: 60 * 60 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        anyCalendar,
        minute,
        fc.array(pause, { maxLength: 5 }),
        afters,
        (calendar, ...rest) => {
          const [openedAt, pauses, minutes] = rest;
          const clock: SlaClock = {
            openedAt,
            pauses: pauses.map(([begin, end]) => ({ from: begin, to: end })),
          };
          const ladder = minutes
            .toSorted((a, b) => a - b)
            .map((after, index) => ({ name: `rung-${index}`, afterMs: after * MINUTE_MS }));
          const times = rungTimes({ calendar, ladder }, clock);
          const counted = [...openMinutes(tape, calendar)].filter(
            (at) => at >= openedAt && runs(clock, at),
          );
          ladder.forEach(({ afterMs, name }, index) => {
            const got = times[index] ?? null;
            const last = counted[afterMs / MINUTE_MS - 1];
            const wanted = afterMs === 0 ? openedAt : last === undefined ? null : last + MINUTE_MS;
            same(got !== null && got <= endOf(tape) ? got : null, wanted, name);
          });
        },
      ),
      { numRuns: RUNS },
    );
  });
});

function runs({ pauses }: SlaClock, at: number): boolean {
  return !pauses.some(({ from, to }) => from <= at && (to === null || at < to));
}
