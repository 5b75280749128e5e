import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs } from '../../src/inbox/backoff.ts';
import { InboxGauge } from '../../src/inbox/gauge.ts';
import type { Backlog } from '../../src/inbox/store.ts';

function gaugeAt(start: number) {
  const clock = { now: start };
  const truth: Backlog = { count: 0, oldestReceivedAt: null };
  let writes = true;
  const gauge = new InboxGauge({
    count: async () => ({ ...truth }),
    probeWrite: () => writes,
    now: () => clock.now,
  });
  return { gauge, clock, truth, setWrites: (value: boolean) => (writes = value) };
}

test('counts in memory between refreshes, and is set right by them', async () => {
  const { gauge, clock, truth } = gaugeAt(1000);
  gauge.added();
  gauge.added();
  clock.now = 4000;
  expect(gauge.read()).toEqual({ backlog: 2, oldestAgeMs: 3000, drainSeconds: null });
  truth.count = 7;
  truth.oldestReceivedAt = 500;
  await gauge.refresh();
  expect(gauge.read()).toMatchObject({ backlog: 7, oldestAgeMs: 3500 });
});

test('an empty backlog has no age and is drained', async () => {
  const { gauge } = gaugeAt(0);
  gauge.added();
  gauge.settled(1);
  expect(gauge.read()).toEqual({ backlog: 0, oldestAgeMs: 0, drainSeconds: 0 });
});

test('the drain estimate follows the pace, and is unknown while nothing drains', async () => {
  const { gauge, clock, truth } = gaugeAt(0);
  truth.count = 100;
  truth.oldestReceivedAt = 0;
  for (let n = 0; n < 20; n += 1) {
    clock.now += 1000;
    gauge.settled(10);
    await gauge.refresh();
  }
  expect(gauge.read().drainSeconds).toBeGreaterThanOrEqual(10);
  expect(gauge.read().drainSeconds).toBeLessThanOrEqual(11);
  for (let n = 0; n < 60; n += 1) {
    clock.now += 1000;
    await gauge.refresh();
  }
  expect(gauge.read().drainSeconds).toBeNull();
});

test('a failed write shows until a probe or a write succeeds', async () => {
  const { gauge, setWrites } = gaugeAt(0);
  gauge.writeFailed();
  setWrites(false);
  await gauge.refresh();
  expect(gauge.writable).toBe(false);
  setWrites(true);
  await gauge.refresh();
  expect(gauge.writable).toBe(true);
  gauge.writeFailed();
  gauge.added();
  expect(gauge.writable).toBe(true);
});

test('the backoff doubles up to its maximum and never falls under half of it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (n, r) => {
        const ms = backoffMs(n, { initialMs: 100, maxMs: 5000, random: () => r });
        const ceiling = Math.min(5000, 100 * 2 ** Math.min(n - 1, 30));
        expect(ms).toBeGreaterThanOrEqual(ceiling / 2);
        expect(ms).toBeLessThanOrEqual(ceiling);
      },
    ),
  );
});
