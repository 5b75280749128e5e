import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { Json } from '../support/product.ts';
import { scenarioStage, WAIT_MS } from '../support/scenario-stage.ts';
import {
  actionOf,
  expectBooksAgreeWith,
  type VendorLine,
} from '../vendors/logisticswms/books-agree.ts';
import type { Order } from '../vendors/ongoing/order.ts';
import { OWNER, startOngoing } from '../vendors/ongoing/stub.ts';

const vendor = await startOngoing({ timeScale: 0.001 });
const secret = 'ongoing-webhook-secret';

const stage = scenarioStage({
  CROSSDOCK_DEFAULT_WMS: 'ongoing',
  CROSSDOCK_ONGOING_URL: vendor.url,
  CROSSDOCK_ONGOING_USER: vendor.user,
  CROSSDOCK_ONGOING_PASSWORD: vendor.password,
  CROSSDOCK_WEBHOOK_SECRET_ONGOING: secret,
});

/** Regular webhooks of our goods owner, and an automation webhook that tells some of it again. */
beforeAll(() => {
  const url = `${stage.product().ready.urls['api'] ?? ''}/webhooks/ongoing`;
  const auth = { kind: 'header', name: 'X-Crossdock-Token', value: `Bearer ${secret}` } as const;
  const all = { url, auth, retry: 'One day' } as const;
  for (const template of ['OrderCreated', 'OrderStatusChanged', 'ArticleStockChanged']) {
    vendor.webhooks.create({ ...all, goodsOwnerId: OWNER, template });
  }
  vendor.webhooks.create({ ...all, goodsOwnerId: 'all', template: 'OrderStatusChanged' });
  vendor.webhooks.create({ ...all, goodsOwnerId: 'all', template: 'OrderPicked' });
});
afterAll(() => vendor.close());

const ordersOf = (id: string): Order[] =>
  vendor.orders.all.filter((order) => order.goodsOwnerOrderId === id);

function linesOf(id: string): VendorLine[] {
  return ordersOf(id).flatMap((order) =>
    order.lines.map((line) => ({
      ...{ pick_id: String(order.orderId), line_id: line.externalOrderLineCode },
      ...{ sku: line.articleNumber, requested: line.numberOfItems, allocated: line.allocated },
      ...{ picked: line.picked, shipped: line.sent, cancelled: line.cancelled },
    })),
  );
}

const agree = (id: string): Promise<Json> => expectBooksAgreeWith(stage, id, () => linesOf(id));

function stocked(units: number): string {
  const sku = `SKU-${randomUUID().slice(0, 8)}`;
  if (units > 0) vendor.receive(sku, units);
  return sku;
}

/** The order's first order at the vendor, once it is taken. */
async function taken(id: string): Promise<number> {
  await stage.until(id, (order) => order.picks.length === 1 && order.picks[0].pick_id);
  return ordersOf(id)[0]?.orderId ?? 0;
}

/** Office and floor allocate, pick and send whatever there is until the order has ended. */
async function workUntil(id: string, ended: string): Promise<void> {
  await eventually(async () => {
    for (const { orderId, lines } of ordersOf(id)) {
      vendor.orders.allocate(orderId);
      const allocated = lines.filter((line) => line.allocated > 0);
      for (const { rowNumber, allocated: units } of allocated) {
        vendor.orders.pick(orderId, rowNumber, units);
      }
      if (lines.some((line) => line.picked > line.sent)) vendor.orders.send(orderId);
    }
    return (await stage.order(id)).stage === ended;
  }, WAIT_MS);
}

