import type { Command, CommandOutcome, PickSnapshot } from '../../src/domain/commands.ts';
import type { PickReported, PickStatus } from '../../src/domain/inputs.ts';
import { CALM, type Tape } from './domain-tape.ts';

export interface StockedLine {
  lineId: string;
  sku: string;
  requested: number;
  allocated: number;
  /** Short on the floor: still the warehouse's to fill. */
  unfilled: number;
  picked: number;
  shipped: number;
  /** Closed short. */
  short: number;
  cancelled: number;
  over: number;
  cancelAsked: boolean;
}

export interface StockedPick {
  pickId: string;
  reference: string;
  status: PickStatus;
  priority: string;
  sequence: number;
  lines: StockedLine[];
}

type Sent<K extends Command['kind']> = Extract<Command, { kind: K }>;

/** A warehouse as the template contract has it, in memory: stock, picks, gapless events. */
export class Warehouse {
  readonly available = new Map<string, number>();
  readonly picks: StockedPick[] = [];
  /** Events to be delivered. */
  readonly outbox: PickReported[] = [];
  /** Whether it ships, and reports that it does. */
  ships = true;
  private readonly answers = new Map<string, { body: string; outcome: CommandOutcome }>();
  private readonly tape: Tape;
  private readonly connection: string;
  private made = 0;

  constructor(tape: Tape = CALM, connection = 'wms') {
    this.tape = tape;
    this.connection = connection;
  }

  stock(sku: string): number {
    return this.available.get(sku) ?? 0;
  }

  /** Goods come in: picks that are short on the floor are filled first. */
  receive(sku: string, qty: number): void {
    this.available.set(sku, this.stock(sku) + qty);
    for (const pick of this.picks) {
      if (!isOpen(pick)) continue;
      this.change(pick, 'picked', () => {
        let filled = 0;
        for (const line of pick.lines) if (line.sku === sku) filled += this.fill(line);
        if (filled > 0) pick.status = 'IN_PROGRESS';
      });
    }
  }

  request(command: Sent<'request_pick'>): CommandOutcome {
    const body = JSON.stringify(command);
    const answered = this.answers.get(command.key);
    const known = this.picks.find((pick) => pick.reference === command.key);
    if (answered !== undefined && known !== undefined) {
      const stored = answered.body === body && this.tape.choose(2) === 0;
      return stored ? answered.outcome : { type: 'pick_accepted', pick: snapshotOf(known) };
    }
    const pick: StockedPick = {
      pickId: `PICK-${(this.made += 1)}`,
      reference: command.key,
      status: 'CREATED',
      priority: command.priority,
      sequence: 0,
      lines: command.lines.map(({ lineId, sku, qty }) => newLine(lineId, sku, qty)),
    };
    for (const line of pick.lines) this.fill(line);
    if (pick.lines.every((line) => line.allocated === 0)) return { type: 'pick_out_of_stock' };
    for (const line of pick.lines) closeShort(line);
    this.picks.push(pick);
    this.emit(pick, { counts: 'picked', before: new Map() });
    const outcome: CommandOutcome = { type: 'pick_accepted', pick: snapshotOf(pick) };
    this.answers.set(command.key, { body, outcome });
    return outcome;
  }

  look(command: Sent<'look_at_pick'>): CommandOutcome {
    const pick = this.picks.find((p) => p.pickId === command.pickId);
    return pick === undefined
      ? { type: 'pick_missing' }
      : { type: 'pick_seen', pick: snapshotOf(pick) };
  }

  update({ pickId, priority }: Sent<'update_pick'>): CommandOutcome {
    const pick = this.picks.find((p) => p.pickId === pickId);
    if (pick === undefined) return { type: 'pick_missing' };
    pick.priority = priority;
    return { type: 'pick_seen', pick: snapshotOf(pick) };
  }

