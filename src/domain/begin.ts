import { TASK_DELETIONS_MADE_GOOD } from './task-watch.ts';
import type { OrderState } from './order.ts';
import type { OrderWorkflowInput } from './workflow-input.ts';

/** A shell: it becomes an order when the order's own event arrives. */
export function beginOrder(input: OrderWorkflowInput, now: number): OrderState {
  return {
    address: input.order,
    wms: input.wms,
    tasks: input.tasks,
    mappingBundle: input.mappingBundle,
    inOldWords: [],
    policy: input.policy,
    known: false,
    version: 0,
    versions: [],
    priority: 'normal',
    promisedAt: null,
    lines: [],
    requests: [],
    backorders: [],
    task: {
      taskId: null,
      told: null,
      status: null,
      givenUp: false,
      deletions: 0,
      deletionsMadeGood: TASK_DELETIONS_MADE_GOOD,
      rewrites: 0,
    },
    crm: { nextSequence: 1, queue: [], told: {}, awaitsCancelAnswer: false, disagreements: 0 },
    cancelReason: null,
    holds: [],
    concerns: [],
    actions: [],
    movedAt: now,
    inFlight: [],
    deadLetters: [],
    givenUp: [],
    parked: [],
    early: [],
    farewell: null,
    orphan: null,
    seen: [],
    clock: 0,
    createdAt: now,
    closedAt: null,
    counters: { split: 0, deadLetter: 0, entry: 0, input: 0, ask: 0, action: 0 },
  };
}
