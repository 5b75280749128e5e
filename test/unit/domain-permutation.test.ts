import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CommandOutcome } from '../../src/domain/commands.ts';
import type { OrderInput } from '../../src/domain/inputs.ts';
import { Facts } from '../support/domain-facts.ts';
import { finishFloor, workOnFloor } from '../support/domain-floor.ts';
import { createTape, numbersOf, type Tape } from '../support/domain-tape.ts';
import { snapshotOf } from '../support/domain-warehouse.ts';
import { World } from '../support/domain-world.ts';

const SETTLING_MS = 3_600_000;

/** Seconds on an idle machine, and minutes on one that is busy. */
const TIMEOUT_MS = 180_000;

/** All of them, some twice, in any order. */
function shuffled<T>(items: readonly T[], tape: Tape): T[] {
  const left = [...items, ...items.filter(() => tape.happens(2))];
  return Array.from({ length: left.length }, () => left.splice(tape.choose(left.length), 1)).flat();
}

function books(world: World): unknown {
  const entries = world.state.lines.map(
    ({ lineId, ordered, buckets, over, cancelledByCustomer }) => [
      lineId,
      { ordered, ...buckets, over, cancelledByCustomer },
    ],
  );
  return Object.fromEntries(entries);
}

describe('the order of arrival', () => {
  it(
    'of what the warehouse tells does not change the books, before the answer or after it',
    () => {
      fc.assert(
        fc.property(fc.integer(), fc.integer({ min: 5, max: 120 }), (seed, length) => {
          const told = workedPick(createTape(numbersOf(seed, length)));
          const events = told.warehouse.outbox.splice(0);
          const before = structuredClone(told.state);
          told.retry(pending(told));
          told.feed(...events);

          const tape = createTape(numbersOf(seed + 1, 300));
          const mixed = workedPick(createTape(numbersOf(seed, length)));
          expect(mixed.state).toEqual(before);
          const arrivals = shuffled(events, tape);
          const early = arrivals.splice(0, tape.choose(arrivals.length + 1));
          mixed.feed(...early);
          if (tape.happens(2)) mixed.answer = () => presentState(mixed);
          mixed.retry(pending(mixed));
          mixed.answer = () => null;
          for (const event of arrivals) mixed.feed(event);
          mixed.wait(SETTLING_MS);
          expect(books(mixed)).toEqual(books(told));
        }),
        { numRuns: 1000 },
      );
    },
    TIMEOUT_MS,
  );

  it(
    'of what the CRM states does not change where the order ends',
    () => {
      fc.assert(
        fc.property(fc.integer(), fc.boolean(), (seed, numbered) => {
          const tape = createTape(numbersOf(seed, 200));
          const statements = randomStatements(tape, numbered);
          const inOrder = endOf(statements, numbered);
          expect(endOf(shuffled(statements, tape), numbered)).toEqual(inOrder);
        }),
        { numRuns: 1000 },
      );
    },
    TIMEOUT_MS,
  );
});

/** A pick whose answer is still under way while the floor works on it. */
function workedPick(tape: Tape): World {
  const world = new World({
    luck: (command) => (command.kind === 'request_pick' ? 'lost' : 'done'),
  });
  for (const sku of ['SKU-1', 'SKU-2']) world.warehouse.receive(sku, 2 + tape.choose(9));
  const units = { 'A SKU-1': 1 + tape.choose(6), 'B SKU-1': tape.choose(5), 'C SKU-2': 3 };
  world.feed(new Facts().created(units));
  while (!tape.isOver) workOnFloor(world.warehouse, tape);
  return world;
}

function pending(world: World): World['background'][number] {
  const command = world.background[0];
  if (command === undefined) throw new Error('nothing is under way');
  world.luck = () => 'done';
  return command;
}

/** What the warehouse answers a probe for the pick, instead of what it answered at first. */
function presentState(world: World): CommandOutcome {
  const pick = world.warehouse.picks[0];
  return pick === undefined
    ? { type: 'pick_out_of_stock' }
    : { type: 'pick_accepted', pick: snapshotOf(pick) };
}

function randomStatements(tape: Tape, numbered: boolean): OrderInput[] {
  const facts = new Facts();
  const units = (): Record<string, number> =>
    Object.fromEntries(
      ['A SKU-1', 'B SKU-1', 'C SKU-2'].flatMap((name) =>
        tape.happens(4) ? [] : [[name, tape.choose(7)] as const],
      ),
    );
  const statements: OrderInput[] = [facts.created(units(), { version: numbered ? 1 : null })];
  for (let n = 2; n < 3 + tape.choose(5); n += 1) {
    const number = numbered ? n : null;
    const lineIds = tape.happens(2) ? ['B'] : null;
    statements.push(
      tape.happens(4) ? facts.cancelled(number, lineIds) : facts.updated(number, units()),
    );
  }
  return statements;
}

/** The CRM's statements one by one, then the floor. */
function endOf(statements: readonly OrderInput[], numbered: boolean): unknown {
  const world = new World();
  for (const sku of ['SKU-1', 'SKU-2']) world.warehouse.receive(sku, 100);
  for (const statement of statements) world.feed(statement).hear();
  finishFloor(world.warehouse);
  world.hear();
  expect(world.state.closedAt).not.toBeNull();
  const { version, priority, lines } = world.state;
  // A version that a later one has overtaken is history: only in order does it count as ordered.
  const delivered = lines
    .filter((line) => line.buckets.shipped > 0)
    .map(({ lineId, buckets, over }) => [lineId, buckets.shipped, over] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { delivered, version: numbered ? version : null, priority };
}
