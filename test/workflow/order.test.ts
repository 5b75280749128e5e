import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import {
  created,
  createOrderStage,
  reported,
  type OrderStage,
  type StageOptions,
} from '../support/order-stage.ts';

let stage: OrderStage;

afterEach(async () => {
  await stage.close();
});

async function setUp(options: StageOptions = {}): Promise<OrderStage> {
  stage = await createOrderStage(options);
  return stage;
}

const picked = {
  sequence: 2,
  status: 'COMPLETED',
  counts: 'picked',
  delta: 2,
  cumulative: 2,
} as const;
const shipped = {
  sequence: 3,
  status: 'COMPLETED',
  counts: 'shipped',
  delta: 2,
  cumulative: 2,
} as const;

function keysDone(kind: string): string[] {
  return stage.systems.effects.filter((c) => c.kind === kind).map((c) => c.key);
}

describe('the order workflow', () => {
  it('leads an order to its end, replaying its whole history at every task', async () => {
    await setUp({ cachedMax: 0 });
    await stage.withWorker(async () => {
      await stage.tell(created(stage, 2));
      await eventually(() => stage.view()?.headline === 'ALLOCATED', 20_000);
      await stage.tell(reported(stage, picked));
      await eventually(() => stage.view()?.headline === 'PICKED', 20_000);
      await stage.tell(reported(stage, shipped));
      await stage.result();
    });
    expect(stage.view()).toMatchObject({ stage: 'FULFILLED', headline: 'FULFILLED' });
    expect(keysDone('request_pick')).toEqual([`pick:${stage.orderId}:1:1`]);
    expect(keysDone('create_task')).toHaveLength(1);
  });

  it('applies events that beat their order once the order is there', async () => {
    await setUp();
    await stage.withWorker(async () => {
      await stage.tell(reported(stage, shipped), reported(stage, picked));
      await eventually(() => stage.view()?.stage === 'RECEIVED', 20_000);
      await stage.tell(created(stage, 2));
      await stage.result();
    });
    expect(stage.view()?.stage).toBe('FULFILLED');
  });

  it('has one effect for a signal that comes three times', async () => {
    await setUp();
    await stage.withWorker(async () => {
      const fact = created(stage, 2);
      await stage.tell(fact, fact);
      await stage.tell(fact);
      await stage.tell(reported(stage, picked), reported(stage, picked));
      await stage.tell(reported(stage, shipped), reported(stage, picked));
      await stage.result();
    });
    expect(keysDone('request_pick')).toHaveLength(1);
    expect(keysDone('tell_crm')).toHaveLength(2);
  });

  it('goes on where it stood when its worker is replaced in the middle', async () => {
    await setUp();
    await stage.tell(created(stage, 2));
    await stage.withWorker(() => eventually(() => stage.view()?.headline === 'ALLOCATED', 20_000));
    await stage.tell(reported(stage, picked));
    await stage.tell(reported(stage, shipped));
    await stage.withWorker(() => stage.result());
    expect(stage.view()?.stage).toBe('FULFILLED');
    expect(keysDone('request_pick')).toHaveLength(1);
  });

  it('makes five attempts, then waits for a replay and goes on', async () => {
    await setUp();
    stage.systems.disturb((command) =>
      command.kind === 'request_pick'
        ? { kind: 'retry', status: 503, retryAfter: undefined, error: 'HTTP 503' }
        : undefined,
    );
    await stage.withWorker(async () => {
      await stage.tell(created(stage, 2));
      await eventually(() => stage.view()?.stage === 'NEEDS_ACTION', 20_000);
      expect(stage.systems.attempts.filter((c) => c.kind === 'request_pick')).toHaveLength(5);
      const letter = stage.sqlite
        .prepare<[], { id: string; attempts: number; cause: string }>('select * from dead_letters')
        .get();
      expect(letter).toMatchObject({ attempts: 5, cause: 'stub 503' });
      stage.systems.disturb(() => undefined);
      await stage.tell({
        type: 'dead_letter_replayed',
        connection: 'operator',
        eventId: 'replay-1',
        receivedAt: Date.now(),
        deadLetterId: letter?.id ?? '',
      });
      await eventually(() => stage.view()?.headline === 'ALLOCATED', 20_000);
    });
    expect(stage.view()?.flags).toEqual([]);
  });

  it('spends no attempt on a system that cannot be reached', async () => {
    await setUp();
    let unreachable = 7;
    stage.systems.disturb((command) => {
      if (command.kind !== 'request_pick' || unreachable === 0) return undefined;
      unreachable -= 1;
      return { kind: 'unreachable', error: 'connect ECONNREFUSED' };
    });
    await stage.withWorker(async () => {
      await stage.tell(created(stage, 2));
      await eventually(() => stage.view()?.headline === 'ALLOCATED', 40_000);
    });
    expect(keysDone('request_pick')).toHaveLength(1);
  });

  it('asks the warehouse when an event is missing or the pick is silent', async () => {
    await setUp({ policy: { gapWaitMs: 100, silenceFirstMs: 300 } });
    await stage.withWorker(async () => {
      await stage.tell(created(stage, 2));
      await eventually(() => stage.view()?.headline === 'ALLOCATED', 20_000);
      const pick = stage.systems.pickOf(`pick:${stage.orderId}:1:1`);
      Object.assign(pick ?? {}, { status: 'COMPLETED', sequence: 3 });
      Object.assign(pick?.lines[0] ?? {}, { allocated: 0, picked: 2, shipped: 2 });
      await stage.result();
    });
    expect(stage.view()?.stage).toBe('FULFILLED');
  });
});
