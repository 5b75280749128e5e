import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultDeliveryPolicy } from '../../src/delivery/policy.ts';
import { retryAfterMs } from '../../src/delivery/retry-after.ts';
import { backoffMs, judge, type AttemptOutcome } from '../../src/delivery/retry.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const rule = defaultDeliveryPolicy;

function verdictOf(
  outcome: AttemptOutcome,
  options: { attempt?: number; timeScale?: number; random?: () => number } = {},
) {
  return judge({
    rule,
    outcome,
    attempt: options.attempt ?? 1,
    now: NOW,
    timeScale: options.timeScale ?? 1,
    random: options.random ?? (() => 0.5),
  });
}

describe('the retry rule of the seed', () => {
  it('has five attempts, one second doubled up to a minute, as its default', () => {
    expect(rule).toMatchObject({ attemptsMax: 5, initialMs: 1000, factor: 2, capMs: 60_000 });
    expect(rule.jitter).toBe('full');
  });

  it('jitters fully within the bounds of each attempt', () => {
    const attempts = fc.integer({ min: 1, max: 40 });
    const luck = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(attempts, luck, (attempt, random) => {
        const wait = backoffMs(rule, attempt, () => random);
        const ceiling = Math.min(60_000, 1000 * 2 ** (attempt - 1));
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(ceiling);
        expect(wait).toBeCloseTo(random * ceiling, 6);
      }),
    );
  });

  it('waits the whole ceiling without jitter', () => {
    const waits = [1, 2, 3, 7, 8].map((n) => backoffMs({ ...rule, jitter: 'none' }, n, () => 0));
    expect(waits).toEqual([1000, 2000, 4000, 60_000, 60_000]);
  });

  it('stops on every 2xx', () => {
    for (let status = 200; status < 300; status += 1) {
      expect(verdictOf({ status }).kind).toBe('delivered');
    }
  });

  it('stops as failed on every 4xx but 409 and 429', () => {
    for (let status = 400; status < 500; status += 1) {
      const expected = status === 409 || status === 429 ? 'retry' : 'failed';
      expect([status, verdictOf({ status }).kind]).toEqual([status, expected]);
    }
  });

  it('tries again after 3xx, 5xx and no answer at all', () => {
    for (const status of [301, 302, 307, 308, 500, 502, 503, 504, null]) {
      expect([status, verdictOf({ status }).kind]).toEqual([status, 'retry']);
    }
  });

  it('fails after the last attempt, whatever the receiver asks for', () => {
    expect(verdictOf({ status: 503, retryAfter: '1' }, { attempt: 4 }).kind).toBe('retry');
    expect(verdictOf({ status: 503, retryAfter: '1' }, { attempt: 5 }).kind).toBe('failed');
    expect(verdictOf({ status: null }, { attempt: 5 }).kind).toBe('failed');
  });

  it('never waits less than Retry-After asks, up to the cap, and does not scale it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(0.01, 1, 3),
        (seconds, random, timeScale) => {
          const verdict = verdictOf(
            { status: 429, retryAfter: String(seconds) },
            { timeScale, random: () => random },
          );
          const asked = Math.min(seconds * 1000, rule.retryAfterMaxMs);
          const delayMs = verdict.kind === 'retry' ? verdict.delayMs : -1;
          expect(delayMs).toBe(Math.ceil(Math.max(asked, random * 1000 * timeScale)));
        },
      ),
    );
  });

  it('scales its own waits only', () => {
    expect(verdictOf({ status: 500 }, { timeScale: 0.01 })).toEqual({ kind: 'retry', delayMs: 5 });
  });
});

describe('Retry-After', () => {
  it('is read as seconds', () => {
    expect(retryAfterMs('120', NOW)).toBe(120_000);
    expect(retryAfterMs(' 0 ', NOW)).toBe(0);
  });

  it('is read as each of the three HTTP dates', () => {
    for (const date of [
      'Fri, 20 Nov 2026 12:00:30 GMT',
      'Friday, 20-Nov-26 12:00:30 GMT',
      'Fri Nov 20 12:00:30 2026',
    ]) {
      expect([date, retryAfterMs(date, NOW)]).toEqual([date, 30_000]);
    }
  });

  it('in the past asks for nothing', () => {
    expect(retryAfterMs('Fri, 20 Nov 2026 11:00:00 GMT', NOW)).toBe(0);
  });

  it('that is garbage is ignored', () => {
    for (const garbage of [
      undefined,
      '',
      'soon',
      '-5',
      '1.5',
      '1e3',
      '99999999999999',
      '2026-11-20T12:00:30Z',
      'Fri, 99 Nov 2026 99:00:30 GMT',
      'Fri, 20 Nov 2026 12:00:30 +0200',
    ]) {
      expect([garbage, retryAfterMs(garbage, NOW)]).toEqual([garbage, undefined]);
    }
  });
});
