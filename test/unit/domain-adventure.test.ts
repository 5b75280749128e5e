import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Adventure } from '../support/domain-adventure.ts';
import { createTape, numbersOf } from '../support/domain-tape.ts';
import { assertEnd, watchTurns } from '../support/domain-promises.ts';

const RUNS = Number(process.env['DOMAIN_RUNS'] ?? 1500);

describe('a random life of an order', () => {
  it('ends with the books, the warehouse and the CRM in step, unit by unit', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 400 }), fc.boolean(), (seed, length, unnumbered) => {
        const tape = createTape(numbersOf(seed, length));
        const adventure = new Adventure({ tape, crashes: false, unnumbered, watch: watchTurns() });
        adventure.live();
        adventure.comeToRest();
        assertEnd(adventure);
        expect(adventure.world.crm.disagreements).toBe(0);
      }),
      { numRuns: RUNS, verbose: 0 },
    );
  });
});
