import type { OrderCreated } from '../../../src/domain/inputs.ts';
import { allocatorWorkflowId, orderWorkflowId, pickKey } from '../../../src/domain/ids.ts';
import { eventually } from '../eventually.ts';
import type { RecordingStage } from './stage.ts';

export interface Scenario {
  /** Name of the history's file, and of what happens in it. */
  name: string;
  workflowId: string;
  /** Runs that it is to leave, by continue-as-new. */
  runsMin: number;
  play(stage: RecordingStage): Promise<void>;
}

const LONG_ORDER_UNITS = 20;
const ALLOCATOR_WAKES = 16;

/** What the committed histories hold. Each scenario has an order and SKUs of its own. */
export const SCENARIOS: readonly Scenario[] = [
  orderScenario('normal-order', async (stage, orderId) => {
    stage.warehouse.receive('NORMAL-A', 2);
    stage.warehouse.receive('NORMAL-B', 1);
    await stage.tell(orderId, created(orderId, { 'NORMAL-A': 2, 'NORMAL-B': 1 }));
    await allocated(stage, orderId);
    await stage.tell(orderId, stage.warehouse.pick(reference(orderId, 1)));
    await stage.until(orderId, (view) => view.headline === 'PICKED');
    await stage.tell(orderId, stage.warehouse.ship(reference(orderId, 1)));
    await ended(stage, orderId, 'FULFILLED');
  }),

  orderScenario('backorder-and-child-pick', async (stage, orderId) => {
    stage.warehouse.receive('SCARCE', 2);
    await stage.tell(orderId, created(orderId, { SCARCE: 5 }));
    await stage.until(orderId, (view) => view.backorders.length === 1);
    await stage.tell(orderId, stage.warehouse.pick(reference(orderId, 1), 1));
    await pickAndShip(stage, orderId, 1);
    stage.warehouse.receive('SCARCE', 3);
    await stage.wakeAllocator();
    await stage.until(orderId, (view) => view.picks.length === 2);
    await pickAndShip(stage, orderId, 2);
    await ended(stage, orderId, 'FULFILLED');
  }),

  orderScenario('cancelled-before-pick', async (stage, orderId) => {
    stage.warehouse.receive('UNWANTED', 3);
    await stage.tell(orderId, created(orderId, { UNWANTED: 3 }));
    await allocated(stage, orderId);
    await stage.tell(orderId, {
      type: 'order_cancelled',
      connection: 'crm',
      eventId: `${orderId}-cancelled`,
      receivedAt: Date.now(),
      version: 2,
      reason: 'ordered twice',
      lines: null,
    });
    await ended(stage, orderId, 'CANCELLED');
  }),

  orderScenario('events-before-their-order', async (stage, orderId) => {
    stage.warehouse.receive('EARLY', 2);
    const order = created(orderId, { EARLY: 2 });
    stage.warehouse.request(reference(orderId, 1), order.lines);
    const picked = stage.warehouse.pick(reference(orderId, 1));
    const shipped = stage.warehouse.ship(reference(orderId, 1));
    await stage.tell(orderId, shipped, picked);
    await stage.until(orderId, (view) => view.stage === 'RECEIVED');
    await stage.tell(orderId, order, picked);
    await ended(stage, orderId, 'FULFILLED');
  }),

  orderScenario('dead-letter-replayed', async (stage, orderId) => {
    stage.warehouse.receive('REFUSED', 1);
    stage.systems.answerWith('request_pick', {
      kind: 'retry',
      status: 503,
      retryAfter: undefined,
      error: 'HTTP 503: closed for stocktaking',
    });
    await stage.tell(orderId, created(orderId, { REFUSED: 1 }));
    await stage.until(orderId, (view) => view.stage === 'NEEDS_ACTION');
    stage.systems.answerWith('request_pick', undefined);
    const [deadLetterId = ''] = stage.deadLetters(orderId);
    await stage.tell(orderId, {
      type: 'dead_letter_replayed',
      connection: 'operator',
      eventId: `${orderId}-replayed`,
      receivedAt: Date.now(),
      deadLetterId,
    });
    await allocated(stage, orderId);
    await pickAndShip(stage, orderId, 1);
    await ended(stage, orderId, 'FULFILLED');
  }),

  orderScenario('silent-warehouse', async (stage, orderId) => {
    stage.warehouse.receive('SILENT', 2);
    await stage.tell(orderId, created(orderId, { SILENT: 2 }));
    await allocated(stage, orderId);
    stage.warehouse.pick(reference(orderId, 1));
    stage.warehouse.ship(reference(orderId, 1));
    await ended(stage, orderId, 'FULFILLED');
  }),

  {
    ...orderScenario('long-order', async (stage, orderId) => {
      stage.warehouse.receive('SLOW', LONG_ORDER_UNITS);
      await stage.tell(orderId, created(orderId, { SLOW: LONG_ORDER_UNITS }));
      await allocated(stage, orderId);
      for (let unit = 1; unit <= LONG_ORDER_UNITS; unit += 1) {
        await stage.tell(orderId, stage.warehouse.pick(reference(orderId, 1), 1));
        await stage.until(orderId, (view) => view.lines[0]?.picked === unit);
      }
      await stage.tell(orderId, stage.warehouse.ship(reference(orderId, 1)));
      await ended(stage, orderId, 'FULFILLED');
    }),
    runsMin: 2,
  },

  {
    name: 'stock-allocation',
    workflowId: allocatorWorkflowId('wms'),
    runsMin: 2,
    async play(stage) {
      const handle = stage.client.workflow.getHandle(allocatorWorkflowId('wms'));
      const length = async (): Promise<number> => (await handle.describe()).historyLength;
      for (let wake = 0; wake < ALLOCATOR_WAKES; wake += 1) {
        const before = await length();
        await stage.wakeAllocator();
        await eventually(async () => (await length()) !== before);
      }
    },
  },
];

function orderScenario(
  name: string,
  play: (stage: RecordingStage, orderId: string) => Promise<void>,
): Scenario {
  const orderId = name.toUpperCase();
  return {
    name,
    workflowId: orderWorkflowId({ connection: 'crm', orderId }),
    runsMin: 1,
    play: (stage) => play(stage, orderId),
  };
}

function created(orderId: string, units: Record<string, number>): OrderCreated {
  return {
    type: 'order_created',
    connection: 'crm',
    eventId: `${orderId}-created`,
    receivedAt: Date.now(),
    version: 1,
    priority: 'high',
    promisedAt: null,
    lines: Object.entries(units).map(([sku, qty], index) => ({
      lineId: `${orderId}-${index + 1}`,
      sku,
      qty,
    })),
  };
}

function reference(orderId: string, split: number): string {
  return pickKey({ connection: 'crm', orderId }, split, 1);
}

async function allocated(stage: RecordingStage, orderId: string): Promise<void> {
  await stage.until(orderId, (view) => view.headline === 'ALLOCATED');
}

async function pickAndShip(stage: RecordingStage, orderId: string, split: number): Promise<void> {
  await stage.tell(orderId, stage.warehouse.pick(reference(orderId, split)));
  await stage.tell(orderId, stage.warehouse.ship(reference(orderId, split)));
}

async function ended(stage: RecordingStage, orderId: string, as: string): Promise<void> {
  await stage.until(orderId, (view) => view.stage === as);
  const workflowId = orderWorkflowId({ connection: 'crm', orderId });
  await stage.client.workflow.getHandle(workflowId).result();
}
