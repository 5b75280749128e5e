import { nextDueAt } from '../../src/domain/due.ts';
import type { OrderInput } from '../../src/domain/inputs.ts';
import type { OrderPolicy } from '../../src/domain/policy.ts';
import { Facts } from './domain-facts.ts';
import { finishFloor, workOnFloor } from './domain-floor.ts';
import { carriedOver } from './domain-promises.ts';
import { meddle } from './domain-persons.ts';
import type { Tape } from './domain-tape.ts';
import type { Vendor } from './domain-vendor.ts';
import { World, type Luck } from './domain-world.ts';

export interface AdventureOptions {
  tape: Tape;
  /** Steps that are cut off and run again. */
  crashes: boolean;
  /** People decide, hold, cancel, and meddle with the task. */
  persons?: boolean;
  /** Statements of the CRM carry no number. */
  unnumbered?: boolean;
  vendor?: Partial<Vendor>;
  policy?: Partial<OrderPolicy>;
  watch?: (world: World) => void;
}

const SKUS = ['SKU-1', 'SKU-2'] as const;

type Deed =
  'deliver' | 'settle' | 'floor' | 'receive' | 'restate' | 'offer' | 'wait' | 'replay' | 'person';

const DEEDS: readonly Deed[] = [
  ...['deliver', 'deliver', 'deliver', 'settle', 'settle', 'floor', 'floor', 'receive'],
  ...['restate', 'offer', 'wait', 'replay'],
] as Deed[];

/** A busy floor, and a CRM that cannot make up its mind. */
const MOODS: readonly (readonly Deed[])[] = [
  DEEDS,
  [...DEEDS, 'floor', 'floor', 'floor', 'deliver'],
  ['deliver', 'deliver', 'settle', 'restate', 'deliver', 'restate', 'wait', 'replay'],
];

/** A random life of one order: everything arrives twice, late, in any order, or not at all. */
export class Adventure {
  readonly world: World;
  /** What is under way to the loop. */
  private readonly wire: OrderInput[] = [];
  private readonly tape: Tape;
  private readonly crashes: boolean;
  private readonly unnumbered: boolean;
  /** What no mapping knew when it came, and that an operator sends through again. */
  private readonly unmapped: OrderInput[] = [];
  private readonly resent = new Set<string>();
  private readonly wanted = new Map<string, number>();
  private version = 1;
  private calm = false;
  private readonly facts = new Facts();
  private readonly mood: readonly Deed[];
  inputs = 0;

  constructor({ tape, crashes, persons, unnumbered = false, ...more }: AdventureOptions) {
    this.tape = tape;
    const mood = MOODS[tape.choose(MOODS.length)] ?? DEEDS;
    this.mood = persons === true ? [...mood, 'person', 'person'] : mood;
    this.crashes = crashes;
    this.unnumbered = unnumbered;
    this.world = new World({ ...more, tape, luck: () => this.luck() });
    this.world.crm.showsEvents = !tape.happens(3);
    for (const sku of SKUS) this.world.warehouse.receive(sku, tape.choose(12));
    for (let n = 0; n <= tape.choose(3); n += 1) this.wanted.set(lineName(n), tape.choose(7));
    this.wire.push(this.facts.created(this.units(), { version: unnumbered ? null : 1 }));
  }

  live(): void {
    while (!this.tape.isOver) this.act();
  }

  private act(): void {
    const { tape, world } = this;
    switch (this.mood[tape.choose(this.mood.length)]) {
      case 'deliver':
        this.deliver();
        break;
      case 'settle':
        this.settleOne();
        break;
      case 'floor':
        workOnFloor(world.warehouse, tape);
        break;
      case 'receive':
        world.warehouse.receive(SKUS[tape.choose(2)] ?? 'SKU-1', tape.choose(5));
        break;
      case 'restate':
        this.restate();
        break;
      case 'offer':
        this.offer();
        break;
      case 'wait':
        world.wait(tape.choose(tape.happens(4) ? 40 * 86_400_000 : 200_000));
        break;
      case 'person':
        this.wire.push(...meddle(world, this.facts, tape));
        break;
      default:
        this.replay();
    }
    this.collect();
  }

  /** Everything arrives, every command ends, the floor finishes, stock comes: the order must end. */
  comeToRest(): void {
    this.calm = true;
    const { world } = this;
    this.wire.push(...this.unmapped.splice(0));
    for (let round = 0; round < 300; round += 1) {
      this.collect();
      if (this.crashes) this.reconcile();
      const facts = this.wire.splice(0);
      world.feed(...facts);
      while (world.background.length > 0) this.settleOne();
      world.run();
      this.replay();
      finishFloor(world.warehouse);
      if (world.state.holds.length > 0 && world.state.closedAt === null)
        this.wire.push(this.facts.commanded('release'));
      if (this.isQuiet()) return;
      if (facts.length === 0 && world.background.length === 0) this.passTime();
    }
    throw new Error(`no rest: ${JSON.stringify(world.state)}`);
  }

