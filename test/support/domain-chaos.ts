import type { Command, CommandOutcome, PickSnapshot } from '../../src/domain/commands.ts';
import type { PickReported, PickStatus } from '../../src/domain/inputs.ts';
import { Facts } from './domain-facts.ts';
import type { Tape } from './domain-tape.ts';
import { watchBooks } from './domain-promises.ts';
import { World } from './domain-world.ts';

const STATUSES: readonly PickStatus[] = [
  'CREATED',
  'ASSIGNED',
  'IN_PROGRESS',
  'PARTIAL',
  'COMPLETED',
  'CANCELLED',
];

const LINES = ['L0', 'L1', 'L9'] as const;

/** A warehouse that says anything at all, in well-formed messages. */
export function liveAmongLies(tape: Tape): World {
  const facts = new Facts();
  const answer = (command: Command): CommandOutcome | null => lie(tape, command);
  const world = new World({ tape, answer, watch: watchBooks() });
  world.feed(facts.created({ 'L0 SKU-1': tape.choose(6), 'L1 SKU-1': tape.choose(6) }));
  let version = 1;
  while (!tape.isOver) {
    const kind = tape.choose(11);
    version += 1;
    const units = { 'L0 SKU-1': tape.choose(6), 'L1 SKU-1': tape.choose(6) };
    if (kind < 6) world.feed(rumour(tape, version));
    else if (kind === 10) world.feed(facts.touched(tape.happens(2) ? `PICK-${version % 3}` : null));
    else if (kind === 6) world.feed(facts.updated(version, units));
    else if (kind === 7 && tape.happens(4)) world.feed(facts.cancelled(version));
    else world.wait(tape.choose(400_000));
  }
  return world;
}

function lie(tape: Tape, command: Command): CommandOutcome | null {
  if (command.kind === 'request_pick') {
    return tape.happens(5)
      ? { type: 'pick_out_of_stock' }
      : { type: 'pick_accepted', pick: anyPick(tape) };
  }
  if (command.kind === 'look_at_pick') {
    return tape.happens(6) ? { type: 'pick_missing' } : { type: 'pick_seen', pick: anyPick(tape) };
  }
  if (command.kind !== 'cancel_pick') return null;
  if (tape.happens(6)) return { type: 'pick_missing' };
  if (tape.happens(6)) return { type: 'cancel_impossible', detail: 'No.' };
  return { type: 'cancel_answered', result: '?', answered: [], pick: anyPick(tape) };
}

function anyPick(tape: Tape): PickSnapshot {
  return {
    pickId: `PICK-${tape.choose(2)}`,
    status: STATUSES[tape.choose(6)] ?? 'CREATED',
    sequence: tape.choose(8),
    lines: LINES.slice(tape.choose(2), 1 + tape.choose(3)).map((lineId) => ({
      lineId: tape.happens(4) ? null : lineId,
      sku: tape.happens(8) ? 'SKU-7' : 'SKU-1',
      requested: tape.choose(7),
      allocated: tape.choose(5),
      picked: tape.choose(5),
      shipped: tape.choose(5),
      short: tape.choose(5),
      cancelled: tape.choose(5),
    })),
  };
}

function rumour(tape: Tape, id: number): PickReported {
  return {
    type: 'pick_reported',
    connection: 'wms',
    eventId: `rumour-${id}`,
    receivedAt: 0,
    pickId: `PICK-${tape.choose(3)}`,
    reference: tape.happens(8) ? `pick:ORD-1:${1 + tape.choose(6)}:1` : null,
    status: STATUSES[tape.choose(6)] ?? 'CREATED',
    sequence: 1 + tape.choose(9),
    counts: tape.happens(3) ? 'shipped' : 'picked',
    lines: LINES.slice(tape.choose(2), 1 + tape.choose(3)).map((lineId) => ({
      lineId,
      sku: 'SKU-1',
      delta: tape.choose(6) - 2,
      cumulative: tape.choose(6),
      short: tape.choose(4),
      cancelled: tape.happens(2) ? null : tape.choose(4),
    })),
  };
}
