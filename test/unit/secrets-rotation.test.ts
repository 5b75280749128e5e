import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMasterKeys } from '../../src/secrets/master-key.ts';
import { rotateSecrets, type KeptSecret } from '../../src/secrets/rotate.ts';
import { endOf } from '../../src/verification/secrets.ts';
import { createVerifier } from '../../src/verification/verify.ts';
import { hexHmac, profileNamed, requestOf } from '../support/signed.ts';

const NOW_MS = 1_800_000_000_000;
const FIRST: KeptSecret = { id: 'a', value: 'A', state: 'active', until: null, createdAt: null };

interface Step {
  at: number;
  overlapMs: number;
  force: boolean;
}

/** The values that verify at a moment, asked of the verifier itself. */
function accepted(kept: readonly KeptSecret[], nowMs: number): string[] {
  const verifier = createVerifier(profileNamed('template'), kept);
  return kept
    .map(({ value }) => value)
    .filter((value) => {
      const headers = { 'x-signature': hexHmac(value, 'x'), 'x-event-id': 'e' };
      return verifier.verify(requestOf('x', headers), nowMs).authentic;
    });
}

function rotate(kept: readonly KeptSecret[], value: string, step: Step) {
  const { at: now, overlapMs, force } = step;
  return rotateSecrets({ kept, id: value.toLowerCase(), value, now, overlapMs, force });
}

describe('the timeline of a rotation', () => {
  const once = rotate([FIRST], 'B', { at: NOW_MS, overlapMs: 1000, force: false });
  if (!once.rotated) throw new Error('The first rotation is never refused.');

  test.each([
    [0, ['A', 'B']],
    [999, ['A', 'B']],
    [1000, ['B']],
    [10_000_000, ['B']],
  ])('%i ms after it: %j', (laterMs, values) => {
    expect(accepted(once.kept, NOW_MS + laterMs)).toEqual(values);
    expect(once.previousUntil).toBe(NOW_MS + 1000);
  });

  test('a second one inside the overlap is refused, at its end it is not', () => {
    const second = (at: number) => rotate(once.kept, 'C', { at, overlapMs: 0, force: false });
    expect(second(NOW_MS + 999)).toEqual({ rotated: false, overlapUntil: NOW_MS + 1000 });
    expect(second(NOW_MS + 1000).rotated).toBe(true);
  });

  test('forced, it ends the former secret at once and keeps the present one for its overlap', () => {
    const forced = rotate(once.kept, 'C', { at: NOW_MS + 1, overlapMs: 500, force: true });
    if (!forced.rotated) throw new Error('A forced rotation is never refused.');
    expect(accepted(forced.kept, NOW_MS + 1)).toEqual(['B', 'C']);
    expect(accepted(forced.kept, NOW_MS + 501)).toEqual(['C']);
  });

  test('without an overlap the former secret ends with the call', () => {
    const leak = rotate([FIRST], 'B', { at: NOW_MS, overlapMs: 0, force: false });
    if (!leak.rotated) throw new Error('The first rotation is never refused.');
    expect(accepted(leak.kept, NOW_MS)).toEqual(['B']);
  });

  test('a next secret stays what it is', () => {
    const next: KeptSecret = { ...FIRST, id: 'n', value: 'N', state: 'next' };
    const with2 = rotate([FIRST, next], 'B', { at: NOW_MS, overlapMs: 0, force: false });
    if (!with2.rotated) throw new Error('The first rotation is never refused.');
    expect(accepted(with2.kept, NOW_MS)).toEqual(['N', 'B']);
  });
});

test('whatever is rotated when: the last secret works, a retired one never again, at most two do', () => {
  const step = fc.record({
    afterMs: fc.integer({ min: 0, max: 2000 }),
    overlapMs: fc.integer({ min: 0, max: 2000 }),
    force: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
      let kept: KeptSecret[] = [FIRST];
      let newest = 'A';
      let at = NOW_MS;
      const dead = new Set<string>();
      for (const [index, { afterMs, overlapMs, force }] of steps.entries()) {
        at += afterMs;
        const before = accepted(kept, at);
        const result = rotate(kept, `V${index}`, { at, overlapMs, force });
        expect(result.rotated).toBe(force || before.length === 1);
        if (result.rotated) {
          newest = `V${index}`;
          kept = result.kept;
        }
        const now = accepted(kept, at);
        expect(now).toContain(newest);
        expect(now.length).toBeLessThanOrEqual(2);
        for (const { value } of kept) if (!now.includes(value)) dead.add(value);
        for (const value of now) expect(dead.has(value)).toBe(false);
      }
      expect(kept.filter((one) => endOf(one) === Number.POSITIVE_INFINITY)).toHaveLength(1);
    }),
    { numRuns: 500 },
  );
});

describe('the master key', () => {
  const old = createMasterKeys(['an old master key of 32 characters']);
  const both = createMasterKeys([
    'the new master key of 32 characters',
    'an old master key of 32 characters',
  ]);

  test('opens what it sealed, never the same twice, and holds no plain text', () => {
    const one = old.seal('a secret', 'here');
    const two = old.seal('a secret', 'here');
    expect(old.open(one, 'here')).toBe('a secret');
    expect(one.bytes.equals(two.bytes)).toBe(false);
    expect(one.bytes.toString('latin1')).not.toContain('a secret');
  });

  test('opens nothing that was moved to another place', () => {
    expect(() => old.open(old.seal('a secret', 'here'), 'there')).toThrow(/changed from outside/);
  });

  test('a former one still opens what it sealed, and the first one seals', () => {
    const sealed = old.seal('a secret', 'here');
    expect(both.open(sealed, 'here')).toBe('a secret');
    expect(both.seal('a secret', 'here').masterKeyId).not.toBe(sealed.masterKeyId);
    expect(() => old.open(both.seal('a secret', 'here'), 'here')).toThrow(
      /sealed under the master key [0-9a-f]{8}, which CROSSDOCK_MASTER_KEY does not have/,
    );
  });

  test('every changed byte of what it sealed is refused', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.integer({ min: 1, max: 255 }), (text, at, flip) => {
        const sealed = old.seal(text, 'here');
        const bytes = Buffer.from(sealed.bytes);
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ flip;
        expect(() => old.open({ ...sealed, bytes }, 'here')).toThrow();
      }),
      { numRuns: 300 },
    );
  });
});
