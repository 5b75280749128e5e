import { beginOrder } from '../../src/domain/begin.ts';
import type { Command, CommandOutcome } from '../../src/domain/commands.ts';
import { nextDueAt } from '../../src/domain/due.ts';
import type { OrderInput, OrderIntent } from '../../src/domain/inputs.ts';
import type { OrderState } from '../../src/domain/order.ts';
import { DEFAULT_ORDER_POLICY, type OrderPolicy } from '../../src/domain/policy.ts';
import { reduce, type LoopInput } from '../../src/domain/reduce.ts';
import { gather, recordStep, type StepRecord } from '../../src/domain/step.ts';
import { noEffects, type Effects } from '../../src/domain/turn.ts';
import { StrictCrm, TaskDesk } from './domain-far-side.ts';
import { CALM, type Tape } from './domain-tape.ts';
import { ABLE, eventsOf, toldBy, whyNot, type Vendor } from './domain-vendor.ts';
import { Warehouse } from './domain-warehouse.ts';

/** How an attempt at a command goes; `lost` performs it and loses the answer. */
export type Luck = 'done' | 'lost' | 'down';

export interface WorldOptions {
  tape?: Tape;
  policy?: Partial<OrderPolicy>;
  /** What the warehouse's vendor can do; without it all of the template contract. */
  vendor?: Partial<Vendor>;
  /** Names of the connections; without it those of the template contract. */
  names?: { crm: string; wms: string; tasks: string };
  /** Decides on each attempt; without it all go well. */
  luck?: (command: Command) => Luck;
  /** A far side that answers otherwise than ours would; null leaves the answer to ours. */
  answer?: (command: Command) => CommandOutcome | null;
  /** Looks at the state after each turn. */
  watch?: (world: World) => void;
}

class CutOff extends Error {}

/** One order's loop, as its workflow runs it, amid far sides in memory. */
export class World {
  readonly warehouse: Warehouse;
  readonly crm = new StrictCrm();
  readonly tasks = new TaskDesk();
  state: OrderState;
  now = 1_000_000;
  /** What the CRM answers when it is asked for the order. */
  intent: OrderIntent | null = null;
  luck: (command: Command) => Luck;
  answer: (command: Command) => CommandOutcome | null;
  /** Inputs that have reached the loop. */
  readonly queue: LoopInput[] = [];
  /** Commands whose first attempt did not settle them. */
  readonly background: Command[] = [];
  readonly effects: Effects = noEffects();
  step: StepRecord | null = null;
  sent = 0;
  readonly vendor: Vendor;
  private cutAfter: number | null = null;
  private readonly watch: (world: World) => void;

  constructor({ tape = CALM, policy = {}, ...options }: WorldOptions = {}) {
    const { crm, wms, tasks } = options.names ?? { crm: 'crm', wms: 'wms', tasks: 'tasks' };
    this.vendor = { ...ABLE, ...options.vendor };
    this.warehouse = new Warehouse(tape, wms);
    this.warehouse.ships = policy.terminalBucket !== 'picked';
    this.luck = options.luck ?? (() => 'done');
    this.answer = options.answer ?? (() => null);
    this.watch = options.watch ?? (() => {});
    this.state = beginOrder(
      {
        order: { connection: crm, orderId: 'ORD-1' },
        wms,
        tasks,
        mappingBundle: 'bundle',
        policy: { ...DEFAULT_ORDER_POLICY, ...policy },
      },
      this.now,
    );
  }

  /** Facts reach the loop, which takes them and leads them on. */
  feed(...facts: OrderInput[]): this {
    for (const fact of facts) this.queue.push({ type: 'fact', fact });
    return this.run();
  }

  /** Takes everything that is there, then records the step. */
  run(): this {
    const effects = noEffects();
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      this.take(next, effects);
    }
    gather(this.effects, effects);
    this.step = recordStep(this.state, effects, this.now);
    return this;
  }

  /** A step that is cut off after some commands, and run again from where it was recorded last. */
  cutOff(afterCommands: number): void {
    const before = structuredClone(this.state);
    const inputs = [...this.queue];
    const background = [...this.background];
    this.cutAfter = this.sent + afterCommands;
    try {
      this.run();
    } catch (error) {
      if (!(error instanceof CutOff)) throw error;
    }
    this.cutAfter = null;
    this.state = before;
    this.queue.splice(0, Infinity, ...inputs);
    this.background.splice(0, Infinity, ...background);
  }

  /** Time passes; what has come due is done. */
  wait(ms: number): this {
    this.now += ms;
    const dueAt = nextDueAt(this.state);
    if (dueAt !== null && dueAt <= this.now) this.queue.push({ type: 'due' });
    return this.run();
  }

  /** Another attempt at a command that has not come to its end. */
  retry(command: Command, outcome?: CommandOutcome): void {
    const luck = outcome === undefined ? this.luck(command) : 'done';
    if (luck === 'lost') this.perform(command);
    if (luck !== 'done') return;
    this.background.splice(this.background.indexOf(command), 1);
    this.queue.push({ type: 'finished', command, outcome: outcome ?? this.perform(command) });
  }

  /** Delivers what the warehouse has to tell, in its order. */
  hear(): this {
    return this.feed(...this.sentByWarehouse());
  }

  /** What the warehouse's vendor sends of what has happened there. */
  sentByWarehouse(): OrderInput[] {
    const events = this.warehouse.outbox.splice(0);
    return events.flatMap((event) => eventsOf(this.vendor, event));
  }

  private take(input: LoopInput, into: Effects): void {
    const pending: LoopInput[] = [input];
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const effects = reduce(this.state, next, this.now);
      gather(into, effects);
      this.watch(this);
      for (const command of effects.commands) {
        const outcome = this.dispatch(structuredClone(command));
        if (outcome !== null) pending.push({ type: 'finished', command, outcome });
      }
    }
  }

  private dispatch(command: Command): CommandOutcome | null {
    if (this.cutAfter !== null && this.sent >= this.cutAfter) throw new CutOff();
    this.sent += 1;
    const luck = this.luck(command);
    const outcome = luck === 'down' ? null : this.perform(command);
    if (luck === 'done') return outcome;
    this.background.push(command);
    return null;
  }

  private perform(command: Command): CommandOutcome {
    const answered = this.answer(command) ?? whyNot(this.vendor, command);
    return answered ?? toldBy(this.vendor, this.performHere(command));
  }

  private performHere(command: Command): CommandOutcome {
    switch (command.kind) {
      case 'create_task':
        return this.tasks.create(command);
      case 'update_task':
        return this.tasks.update(command);
      case 'look_at_task':
        return this.tasks.look();
      case 'open_action_task':
        return this.tasks.openAction(command);
      case 'update_action_task':
        return this.tasks.updateAction(command);
      case 'look_at_crm':
        return this.crm.look(this.state.crm.nextSequence - 1);
      case 'request_pick':
        return this.warehouse.request(command);
      case 'look_at_pick':
        return this.warehouse.look(command);
      case 'update_pick':
        return this.warehouse.update(command);
      case 'cancel_pick':
        return this.warehouse.cancel(command);
      case 'tell_crm':
        return this.crm.tell(command);
      case 'ask_crm':
        return { type: 'crm_order', intent: this.intent };
    }
  }
}