  /** Lets go what is not picked yet, now and then only some of it, or nothing. */
  cancel(command: Sent<'cancel_pick'>): CommandOutcome {
    const body = JSON.stringify(command);
    const answered = this.answers.get(command.key);
    if (answered !== undefined) {
      if (answered.body !== body) throw new Error(`${command.key} with another body`);
      return answered.outcome;
    }
    const pick = this.picks.find((p) => p.pickId === command.pickId);
    if (pick === undefined) return { type: 'pick_missing' };
    const asked = pick.lines.filter((l) => command.lines?.includes(l.lineId) ?? true);
    const refused = this.tape.happens(6) || !isOpen(pick);
    let cancelled = 0;
    if (!refused) {
      this.change(pick, 'picked', () => {
        for (const line of asked) {
          line.cancelAsked = true;
          if (!this.tape.happens(5)) cancelled += this.release(line);
        }
        if (cancelled > 0) endIfResolved(pick);
      });
    }
    const outcome: CommandOutcome = {
      type: 'cancel_answered',
      result: cancelled === 0 ? 'REJECTED' : 'PARTIALLY_ACCEPTED',
      answered: asked.map((line) => line.lineId),
      pick: snapshotOf(pick),
    };
    this.answers.set(command.key, { body, outcome });
    return outcome;
  }

  /** A restore from a backup has lost the pick; what was reserved for it is free. */
  lose(pick: StockedPick): void {
    this.picks.splice(this.picks.indexOf(pick), 1);
    this.answers.delete(pick.reference);
    for (const line of pick.lines) {
      this.available.set(line.sku, this.stock(line.sku) + line.allocated);
    }
  }

  /** One thing that happens on the floor: it ends in one event when it changed something. */
  change(pick: StockedPick, counts: PickReported['counts'], work: () => void): void {
    const before = new Map(pick.lines.map((line) => [line.lineId, { ...line }]));
    const was = JSON.stringify([pick.status, pick.lines]);
    work();
    if (JSON.stringify([pick.status, pick.lines]) === was) return;
    this.emit(pick, { counts, before });
  }

  /** Reserves what there is for what is unfilled. */
  fill(line: StockedLine): number {
    const qty = Math.min(line.unfilled, this.stock(line.sku));
    this.available.set(line.sku, this.stock(line.sku) - qty);
    line.unfilled -= qty;
    line.allocated += qty;
    return qty;
  }

  release(line: StockedLine): number {
    const units = line.allocated + line.unfilled;
    this.available.set(line.sku, this.stock(line.sku) + line.allocated);
    line.cancelled += units;
    line.allocated = 0;
    line.unfilled = 0;
    return units;
  }

  private emit(
    pick: StockedPick,
    { counts, before }: { counts: PickReported['counts']; before: Map<string, StockedLine> },
  ): void {
    pick.sequence += 1;
    const changed = pick.lines.filter((line) => {
      const was = before.get(line.lineId);
      return was === undefined || JSON.stringify(was) !== JSON.stringify(line);
    });
    const told = changed.length > 0 ? changed : pick.lines;
    this.outbox.push({
      type: 'pick_reported',
      connection: this.connection,
      eventId: `${pick.pickId}-${pick.sequence}`,
      receivedAt: 0,
      pickId: pick.pickId,
      reference: pick.reference,
      status: pick.status,
      sequence: pick.sequence,
      counts,
      lines: told.map((line) => ({
        lineId: line.lineId,
        sku: line.sku,
        delta: line[counts] - (before.get(line.lineId)?.[counts] ?? line[counts]),
        cumulative: line[counts],
        short: line.short + line.unfilled,
        cancelled: line.cancelled,
      })),
    });
  }
}

function newLine(lineId: string, sku: string, requested: number): StockedLine {
  return {
    ...{ lineId, sku, requested },
    ...{ allocated: 0, picked: 0, shipped: 0, short: 0, cancelled: 0, over: 0 },
    unfilled: requested,
    cancelAsked: false,
  };
}

export function snapshotOf(pick: StockedPick): PickSnapshot {
  return {
    pickId: pick.pickId,
    status: pick.status,
    sequence: pick.sequence,
    lines: pick.lines.map(
      ({ lineId, sku, requested, allocated, picked, shipped, short, cancelled }) => ({
        ...{ lineId, sku, requested, allocated, picked, shipped, short, cancelled },
      }),
    ),
  };
}

export function isOpen(pick: StockedPick): boolean {
  return pick.status !== 'COMPLETED' && pick.status !== 'CANCELLED';
}

export function closeShort(line: StockedLine): void {
  line.short += line.unfilled;
  line.unfilled = 0;
}

/** Nothing picked must not read as success. */
export function endIfResolved(pick: StockedPick): void {
  if (pick.lines.some((line) => line.allocated + line.unfilled > 0)) return;
  pick.status = pick.lines.some((line) => line.picked > 0) ? 'COMPLETED' : 'CANCELLED';
}
