import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadWorkerConfig } from '../../src/config/worker.ts';
import { createPace, type Pace, type PaceSettings } from '../../src/connections/pace.ts';

/** As in pace.ts: turns may be taken this late, and bunch up by that much. */
const LATE_MS = 1000;

function calls(config: ReturnType<typeof loadWorkerConfig>): PaceSettings {
  return config.calls.pace.wms;
}

function settings(env: Record<string, string>): ReturnType<typeof loadWorkerConfig> {
  return loadWorkerConfig({ CROSSDOCK_WMS_TOKEN: 't', ...env });
}

interface Demand {
  pace: Pace;
  clock: { now: number };
  /** Commands and the time at which they are wanted. */
  wanted: { key: string; at: number }[];
  lateMs: (n: number) => number;
}

/** Plays commands that come back when they are told to; answers when they went out, and the parkings. */
function play({ pace, clock, wanted, lateMs }: Demand): { went: number[]; parkings: number } {
  const queue = [...wanted].sort((a, b) => a.at - b.at);
  const went: number[] = [];
  let parkings = 0;
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    clock.now = Math.max(clock.now, next.at);
    const waitMs = pace.turnInMs(next.key);
    if (waitMs === 0) {
      pace.charge();
      went.push(clock.now);
      continue;
    }
    parkings += 1;
    const back = { key: next.key, at: clock.now + waitMs + lateMs(parkings) };
    const place = queue.findIndex(({ at }) => at > back.at);
    queue.splice(place < 0 ? queue.length : place, 0, back);
  }
  return { went, parkings };
}

function most(times: number[], withinMs: number): number {
  return Math.max(0, ...times.map((t) => times.filter((u) => u >= t && u < t + withinMs).length));
}

describe('the rate of a connection', () => {
  it('is held over every time, whatever is wanted when', () => {
    fc.assert(
      fc.property(
        fc.record({
          perSecond: fc.integer({ min: 1, max: 50 }),
          burst: fc.integer({ min: 1, max: 10 }),
          at: fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 60 }),
          lateMs: fc.integer({ min: 0, max: 1500 }),
          windowMs: fc.integer({ min: 1, max: 5000 }),
        }),
        ({ perSecond, burst, at, lateMs, windowMs }) => {
          const clock = { now: 0 };
          const wanted = at.map((time, n) => ({ key: `k${n}`, at: time }));
          const pace = createPace({ perSecond, burst }, () => clock.now);
          const { went } = play({ pace, clock, wanted, lateMs: (n) => (n * 37) % (lateMs + 1) });
          expect(went).toHaveLength(at.length);
          const allowed = burst + (perSecond * (windowMs + LATE_MS)) / 1000 + 1;
          expect(most(went, windowMs)).toBeLessThanOrEqual(allowed);
        },
      ),
    );
  });

  it('parks each of many commands once, and keeps their order', () => {
    const clock = { now: 0 };
    const pace = createPace({ perSecond: 10, burst: 1 }, () => clock.now);
    const wanted = Array.from({ length: 200 }, (_, n) => ({ key: `k${n}`, at: 0 }));
    const { went, parkings } = play({ pace, clock, wanted, lateMs: () => 0 });
    expect(parkings).toBe(199);
    expect(went.at(-1)).toBe(19_900);
  });

  it('lets a burst out after a quiet time, and no more', () => {
    const clock = { now: 60_000 };
    const pace = createPace({ perSecond: 1, burst: 5 }, () => clock.now);
    const waits = Array.from({ length: 7 }, (_, n) => pace.turnInMs(`k${n}`));
    expect(waits).toEqual([0, 0, 0, 0, 0, 1000, 2000]);
  });

  it('makes a command that calls more than once pay for it later', () => {
    const clock = { now: 0 };
    const pace = createPace({ perSecond: 10, burst: 1 }, () => clock.now);
    expect(pace.turnInMs('one that tells five events')).toBe(0);
    for (let n = 0; n < 5; n += 1) pace.charge();
    expect(pace.turnInMs('the next')).toBe(500);
    expect(pace.isFree()).toBe(false);
  });

  it('does not remember a turn for a command that made no call', () => {
    const clock = { now: 0 };
    const pace = createPace({ perSecond: 10, burst: 2 }, () => clock.now);
    expect(pace.turnInMs('one that found itself sent by another')).toBe(0);
    pace.settle(0);
    pace.charge();
    expect(pace.turnInMs('the next')).toBe(100);
  });

  it('is nothing to wait for when there is none', () => {
    const pace = createPace(calls(settings({})), () => 0);
    expect(
      Array.from({ length: 1000 }, (_, n) => pace.turnInMs(`k${n}`)).every((w) => w === 0),
    ).toBe(true);
  });
});

describe('workers that share a limit', () => {
  it('take their parts, which together are no more than the whole', () => {
    const env = {
      CROSSDOCK_WORKERS: '3',
      CROSSDOCK_WMS_RATE_PER_S: '10',
      CROSSDOCK_RATE_BURST: '10',
      CROSSDOCK_CALLS_IN_FLIGHT_MAX: '32',
    };
    const config = settings(env);
    expect(calls(config).perSecond * 3).toBeCloseTo(10);
    expect(calls(config).burst * 3).toBeLessThanOrEqual(10);
    expect(config.calls.circuit.inFlightMax * 3).toBeLessThanOrEqual(32);
  });

  it('hold the rate together, each without knowing of the other', () => {
    const whole = { perSecond: 20, burst: 10 };
    const went = [0, 1].flatMap((worker) => {
      const clock = { now: 0 };
      const part = calls(
        settings({
          CROSSDOCK_WORKERS: '2',
          CROSSDOCK_WMS_RATE_PER_S: String(whole.perSecond),
          CROSSDOCK_RATE_BURST: String(whole.burst),
        }),
      );
      const wanted = Array.from({ length: 100 }, (_, n) => ({ key: `${worker}-${n}`, at: n }));
      const pace = createPace(part, () => clock.now);
      return play({ pace, clock, wanted, lateMs: () => 0 }).went;
    });
    expect(went).toHaveLength(200);
    for (const windowMs of [100, 1000, 5000]) {
      expect(most(went, windowMs)).toBeLessThanOrEqual(
        whole.burst + (whole.perSecond * windowMs) / 1000 + 2,
      );
    }
  });

  it('leave each at least one call now and then', () => {
    const config = settings({
      CROSSDOCK_WORKERS: '10',
      CROSSDOCK_WMS_RATE_PER_S: '1',
      CROSSDOCK_RATE_BURST: '2',
      CROSSDOCK_CALLS_IN_FLIGHT_MAX: '4',
    });
    expect(calls(config)).toEqual({ perSecond: 0.1, burst: 1 });
    expect(config.calls.circuit.inFlightMax).toBe(1);
  });
});
