import {
  allHandlersFinished,
  condition,
  continueAsNew,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { beginOrder } from '../src/domain/begin.ts';
import type { Command, CommandOutcome } from '../src/domain/commands.ts';
import { detailsOf } from '../src/domain/details.ts';
import { nextDueAt } from '../src/domain/due.ts';
import { flagsOf, stageOf } from '../src/domain/headline.ts';
import type { OrderState } from '../src/domain/order.ts';
import { reduce, type LoopInput } from '../src/domain/reduce.ts';
import { routeOf } from '../src/domain/route.ts';
import { gather, recordStep } from '../src/domain/step.ts';
import { noEffects, type Effects } from '../src/domain/turn.ts';
import type { OrderWorkflowInput } from '../src/domain/workflow-input.ts';
import { orderInputsSignal } from './messages.ts';
import { needsActionKey, oldestDueKey, orderStageKey } from './search-attributes.ts';
import { sendCommand } from './send.ts';

const { commitStep } = proxyLocalActivities<Pick<Activities, 'commitStep'>>({
  startToCloseTimeout: '10 seconds',
  summary: 'Write the books and the timeline',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '5 seconds' },
});

/** Commands of which no webhook comes back. */
const UNHEARD = new Set<Command['kind']>([
  'tell_crm',
  'ask_crm',
  'look_at_crm',
  'look_at_pick',
  'look_at_task',
]);

/**
 * One order's life: a loop over the pure reducer. Handlers and timers only enqueue. Inputs are taken
 * one at a time, each with the first attempts of the commands it leads to, so that a step that is
 * cut off and run again takes the same inputs in the same order, whatever arrived meanwhile.
 */
export async function orderFulfillment(input: OrderWorkflowInput<OrderState>): Promise<void> {
  const queue: LoopInput[] = [];
  setHandler(orderInputsSignal, (facts) => {
    for (const fact of facts) queue.push({ type: 'fact', fact });
  });
  const order = new OrderLoop(input, queue);
  await order.run();
}

class OrderLoop {
  private readonly state: OrderState;
  private readonly input: OrderWorkflowInput<OrderState>;
  private readonly queue: LoopInput[];
  /** Time of the earliest timer that runs; timers are never cancelled, which would cost events. */
  private armedAt = Infinity;
  private shownStage: string;
  private shownNeedsAction: boolean;
  private shownDue: number | null;

  constructor(input: OrderWorkflowInput<OrderState>, queue: LoopInput[]) {
    this.input = input;
    this.queue = queue;
    this.state = input.carried ?? beginOrder(input, Date.now());
    const known = input.carried !== undefined;
    this.shownStage = known ? stageOf(this.state) : 'RECEIVED';
    this.shownNeedsAction = known && flagsOf(this.state).includes('NEEDS_ACTION');
    this.shownDue = this.state.promisedAt;
  }

  async run(): Promise<void> {
    for (const command of this.state.inFlight) this.background(command, this.dispatch(command));
    while (this.state.closedAt === null || this.queue.length > 0) {
      this.arm();
      await condition(() => this.queue.length > 0);
      const acted = await this.step();
      if (this.shouldContinue()) await this.goOn();
      if (acted && this.state.closedAt !== null)
        await sleep(1, { summary: 'Record the last step' });
    }
    await condition(allHandlersFinished);
  }

  /**
   * Takes everything that is there, then writes the projection once. Returns whether it acted on a
   * system that will tell us of it: such a step must not end the workflow, for a signal that comes
   * meanwhile, its own echo most of all, would refuse the end and have the whole step run again.
   */
  private async step(): Promise<boolean> {
    const effects = noEffects();
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      await this.take(next, effects);
    }
    this.show();
    await commitStep(recordStep(this.state, effects, Date.now()));
    return effects.commands.some(({ kind }) => !UNHEARD.has(kind));
  }

  /** One input, and after it the ends of its commands' first attempts, in the commands' order. */
  private async take(input: LoopInput, into: Effects): Promise<void> {
    const pending: LoopInput[] = [input];
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const effects = reduce(this.state, next, Date.now());
      gather(into, effects);
      const sent = await Promise.all(effects.commands.map((command) => this.dispatch(command)));
      effects.commands.forEach((command, index) => {
        const result = sent[index];
        if (result === undefined) return;
        if ('outcome' in result) {
          pending.push({ type: 'finished', command, outcome: result.outcome });
        } else {
          this.background(command, Promise.resolve(result));
        }
      });
    }
  }

  private dispatch(command: Command): ReturnType<typeof sendCommand> {
    const { address, policy } = this.state;
    const route = routeOf(this.state);
    return sendCommand({ order: address, command, route, attemptsMax: policy.attemptsMax });
  }

  /** A command that takes longer than its first attempt comes back through the queue. */
  private background(command: Command, sent: ReturnType<typeof sendCommand>): void {
    const finish = async (): Promise<CommandOutcome> => {
      const result = await sent;
      return 'outcome' in result ? result.outcome : result.later;
    };
    void finish().then((outcome) => this.queue.push({ type: 'finished', command, outcome }));
  }

  private arm(): void {
    const due = nextDueAt(this.state);
    if (due === null || due >= this.armedAt) return;
    this.armedAt = due;
    const waitMs = Math.max(1, due - Date.now());
    void sleep(waitMs, { summary: 'Next look at what this order waits for' }).then(() => {
      this.armedAt = Infinity;
      this.queue.push({ type: 'due' });
    });
  }

  private show(): void {
    const { state } = this;
    setCurrentDetails(detailsOf(state));
    const stage = stageOf(state);
    const needsAction = flagsOf(state).includes('NEEDS_ACTION');
    const due = state.promisedAt;
    const changed = [
      ...(stage === this.shownStage ? [] : [{ key: orderStageKey, value: stage }]),
      ...(needsAction === this.shownNeedsAction
        ? []
        : [{ key: needsActionKey, value: needsAction }]),
      ...(due === this.shownDue
        ? []
        : [{ key: oldestDueKey, value: due === null ? null : new Date(due) }]),
    ];
    this.shownStage = stage;
    this.shownNeedsAction = needsAction;
    this.shownDue = due;
    if (changed.length > 0) upsertSearchAttributes(changed);
  }

  /** Only between commands: an activity that runs would be lost with its run. */
  private shouldContinue(): boolean {
    return (
      workflowInfo().continueAsNewSuggested &&
      this.state.inFlight.length === 0 &&
      this.queue.length === 0 &&
      this.state.closedAt === null
    );
  }

  private async goOn(): Promise<void> {
    await continueAsNew<typeof orderFulfillment>({ ...this.input, carried: this.state });
  }
}
