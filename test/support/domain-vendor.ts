import type { Command, CommandOutcome, PickSnapshot } from '../../src/domain/commands.ts';
import type { OrderInput, PickReported } from '../../src/domain/inputs.ts';
import type { Tape } from './domain-tape.ts';

/** What a warehouse of some vendor can do. */
export interface Vendor {
  /** Its lines are known by their SKU alone, one for all units of it. */
  bySku: boolean;
  /** Its accounts say which event they contain. */
  numbered: boolean;
  /** What its events say: what moved, that something did, or there are none. */
  events: 'lines' | 'headers' | 'none';
  /** What its events name of the pick. */
  names: 'pick' | 'reference' | 'nothing';
  cancel: 'lines' | 'whole' | 'none';
}

/** The template contract. */
export const ABLE: Vendor = {
  bySku: false,
  numbered: true,
  events: 'lines',
  names: 'pick',
  cancel: 'lines',
};

/** A vendor that can do less, in any way that its connection may describe. */
export function someVendor(tape: Tape): Vendor {
  return {
    bySku: tape.happens(2),
    numbered: tape.happens(2),
    events: tape.happens(4) ? 'none' : 'headers',
    names: (['pick', 'reference', 'nothing'] as const)[tape.choose(3)] ?? 'pick',
    cancel: (['lines', 'whole', 'none'] as const)[tape.choose(3)] ?? 'lines',
  };
}

/** Why this vendor cannot be asked to cancel that; null when it can. */
export function whyNot({ cancel }: Vendor, command: Command): CommandOutcome | null {
  if (command.kind !== 'cancel_pick' || cancel === 'lines') return null;
  if (cancel === 'whole' && command.lines === null) return null;
  const what = cancel === 'none' ? 'no pick' : 'no single lines';
  return { type: 'cancel_impossible', detail: `This warehouse cancels ${what}` };
}

/** An outcome as far as this vendor can tell it. */
export function toldBy(vendor: Vendor, outcome: CommandOutcome): CommandOutcome {
  if (!('pick' in outcome)) return outcome;
  return { ...outcome, pick: shownBy(vendor, outcome.pick) };
}

export function shownBy({ bySku, numbered }: Vendor, pick: PickSnapshot): PickSnapshot {
  const sequence = numbered ? pick.sequence : 0;
  return { ...pick, sequence, lines: bySku ? merged(pick.lines) : pick.lines };
}

function merged(lines: PickSnapshot['lines']): PickSnapshot['lines'] {
  const rows = new Map<string, PickSnapshot['lines'][number]>();
  for (const line of lines) {
    const row = rows.get(line.sku);
    if (row === undefined) {
      rows.set(line.sku, { ...line, lineId: null });
      continue;
    }
    row.requested += line.requested;
    row.allocated += line.allocated;
    row.picked += line.picked;
    row.shipped += line.shipped;
    row.short += line.short;
    row.cancelled += line.cancelled;
  }
  return [...rows.values()];
}

/** What this vendor sends of what has happened. */
export function eventsOf({ events, names }: Vendor, event: PickReported): OrderInput[] {
  if (events === 'none') return [];
  if (events === 'lines') return [event];
  const { connection, eventId, receivedAt, pickId, reference } = event;
  return [
    {
      ...{ type: 'pick_touched', connection, eventId, receivedAt },
      pickId: names === 'pick' ? pickId : null,
      reference: names === 'reference' ? reference : null,
    },
  ];
}
