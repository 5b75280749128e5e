import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { seedOrder, startProduct, type Json, type Product } from '../support/product.ts';

const ORDERS = 60;
const KILLED_IN_TURN = ['api', 'worker', 'wms', 'temporal', 'crm', 'tasks'] as const;

let product: Product;

beforeAll(async () => {
  product = await startProduct({
    env: { CROSSDOCK_TIME_SCALE: '0.2', CROSSDOCK_DELIVERY_ATTEMPTS_MAX: '5' },
  });
});

afterAll(async () => {
  await product.stop();
});

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  return eventually(async () => {
    try {
      return (await work()) ?? undefined;
    } catch {
      await sleep(50);
      return undefined;
    }
  }, 60_000);
}

/** The floor: picks and ships whatever is there, again and again, as people would. */
async function workTheFloor(stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    try {
      const open = await product.wms('GET', '/picks?status=CREATED&limit=50');
      for (const pick of open.body.items ?? []) {
        await product.wms('PATCH', `/picks/${pick.pick_id}`, { status: 'COMPLETED' });
      }
      const picked = await product.wms('GET', '/picks?status=COMPLETED&limit=200');
      for (const pick of picked.body.items ?? []) {
        const unshipped = pick.lines.some((line: Json) => line.shipped < line.picked);
        if (unshipped)
          await product.wms('POST', '/shipments', { pick_id: pick.pick_id, carrier: 'UPS' });
      }
    } catch {
      // The warehouse is being killed: the floor waits.
    }
    await sleep(200);
  }
}

it('loses nothing and doubles nothing while every process is killed with -9 in turn', async () => {
  await product.crm('PUT', '/_sandbox/webhooks', { mode: 'off' });
  const ids = Array.from({ length: ORDERS }, (_, index) => `KILL-${index}`);
  const items = [
    { sku: 'SKU-111', qty: 1 },
    { sku: 'SKU-222', qty: 1 },
  ];
  for (const sku of ['SKU-111', 'SKU-222']) {
    await product.wms('POST', '/inventory/movements', {
      kind: 'receive',
      sku,
      location: 'zone-A',
      qty: ORDERS,
    });
  }
  for (const id of ids) await product.crm('POST', '/orders', { order_id: id, items });
  const floor = new AbortController();
  const floorWork = workTheFloor(floor.signal);
  const kills = (async () => {
    for (const name of KILLED_IN_TURN) {
      await sleep(1500);
      product.kill(name);
    }
  })();
  for (const id of ids) {
    const envelope = seedOrder(id, items);
    await patiently(async () => {
      const ack = await product.webhook('orders', envelope);
      return ack.status === 202 || ack.status === 200 ? ack : undefined;
    });
    await sleep(100);
  }
  await kills;

  for (const id of ids) {
    await eventually(async () => {
      try {
        return (await product.api('GET', `/orders/${id}`)).body.stage === 'FULFILLED';
      } catch {
        return false;
      }
    }, 90_000);
  }
  floor.abort();
  await floorWork;
  // FULFILLED speaks of the lines: the task is closed when its system, killed last, is back.
  for (const id of ids) {
    await patiently(async () => {
      const tasks = (await product.tasks('GET', `/tasks?external_ref=${id}`)).body.items;
      return tasks.every((task: Json) => task.status === 'COMPLETED') ? true : undefined;
    });
  }
  for (const id of ids) {
    const picks: Json[] = (await product.wms('GET', `/picks?order_id=${id}`)).body.items;
    expect(picks.map((pick) => pick.reference)).toEqual([`pick:${id}:1:1`]);
    const tasks: Json[] = (await product.tasks('GET', `/tasks?external_ref=${id}`)).body.items;
    expect(tasks.map((task) => task.status)).toEqual(['COMPLETED']);
    const crm = (await product.crm('GET', `/orders/${id}`)).body;
    expect(crm.lines.map((line: Json) => [line.ordered, line.shipped])).toEqual([
      [1, 1],
      [1, 1],
    ]);
  }
}, 240_000);

it('acks while Temporal is down and drains the backlog when it is back', async () => {
  const id = 'TEMPORAL-DOWN';
  await product.crm('POST', '/orders', { order_id: id, items: [{ sku: 'SKU-111', qty: 1 }] });
  product.kill('temporal');
  const ack = await product.webhook('orders', seedOrder(id, [{ sku: 'SKU-111', qty: 1 }]));
  expect(ack.status).toBe(202);
  await eventually(
    async () => (await product.wms('GET', `/picks?order_id=${id}`)).body.items[0],
    60_000,
  );
});