describe('an order served by Ongoing', () => {
  it('is accepted without stock, fills later, leaves in parts, and what is short comes again', async () => {
    const plenty = stocked(0);
    const single = stocked(1);
    const id = await stage.place([
      { sku: plenty, qty: 4 },
      { sku: single, qty: 1 },
    ]);
    const orderId = await taken(id);
    expect((await stage.order(id)).backorders).toEqual([]);
    vendor.receive(plenty, 4);
    vendor.orders.allocate(orderId);
    await stage.until(id, (order) => order.headline === 'ALLOCATED');
    vendor.orders.pick(orderId, '1', 3);
    await stage.until(id, (order) => order.lines[0].picked === 3);
    vendor.orders.send(orderId);
    await stage.until(id, (order) => order.lines[0].shipped === 3);
    await agree(id);
    vendor.orders.pick(orderId, '2', 1);
    vendor.orders.finish(orderId);
    vendor.orders.send(orderId);
    const short = await stage.until(id, (order) => order.backorders.length === 1);
    expect(short.backorders).toMatchObject([{ qty: 1 }]);
    await workUntil(id, 'FULFILLED');
    const closed = await agree(id);
    expect(closed.lines).toMatchObject([{ shipped: 4 }, { shipped: 1 }]);
    expect(ordersOf(id)).toHaveLength(2);
    await expect.poll(async () => (await stage.tasks(id))[0].status).toBe('COMPLETED');
  });

  it('is at the vendor once, though the answer to its request was lost', async () => {
    vendor.loseAnswers({ method: 'PUT', path: '/api/v1/orders', times: 1 });
    const id = await stage.place([{ sku: stocked(5), qty: 2 }]);
    await taken(id);
    const puts = vendor.audit.filter(({ method, body }) => {
      return method === 'PUT' && JSON.stringify(body).includes(id);
    });
    expect(puts).toMatchObject([{ status: null }]);
    await workUntil(id, 'FULFILLED');
    await agree(id);
    expect(ordersOf(id)).toHaveLength(1);
  });

  it('that is cancelled before picking is cancelled whole, without a person', async () => {
    const id = await stage.place([{ sku: stocked(5), qty: 2 }]);
    vendor.orders.allocate(await taken(id));
    await stage.until(id, (order) => order.headline === 'ALLOCATED');
    await stage.cancel(id, { reason: 'The customer changed his mind' });
    await stage.untilStage(id, 'CANCELLED');
    expect((await agree(id)).lines).toMatchObject([{ cancelled: 2 }]);
    const told = vendor.audit.find(
      ({ method, path }) => method === 'PATCH' && path.endsWith('/status'),
    );
    expect(told?.body).toMatchObject({ orderStatusNumber: 1000 });
  });

  it('of which one line is cancelled has it stopped by a person, who then asks again', async () => {
    const [kept, dropped] = [stocked(5), stocked(5)];
    const id = await stage.place([
      { line_id: 'L-1', sku: kept, qty: 2 },
      { line_id: 'L-2', sku: dropped, qty: 3 },
    ]);
    const orderId = await taken(id);
    vendor.orders.allocate(orderId);
    await stage.until(id, (order) => order.headline === 'ALLOCATED');
    await stage.cancel(id, { lines: ['L-2'] });
    const action = await actionOf(stage, id, 'cancel_unanswered');
    expect((await stage.order(id)).lines).toMatchObject([{}, { allocated: 3, cancelled: 0 }]);
    // The status of the order stays what it is, so no webhook tells of it.
    vendor.orders.cancelRow(orderId, '2');
    const decision = { decision: 'retry', expected_version: action.version };
    const path = `/actions/${action.action_id}/decision`;
    expect((await stage.product().api('POST', path, decision)).status).toBe(200);
    await stage.until(id, (order) => order.lines[1].cancelled === 3);
    await workUntil(id, 'FULFILLED');
    expect((await agree(id)).lines).toMatchObject([{ shipped: 2 }, { cancelled: 3 }]);
  });

  it('whose webhooks meet a closed door is told of again, and looked at meanwhile', async () => {
    const id = await stage.place([{ sku: stocked(5), qty: 2 }]);
    const orderId = await taken(id);
    stage.product().kill('api');
    vendor.orders.allocate(orderId);
    vendor.orders.pick(orderId, '1', 2);
    vendor.orders.send(orderId);
    const isOpen = () =>
      stage.order(id).then(
        ({ order_id }) => order_id === id,
        () => false,
      );
    await eventually(isOpen, 3 * WAIT_MS);
    await stage.untilStage(id, 'FULFILLED', 3 * WAIT_MS);
    expect((await agree(id)).lines).toMatchObject([{ shipped: 2 }]);
  });
});