  /** What a step that was cut off has asked for, and no event may ever name, is found by a sweep (D3). */
  private reconcile(): void {
    const { state, warehouse } = this.world;
    for (const { pickId, reference } of warehouse.picks) {
      if (state.requests.some((request) => request.pickId === pickId)) continue;
      this.wire.push(this.facts.touched(pickId, reference));
    }
  }

  private isQuiet(): boolean {
    const { world } = this;
    this.collect();
    if (this.crashes) this.reconcile();
    return world.state.closedAt !== null && this.wire.length === 0 && world.queue.length === 0;
  }

  /** The next thing that waits for its time: a look, or stock for a backorder. */
  private passTime(): void {
    const { world } = this;
    const waiting = world.step?.waiting ?? [];
    const times = waiting.map((row) => row.notBefore);
    const dueAt = nextDueAt(world.state);
    if (dueAt !== null) times.push(dueAt);
    if (times.length > 0) world.wait(Math.max(0, Math.min(...times) - world.now));
    for (const row of waiting) {
      if (row.notBefore > world.now) continue;
      if (world.warehouse.stock(row.sku) < row.qty) world.warehouse.receive(row.sku, row.qty);
      this.wire.push(this.facts.offered(row.backorderId, row.qty));
    }
  }

  private deliver(): void {
    const { tape, wire, world } = this;
    const at = tape.choose(wire.length);
    const fact = wire[at];
    if (fact === undefined) return;
    if (!tape.happens(5)) wire.splice(at, 1);
    const isOfPick = fact.type === 'pick_reported' || fact.type === 'pick_touched';
    if (isOfPick && !this.resent.has(fact.eventId) && tape.happens(6)) return;
    this.inputs += 1;
    if ((fact.connection === 'crm' || fact.connection === 'wms') && tape.happens(12)) {
      this.unmapped.push(fact);
      this.resent.add(fact.eventId);
      const unmapped = this.facts.unmapped(fact.connection, fact.eventId);
      world.queue.push({ type: 'fact', fact: unmapped });
    } else {
      world.queue.push({ type: 'fact', fact });
    }
    if (tape.happens(3)) return;
    if (this.crashes && tape.happens(3)) {
      world.cutOff(tape.choose(6));
      if (tape.happens(2)) return;
    }
    if (tape.happens(4)) world.state = carriedOver(world.state);
    world.run();
  }

  private settleOne(): void {
    const { tape, world } = this;
    const command = world.background[tape.choose(world.background.length)];
    if (command === undefined) return;
    if (!this.calm && tape.happens(5)) {
      world.retry(command, {
        type: 'failed',
        cause: 'far side 503',
        attempts: 5,
        lastStatus: 503,
        lastError: 'HTTP 503',
      });
    } else {
      world.retry(command);
    }
    if (!tape.happens(3)) world.run();
  }

  private luck(): Luck {
    if (this.calm) return 'done';
    const kind = this.tape.choose(8);
    return kind < 5 ? 'done' : kind < 7 ? 'lost' : 'down';
  }

  /** The CRM changes its mind. */
  private restate(): void {
    const { tape } = this;
    if (this.version > 12) return;
    this.version += 1;
    const version = this.unnumbered ? null : this.version;
    const lineIds = [...this.wanted.keys()];
    const kind = tape.choose(6);
    if (kind === 4) {
      const name = lineIds[tape.choose(lineIds.length)] ?? lineName(0);
      this.wanted.set(name, 0);
      this.wire.push(this.facts.cancelled(version, [name.split(' ')[0] ?? '']));
      return;
    }
    if (kind === 5) {
      for (const name of lineIds) this.wanted.set(name, 0);
      this.wire.push(this.facts.cancelled(version));
      return;
    }
    const name = lineName(tape.choose(4));
    this.wanted.set(name, tape.choose(9));
    this.wire.push(
      this.facts.updated(version, this.units(), { priority: tape.happens(2) ? 'high' : 'low' }),
    );
  }

  private offer(): void {
    const waiting = this.world.step?.waiting ?? [];
    const row = waiting[this.tape.choose(waiting.length)];
    if (row !== undefined)
      this.wire.push(this.facts.offered(row.backorderId, 1 + this.tape.choose(row.qty)));
  }

  private replay(): void {
    this.wire.push(...this.unmapped.splice(0, 1));
    for (const letter of this.world.state.deadLetters)
      this.wire.push(this.facts.replayed(letter.id));
  }

  private collect(): void {
    for (const event of this.world.sentByWarehouse()) {
      this.wire.push({ ...event, receivedAt: this.world.now });
    }
  }

  private units(): Record<string, number> {
    return Object.fromEntries([...this.wanted].filter(([, qty]) => qty > 0 || this.version === 1));
  }
}

/** Lines 0 and 2, 1 and 3 are of one SKU each. */
function lineName(index: number): string {
  return `L${index} ${SKUS[index % 2] ?? 'SKU-1'}`;
}
