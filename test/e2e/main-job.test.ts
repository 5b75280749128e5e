import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { seedOrder, startProduct, type Json, type Product } from '../support/product.ts';

let product: Product;

beforeAll(async () => {
  product = await startProduct({ env: { CROSSDOCK_TIME_SCALE: '0.1' } });
});

afterAll(async () => {
  await product.stop();
});

const newId = (): string => `ORD-${randomUUID().slice(0, 8)}`;

async function order(id: string): Promise<Json> {
  return (await product.api('GET', `/orders/${id}`)).body;
}

async function picksOf(id: string): Promise<Json[]> {
  return (await product.wms('GET', `/picks?order_id=${id}`)).body.items;
}

async function tasksOf(id: string): Promise<Json[]> {
  return (await product.tasks('GET', `/tasks?external_ref=${id}`)).body.items;
}

/** Work of the floor: everything that is allocated is picked and shipped. */
async function pickAndShip(pickId: string): Promise<void> {
  const done = await product.wms('PATCH', `/picks/${pickId}`, { status: 'COMPLETED' });
  expect(done.status).toBe(200);
  const shipped = await product.wms('POST', '/shipments', { pick_id: pickId, carrier: 'UPS' });
  expect(shipped.status).toBe(201);
}

async function untilStage(id: string, stage: string, withinMs = 20_000): Promise<Json> {
  return eventually(async () => {
    const seen = await order(id);
    return seen.stage === stage ? seen : undefined;
  }, withinMs);
}

/** What the CRM was told, delta by delta, must lead to what it shows. */
async function expectCrmFollowed(id: string): Promise<Json> {
  const shown = (await product.crm('GET', `/orders/${id}`)).body;
  const events: Json[] = (await product.crm('GET', `/orders/${id}/events?limit=200`)).body.items;
  expect(events.map((event) => event.payload.sequence)).toEqual(
    events.map((_, index) => index + 1),
  );
  const sums = new Map<string, number>();
  for (const event of events) {
    for (const line of event.payload.lines) {
      const key = `${line.line_id}/${line.bucket}`;
      const sum = (sums.get(key) ?? 0) + line.delta;
      expect(line.cumulative).toBe(sum);
      sums.set(key, sum);
    }
  }
  for (const line of shown.lines) {
    for (const bucket of ['picked', 'shipped', 'backordered', 'cancelled']) {
      expect(line[bucket]).toBe(sums.get(`${line.line_id}/${bucket}`) ?? 0);
    }
  }
  return shown;
}

