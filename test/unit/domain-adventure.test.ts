import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Adventure } from '../support/domain-adventure.ts';
import { liveAmongLies } from '../support/domain-chaos.ts';
import { assertEnd, assertMoves, watchTurns } from '../support/domain-promises.ts';
import { createTape, numbersOf } from '../support/domain-tape.ts';
import { someVendor } from '../support/domain-vendor.ts';

/** A random run is told by a seed and its length; fast-check prints both when one fails. */
const seeds = fc.integer();
/** Seconds on an idle machine, and minutes on one that is busy. */
const TIMEOUT_MS = 180_000;
const lengths = fc.integer({ min: 0, max: 500 });

describe('a random life of an order', () => {
  it(
    'ends with books, warehouse, CRM and task in step, each move once, whatever is late, doubled, lost or down',
    () => {
      fc.assert(
        fc.property(seeds, lengths, fc.boolean(), (seed, length, unnumbered) => {
          const tape = createTape(numbersOf(seed, length));
          const adventure = new Adventure({
            tape,
            crashes: false,
            unnumbered,
            watch: watchTurns(),
          });
          adventure.live();
          adventure.comeToRest();
          assertEnd(adventure);
          assertMoves(adventure.world.state, adventure.world.effects.moves);
          expect(adventure.world.crm.disagreements).toBe(0);
        }),
        { numRuns: 1500 },
      );
    },
    TIMEOUT_MS,
  );

  it(
    'ends in step when steps are cut off before they are recorded and run again with more ahead',
    () => {
      fc.assert(
        fc.property(seeds, lengths, fc.boolean(), (seed, length, unnumbered) => {
          const tape = createTape(numbersOf(seed, length));
          const adventure = new Adventure({ tape, crashes: true, unnumbered });
          adventure.live();
          adventure.comeToRest();
          assertEnd(adventure);
        }),
        { numRuns: 1500 },
      );
    },
    TIMEOUT_MS,
  );
});

describe('a random life of an order among people', () => {
  it(
    'ends in step with what they decided, whoever was first and whatever was cut off',
    () => {
      fc.assert(
        fc.property(seeds, lengths, fc.boolean(), (seed, length, crashes) => {
          const tape = createTape(numbersOf(seed, length));
          const adventure = new Adventure({ tape, crashes, persons: true });
          adventure.live();
          adventure.comeToRest();
          assertEnd(adventure);
        }),
        { numRuns: 1000 },
      );
    },
    TIMEOUT_MS,
  );
});

describe('a random life of an order whose warehouse can do less', () => {
  it(
    'ends in step by whatever it tells, or by looks alone, and asks for no unit twice',
    () => {
      fc.assert(
        fc.property(seeds, lengths, fc.boolean(), (seed, length, shipsNothing) => {
          const tape = createTape(numbersOf(seed, length));
          const adventure = new Adventure({
            tape,
            crashes: false,
            vendor: someVendor(tape),
            policy: { terminalBucket: shipsNothing ? 'picked' : 'shipped' },
            watch: watchTurns(),
          });
          adventure.live();
          adventure.comeToRest();
          assertEnd(adventure);
          assertMoves(adventure.world.state, adventure.world.effects.moves);
        }),
        { numRuns: 1000 },
      );
    },
    TIMEOUT_MS,
  );

  it(
    'ends in step among people, and when steps are cut off',
    () => {
      fc.assert(
        fc.property(seeds, lengths, fc.boolean(), (seed, length, crashes) => {
          const tape = createTape(numbersOf(seed, length));
          const vendor = someVendor(tape);
          const adventure = new Adventure({ tape, crashes, persons: true, vendor });
          adventure.live();
          adventure.comeToRest();
          assertEnd(adventure);
        }),
        { numRuns: 700 },
      );
    },
    TIMEOUT_MS,
  );
});

describe('a random life of an order that ends at picked', () => {
  it(
    'ends in step through partial picks, backorders and cancels, and nothing is shipped',
    () => {
      fc.assert(
        fc.property(seeds, lengths, fc.boolean(), (seed, length, persons) => {
          const tape = createTape(numbersOf(seed, length));
          const policy = { terminalBucket: 'picked' } as const;
          const adventure = new Adventure({ tape, crashes: false, persons, policy });
          adventure.live();
          adventure.comeToRest();
          assertEnd(adventure);
        }),
        { numRuns: 500 },
      );
    },
    TIMEOUT_MS,
  );
});

describe('a warehouse that says anything at all', () => {
  it(
    'never breaks the books, never makes them fall, and is never asked without end',
    () => {
      fc.assert(
        fc.property(seeds, lengths, (seed, length) => {
          const world = liveAmongLies(createTape(numbersOf(seed, length)));
          expect(world.sent).toBeLessThan(20 + length);
        }),
        { numRuns: 1500 },
      );
    },
    TIMEOUT_MS,
  );
});
