import { describe, expect, inject, it } from 'vitest';
import { normalOrder, normalOrderWithEchoes } from '../../bench/orders/normal-order.ts';
import { countInbox } from '../support/counters-inbox.ts';
import { countOrder, type OrderCounts } from '../support/counters-order.ts';

/**
 * What things cost, exactly (docs/bench.md says how each is counted). A change that moves one of
 * these shows here, and is reviewed with its new constant.
 */
const NORMAL_ORDER: OrderCounts = {
  history: { events: 28, workflowTasks: 3, localActivities: 10, signals: 3 },
  sql: { statements: 39, commits: 3 },
  stepBytes: [2967, 2380, 2333],
};

const ONE_EVENT = {
  accepted: { statements: 3, commits: 1 },
  repeated: { statements: 5, commits: 1 },
  handedOver: { statements: 12, commits: 2 },
};

/** Design, section 6. */
const EVENTS_MAX = 32;
const WORKFLOW_TASKS_MAX = 6;

/** A workflow task that times out on a stalled machine adds events of its own. */
const ON_A_STALLED_MACHINE = { retry: 2 };

const stage = () => ({
  temporal: inject('temporal'),
  workflowBundlePath: inject('workflowBundlePath'),
});

describe('counters', () => {
  it(
    'a normal order costs exactly this, within the bounds of the design',
    ON_A_STALLED_MACHINE,
    async () => {
      const counts = await countOrder({ ...stage(), orderOf: normalOrder });
      expect(counts).toEqual(NORMAL_ORDER);
      expect(counts.history.events).toBeLessThanOrEqual(EVENTS_MAX);
      expect(counts.history.workflowTasks).toBeLessThanOrEqual(WORKFLOW_TASKS_MAX);
    },
  );

  it('echoes of our own commands add nothing to that', ON_A_STALLED_MACHINE, async () => {
    const counts = await countOrder({ ...stage(), orderOf: normalOrderWithEchoes });
    expect(counts).toEqual(NORMAL_ORDER);
  });

  it('one event costs the inbox exactly this, and one commit before its answer', async () => {
    expect(await countInbox()).toEqual(ONE_EVENT);
  });
});