describe('the main job', () => {
  it("takes the seed's own order from the CRM to a closed order", async () => {
    const id = newId();
    await product.crm('PUT', '/_sandbox/webhooks', { mode: 'off' });
    const items = [
      { sku: 'SKU-111', qty: 2 },
      { sku: 'SKU-222', qty: 1 },
    ];
    await product.crm('POST', '/orders', { order_id: id, items });
    await product.crm('PUT', '/_sandbox/webhooks', { mode: 'on' });
    const ack = await product.webhook('orders', seedOrder(id, items));
    expect(ack.status).toBe(202);
    expect(ack.body).toMatchObject({ event_id: `evt_${id}`, status: 'accepted', duplicate: false });

    const [task] = await eventually(async () => {
      const found = await tasksOf(id);
      return found[0]?.metadata.pick_id === undefined ? undefined : found;
    });
    const [pick] = await picksOf(id);
    expect(task).toMatchObject({ priority: 'high', external_ref: { type: 'order', id } });
    expect(task.metadata.pick_id).toBe(pick.pick_id);
    expect(pick.lines.map((line: Json) => line.allocated)).toEqual([2, 1]);

    await product.wms('PATCH', `/picks/${pick.pick_id}`, {
      status: 'PARTIAL',
      lines: [{ sku: 'SKU-111', picked: 1 }],
    });
    await eventually(async () => (await order(id)).lines[0].picked === 1);
    await product.wms('PATCH', `/picks/${pick.pick_id}`, {
      status: 'COMPLETED',
      lines: [
        { sku: 'SKU-111', picked: 1 },
        { sku: 'SKU-222', picked: 1 },
      ],
    });
    await product.wms('POST', '/shipments', { pick_id: pick.pick_id, carrier: 'UPS' });

    const closed = await untilStage(id, 'FULFILLED');
    expect(closed.lines.map((line: Json) => [line.ordered, line.shipped])).toEqual([
      [2, 2],
      [1, 1],
    ]);
    expect((await tasksOf(id)).map((t) => [t.status, t.metadata.pick_id])).toEqual([
      ['COMPLETED', pick.pick_id],
    ]);
    const shown = await expectCrmFollowed(id);
    expect(shown.status).toBe('FULFILLED');
    expect(shown.lines.map((line: Json) => line.shipped)).toEqual([2, 1]);
  });

  it('backorders what is missing and fills it when stock arrives', async () => {
    const id = newId();
    await product.crm('POST', '/orders', { order_id: id, items: [{ sku: 'SKU-EMPTY', qty: 3 }] });
    const waiting = await untilStage(id, 'WAITING');
    expect(waiting.headline).toBe('BACKORDERED');
    expect(waiting.backorders).toMatchObject([{ qty: 3, status: 'OPEN' }]);
    const backorderId = waiting.backorders[0].backorder_id;
    const [task] = await tasksOf(id);
    expect(task.metadata.backorder_id).toBe(backorderId);
    const events: Json[] = (await product.crm('GET', `/orders/${id}/events`)).body.items;
    expect(events[0]).toMatchObject({
      event_type: 'BACKORDER.CREATED',
      payload: { backorder_id: backorderId, lines: [{ bucket: 'backordered', delta: 3 }] },
    });

    await product.wms('POST', '/inventory/movements', {
      kind: 'receive',
      sku: 'SKU-EMPTY',
      location: 'zone-A',
      qty: 3,
    });
    const [child] = await eventually(async () => {
      const picks = await picksOf(id);
      return picks.length > 0 ? picks : undefined;
    }, 15_000);
    await pickAndShip(child.pick_id);
    const closed = await untilStage(id, 'FULFILLED');
    expect(closed.backorders).toMatchObject([{ backorder_id: backorderId, status: 'FILLED' }]);
    const shown = await expectCrmFollowed(id);
    expect(shown.lines[0]).toMatchObject({ shipped: 3, backordered: 0 });
  });

  it('splits what is partly there, and the short of the floor becomes a backorder when it closes', async () => {
    const id = newId();
    await product.crm('POST', '/orders', {
      order_id: id,
      items: [
        { sku: 'SKU-333', qty: 12 },
        { sku: 'SKU-111', qty: 2 },
      ],
    });
    const partly = await eventually(async () => {
      const seen = await order(id);
      return seen.backorders?.length === 1 ? seen : undefined;
    });
    expect(partly.lines[0]).toMatchObject({ ordered: 12, allocated: 10, backordered: 2 });
    const pickId = partly.picks[0].pick_id;
    await product.wms('PATCH', `/picks/${pickId}`, {
      status: 'PARTIAL',
      lines: [
        { sku: 'SKU-333', picked: 9, short: 1, reason: 'damaged' },
        { sku: 'SKU-111', picked: 2 },
      ],
    });
    await eventually(async () => (await order(id)).lines[0].backordered === 3);
    await product.wms('PATCH', `/picks/${pickId}`, { status: 'COMPLETED', short_close: true });
    await product.wms('POST', '/shipments', { pick_id: pickId, carrier: 'UPS' });
    await eventually(async () => (await order(id)).backorders.length === 2);
    await product.wms('POST', '/inventory/movements', {
      kind: 'receive',
      sku: 'SKU-333',
      location: 'zone-A',
      qty: 3,
    });
    await eventually(async () => {
      for (const pick of await picksOf(id)) {
        if (pick.status === 'CREATED') await pickAndShip(pick.pick_id);
      }
      return (await order(id)).stage === 'FULFILLED';
    }, 20_000);
    const shown = await expectCrmFollowed(id);
    expect(shown.lines.map((line: Json) => line.shipped)).toEqual([12, 2]);
  });

  it('cancels an order whose pick has not started', async () => {
    const id = newId();
    await product.crm('POST', '/orders', { order_id: id, items: [{ sku: 'SKU-222', qty: 4 }] });
    await eventually(async () => (await order(id)).headline === 'ALLOCATED');
    await product.crm('POST', `/orders/${id}/cancel`, { reason: 'changed my mind' });
    const closed = await untilStage(id, 'CANCELLED');
    expect(closed.lines[0]).toMatchObject({ ordered: 4, cancelled: 4 });
    expect((await picksOf(id))[0].status).toBe('CANCELLED');
    expect((await tasksOf(id))[0].status).toBe('CANCELLED');
    const shown = await expectCrmFollowed(id);
    expect(shown.lines[0].cancelled).toBe(4);
  });
});

