import { afterEach, describe, expect, it } from 'vitest';
import type { OrderCommanded } from '../../src/domain/inputs.ts';
import { eventually } from '../support/eventually.ts';
import { created, createOrderStage, type OrderStage } from '../support/order-stage.ts';

let stage: OrderStage;

afterEach(async () => {
  await stage.close();
});

function remap(bundle: string): OrderCommanded {
  return {
    type: 'order_commanded',
    connection: 'operator',
    eventId: `remap-${bundle}`,
    receivedAt: Date.now(),
    command: 'remap',
    bundle,
    reason: 'the mapping is mended',
    by: 'olga',
  };
}

function bundlesOf(kind: string): string[] {
  const { routes } = stage.systems;
  return routes.flatMap((sent) => (sent.kind === kind ? sent.route.mappingBundle : []));
}

describe('the bundle that an order is pinned to', () => {
  it('goes with every command, and with those that failed for the old one when it is exchanged', async () => {
    stage = await createOrderStage();
    stage.systems.disturb(({ kind }) =>
      kind === 'request_pick' && bundlesOf(kind).at(-1) === 'none'
        ? { kind: 'refused', status: 0, cause: 'MAP_ENUM', error: 'no such priority' }
        : undefined,
    );
    await stage.withWorker(async () => {
      await stage.tell(created(stage, 2));
      await eventually(() => stage.view()?.stage === 'NEEDS_ACTION', 20_000);
      expect(stage.view()?.mapping_bundle).toBe('none');
      expect(await stage.ask(remap('mended'))).toMatchObject({ kind: 'taken' });
      await eventually(() => stage.view()?.headline === 'ALLOCATED', 20_000);
    });
    expect(stage.view()).toMatchObject({ mapping_bundle: 'mended', flags: [] });
    expect(new Set(bundlesOf('create_task'))).toEqual(new Set(['none']));
    expect(bundlesOf('request_pick').at(-1)).toBe('mended');
    const [first] = stage.systems.routes;
    expect(first?.route).toEqual({ wms: 'wms', tasks: 'tasks', mappingBundle: 'none' });
  });
});

describe('a warehouse that only says that something happened', () => {
  it('leads its order to the end by looks at the pick', async () => {
    stage = await createOrderStage();
    await stage.withWorker(async () => {
      await stage.tell(created(stage, 2));
      await eventually(() => stage.view()?.headline === 'ALLOCATED', 20_000);
      const pick = stage.systems.pickOf(`pick:${stage.orderId}:1:1`);
      Object.assign(pick ?? {}, { status: 'COMPLETED', sequence: 0 });
      Object.assign(pick?.lines[0] ?? {}, { allocated: 0, picked: 2, shipped: 2 });
      await stage.tell({
        type: 'pick_touched',
        connection: 'wms',
        eventId: 'touch-1',
        receivedAt: Date.now(),
        pickId: pick?.pickId ?? null,
        reference: null,
      });
      await stage.result();
    });
    expect(stage.view()?.stage).toBe('FULFILLED');
    expect(stage.systems.attempts.filter(({ kind }) => kind === 'look_at_pick')).toHaveLength(1);
  });
});
