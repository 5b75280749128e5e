import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isKnownZone, zoneOffsets, type ZoneOffset } from '../../src/sla/zone-offsets.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const YEAR = 366 * DAY;

function at(text: string): number {
  return Date.parse(text);
}

function offsetsOf(zone: string, from = '2026-01-01T00:00Z', to = '2032-01-01T00:00Z') {
  return zoneOffsets({ zone, from: at(from), to: at(to) });
}

function held(offsets: ZoneOffset[], instant: number): number | undefined {
  return offsets.findLast(({ from }) => from <= instant)?.minutes;
}

/** Another way to the same answer: read the wall clock, and compare it with UTC. */
function wallOffset(zone: string, instant: number): number {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  const whole = Math.floor(instant / 1000) * 1000;
  return (at(`${format.format(whole).replace(' ', 'T')}Z`) - whole) / MINUTE;
}

describe('the offsets of a zone', () => {
  it('change in the very millisecond in which the clock changes', () => {
    expect(offsetsOf('Europe/Berlin', '2026-01-01T00:00Z', '2027-01-01T00:00Z')).toEqual([
      { from: at('2026-01-01T00:00Z'), minutes: 60 },
      { from: at('2026-03-29T01:00Z'), minutes: 120 },
      { from: at('2026-10-25T01:00Z'), minutes: 60 },
    ]);
    expect(offsetsOf('Australia/Lord_Howe', '2026-01-01T00:00Z', '2027-01-01T00:00Z')).toEqual([
      { from: at('2026-01-01T00:00Z'), minutes: 660 },
      { from: at('2026-04-04T15:00Z'), minutes: 630 },
      { from: at('2026-10-03T15:30Z'), minutes: 660 },
    ]);
  });

  it('are one for a zone that never changes, however long the span', () => {
    expect(offsetsOf('Asia/Kolkata')).toEqual([{ from: at('2026-01-01T00:00Z'), minutes: 330 }]);
    expect(offsetsOf('UTC')).toEqual([{ from: at('2026-01-01T00:00Z'), minutes: 0 }]);
  });

  it('hold a change at either end of the span', () => {
    const change = at('2026-03-29T01:00Z');
    const first = zoneOffsets({ zone: 'Europe/Berlin', from: change, to: change + 1 });
    expect(first).toEqual([{ from: change, minutes: 120 }]);
    const last = { zone: 'Europe/Berlin', from: change - 36 * 60 * MINUTE, to: change + 1 };
    expect(zoneOffsets(last).at(-1)).toEqual({ from: change, minutes: 120 });
    expect(zoneOffsets({ ...last, to: change })).toHaveLength(1);
  });

  it.each([
    'Europe/Berlin',
    'America/New_York',
    'America/St_Johns',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Africa/Cairo',
    'Pacific/Chatham',
    'UTC',
  ])('are those that the wall clock of %s shows', (zone) => {
    const [from, to] = [at('2024-01-01T00:00Z'), at('2032-01-01T00:00Z')];
    const offsets = zoneOffsets({ zone, from, to });
    const near = fc
      .tuple(fc.constantFrom(...offsets), fc.integer({ min: -2 * DAY, max: 2 * DAY }))
      .map(([offset, ms]) => Math.max(from, offset.from + ms));
    const instants = fc.oneof(near, fc.integer({ min: from, max: to - 1 }));
    fc.assert(
      fc.property(instants, (instant) => held(offsets, instant) === wallOffset(zone, instant)),
      { numRuns: 200 },
    );
    for (const { from: change, minutes } of offsets.slice(1)) {
      expect(wallOffset(zone, change)).toBe(minutes);
      expect(wallOffset(zone, change - 1)).not.toBe(minutes);
    }
  });

  it('are refused for a span without measure', () => {
    expect(() => zoneOffsets({ zone: 'UTC', from: 0, to: 50 * YEAR })).toThrow('20 years');
  });
});

describe('a zone', () => {
  it('is known by its IANA name only', () => {
    expect(['Europe/Berlin', 'UTC', 'America/Argentina/Ushuaia'].every(isKnownZone)).toBe(true);
    expect(['', 'Berlin', 'Mars/Olympus', 'Europe/Berlin '].some(isKnownZone)).toBe(false);
  });
});