describe('what goes wrong on the way', () => {
  it('has one task, one pick and one delta each when every call is cut after its effect', async () => {
    const id = newId();
    for (const target of [
      { system: product.wms, method: 'POST', path: '/picks' },
      { system: product.tasks, method: 'POST', path: '/tasks' },
      { system: product.tasks, method: 'PATCH', path: '/tasks/*' },
      { system: product.crm, method: 'POST', path: `/orders/${id}/events` },
    ]) {
      const { system, ...fault } = target;
      const set = await system('POST', '/_sandbox/faults', {
        ...fault,
        kind: 'drop_after',
        times: 3,
      });
      expect(set.status).toBe(201);
    }
    await product.crm('POST', '/orders', { order_id: id, items: [{ sku: 'SKU-111', qty: 1 }] });
    const pick = await eventually(async () => (await picksOf(id))[0]);
    await pickAndShip(pick.pick_id);
    await untilStage(id, 'FULFILLED', 30_000);
    expect(await picksOf(id)).toHaveLength(1);
    expect(await tasksOf(id)).toHaveLength(1);
    await expectCrmFollowed(id);
  });

  it('keeps a command that ran out of attempts, shows it, and goes on after a replay', async () => {
    const id = newId();
    await product.tasks('POST', '/_sandbox/faults', {
      method: 'POST',
      path: '/tasks',
      kind: 'status',
      status: 500,
      times: 5,
    });
    await product.crm('POST', '/orders', { order_id: id, items: [{ sku: 'SKU-111', qty: 1 }] });
    const stuck = await untilStage(id, 'NEEDS_ACTION', 30_000);
    expect(stuck.flags).toContain('NEEDS_ACTION');
    const letters: Json[] = (await product.api('GET', `/dead-letters?order_id=${id}`)).body.items;
    expect(letters).toMatchObject([{ kind: 'command', attempts: 5, last_status: 500 }]);
    const replay = await product.api('POST', `/dead-letters/${letters[0].id}/replay`);
    expect(replay.status).toBe(202);
    await eventually(async () => (await order(id)).task !== null);
    await pickAndShip((await picksOf(id))[0].pick_id);
    await untilStage(id, 'FULFILLED');
    expect(await tasksOf(id)).toHaveLength(1);
  });

  it('takes events doubled and in reverse, and an unknown priority is asked of a person', async () => {
    const id = newId();
    await product.wms('PUT', '/_sandbox/webhooks', { mode: 'reverse', delay_ms: 300 });
    await product.crm('PUT', '/_sandbox/webhooks', { mode: 'duplicate' });
    await product.crm('POST', '/orders', { order_id: id, items: [{ sku: 'SKU-222', qty: 3 }] });
    const pick = await eventually(async () => (await picksOf(id))[0]);
    await product.wms('PATCH', `/picks/${pick.pick_id}`, { status: 'ASSIGNED' });
    await product.wms('PATCH', `/picks/${pick.pick_id}`, { status: 'IN_PROGRESS' });
    await product.wms('PATCH', `/picks/${pick.pick_id}`, {
      status: 'PARTIAL',
      lines: [{ sku: 'SKU-222', picked: 1 }],
    });
    await pickAndShip(pick.pick_id);
    await untilStage(id, 'FULFILLED', 30_000);
    await expectCrmFollowed(id);
    await product.wms('PUT', '/_sandbox/webhooks', { mode: 'on' });
    await product.crm('PUT', '/_sandbox/webhooks', { mode: 'on' });

    const strange = newId();
    await product.crm('POST', '/orders', {
      order_id: strange,
      customer: { account_priority: 'diamond' },
      items: [{ sku: 'SKU-111', qty: 1 }],
    });
    await untilStage(strange, 'NEEDS_ACTION');
    const letters: Json[] = (await product.api('GET', `/dead-letters?order_id=${strange}`)).body
      .items;
    expect(letters).toMatchObject([{ kind: 'event', cause: 'MAP_ENUM' }]);
  });
});
