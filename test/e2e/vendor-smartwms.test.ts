import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { Json } from '../support/product.ts';
import { scenarioStage, WAIT_MS } from '../support/scenario-stage.ts';
import { booksOfSmartWms } from '../vendors/smartwms/books.ts';
import type { Order } from '../vendors/smartwms/order.ts';
import { startSmartWms } from '../vendors/smartwms/stub.ts';
import { expectVendorAgrees } from '../vendors/vendor-books.ts';

const SECRET = 'webhook-secret-of-smartwms';
const vendor = await startSmartWms({ timeScale: 0.001, takes200Only: true });
const { warehouse } = vendor;

const stage = scenarioStage({
  CROSSDOCK_DEFAULT_WMS: 'smartwms',
  CROSSDOCK_SMARTWMS_URL: vendor.url,
  CROSSDOCK_SMARTWMS_API_KEY: vendor.credentials.apiKey,
  CROSSDOCK_SMARTWMS_TENANT: vendor.credentials.tenant,
  CROSSDOCK_WEBHOOK_SECRET_SMARTWMS: SECRET,
});

beforeAll(() => {
  const url = `${stage.product().ready.urls['api']}/webhooks/smartwms`;
  vendor.webhooks.create({ url, events: '*', secret: SECRET });
});
afterAll(() => vendor.close());

const agrees = (id: string) => expectVendorAgrees(stage, booksOfSmartWms(warehouse), id);
const ordersOf = (id: string): Order[] =>
  warehouse.orders.filter(({ customerReference }) => customerReference === id);

/** A product of its own for one test. */
function newSku(units: number): string {
  const sku = `SKU-${randomUUID().slice(0, 8)}`;
  if (units > 0) warehouse.receive(sku, units);
  return sku;
}

/** The order at SmartWMS that is so many-th of ours, once it is there. */
const orderAt = (id: string, index = 0): Promise<Order> =>
  eventually(() => ordersOf(id)[index], WAIT_MS);

/** Picks and ships whatever is there until our order has ended. */
function workUntilFulfilled(id: string): Promise<Json> {
  return eventually(async () => {
    for (const { orderNumber, lines } of ordersOf(id)) {
      for (const { lineNumber, allocated: qty } of lines) {
        if (qty > 0) warehouse.pick({ orderNumber, lineNumber, qty });
      }
      if (lines.some(({ picked, shipped }) => picked > shipped)) warehouse.ship(orderNumber);
    }
    const seen = await stage.order(id);
    return seen.stage === 'FULFILLED' ? seen : undefined;
  }, WAIT_MS);
}

describe('an order that goes to SmartWMS', () => {
  it('lives through a partial pick, a short, and a backorder that a receipt fills', async () => {
    const sku = newSku(6);
    const id = await stage.place([{ sku, qty: 8 }], { account_priority: 'platinum' });
    const first = await orderAt(id);
    expect(first).toMatchObject({ priority: 1, lines: [{ ordered: 8, allocated: 6, short: 2 }] });
    await stage.until(id, ({ lines: [line] }) => line.allocated === 6 && line.backordered === 2);
    const { orderNumber } = first;
    // Nothing tells of picking: it is seen by polling.
    warehouse.pick({ orderNumber, lineNumber: 1, qty: 4 });
    await stage.until(id, ({ lines: [line] }) => line.picked === 4);
    warehouse.short({ orderNumber, lineNumber: 1, qty: 2 });
    warehouse.ship(orderNumber);
    await stage.until(id, ({ lines: [line] }) => line.shipped === 4 && line.backordered === 4);
    warehouse.receive(sku, 4);
    await workUntilFulfilled(id);
    // What was short at once and what was short on the floor are backorders of their own.
    expect(ordersOf(id).map(({ lines: [line] }) => line?.shipped)).toEqual([4, 2, 2]);
    const closed = await agrees(id);
    expect(closed.lines).toMatchObject([{ ordered: 8, shipped: 8 }]);
    expect(warehouse.stock.onHand(sku)).toBe(0);
  });

  it('waits for stock of which there is none, and is asked for when there is', async () => {
    const sku = newSku(0);
    const id = await stage.place([{ sku, qty: 3 }]);
    await stage.until(id, ({ lines: [line] }) => line.backordered === 3);
    expect(ordersOf(id)).toEqual([]);
    warehouse.receive(sku, 5);
    await workUntilFulfilled(id);
    expect((await agrees(id)).lines).toMatchObject([{ shipped: 3 }]);
  });

  it('whose request lost its answer is there once', async () => {
    const sku = newSku(5);
    vendor.loseAnswers({ method: 'POST', path: '/api/v1/orders', times: 1 });
    const id = await stage.place([{ sku, qty: 2 }]);
    await stage.until(id, ({ headline }) => headline === 'ALLOCATED');
    const posts = vendor.requests.filter(({ method, body }) => {
      return method === 'POST' && body.includes(id);
    });
    expect(posts.length).toBeGreaterThan(0);
    expect(ordersOf(id)).toHaveLength(1);
    await workUntilFulfilled(id);
    await agrees(id);
    expect(warehouse.stock.available(sku)).toBe(3);
  });

  it('is cancelled there before it is picked', async () => {
    const sku = newSku(5);
    const id = await stage.place([{ sku, qty: 4 }]);
    await stage.until(id, ({ headline }) => headline === 'ALLOCATED');
    await stage.cancel(id, { reason: 'changed my mind' });
    await stage.untilStage(id, 'CANCELLED');
    const closed = await agrees(id);
    expect(closed.lines).toMatchObject([{ cancelled: 4 }]);
    expect(warehouse.stock.available(sku)).toBe(5);
  });

  it('of which one line is cancelled has that done by a person', async () => {
    const [kept, gone] = [newSku(5), newSku(5)];
    const id = await stage.place([
      { sku: kept, qty: 2 },
      { sku: gone, qty: 3 },
    ]);
    await stage.until(id, ({ headline }) => headline === 'ALLOCATED');
    const { orderNumber } = await orderAt(id);
    await stage.cancel(id, { lines: [`${id}-2`] });
    const asked = await stage.until(id, ({ actions }) => openOf(actions).length === 1);
    const [action] = openOf(asked.actions);
    warehouse.cancelLine({ orderNumber, lineNumber: 2 });
    await stage.product().api('POST', `/actions/${action.action_id}/decision`, {
      decision: 'retry',
      expected_version: action.version,
    });
    await stage.until(id, ({ lines }) => lines[1].cancelled === 3);
    await workUntilFulfilled(id);
    const closed = await agrees(id);
    expect(closed.lines).toMatchObject([{ shipped: 2 }, { cancelled: 3, shipped: 0 }]);
  });

  it('ends by polling alone when the webhook is disabled', async () => {
    const [webhook] = vendor.webhooks.list();
    if (webhook === undefined) throw new Error('There is no webhook');
    webhook.enabled = false;
    const id = await stage.place([{ sku: newSku(2), qty: 2 }]);
    await workUntilFulfilled(id);
    expect((await agrees(id)).lines).toMatchObject([{ shipped: 2 }]);
    vendor.webhooks.enable(webhook.id);
  });

  it('waits while SmartWMS is down, and is asked for once when it is back', async () => {
    const sku = newSku(2);
    await vendor.goDown();
    const id = await stage.place([{ sku, qty: 2 }]);
    await stage.until(id, ({ lines: [line] }) => line.requested === 2);
    await vendor.comeBack();
    await workUntilFulfilled(id);
    expect(ordersOf(id)).toHaveLength(1);
    await agrees(id);
  });

  it('has its events in the inbox, authentic, and forged ones nowhere', async () => {
    const url = `${stage.product().ready.urls['api']}/webhooks/smartwms`;
    const shipped = vendor.webhooks.deliveries().find(({ type }) => type === 'order.shipped');
    expect(shipped?.state).toBe('delivered');
    const address = `${shipped?.eventId}?connection=smartwms`;
    await stage.eventOnceIt(address, ({ status }) => status === 'applied');
    const body = (shipped?.body ?? '').replace('"shipped"', '"cancelled"');
    const forged = await fetch(url, {
      ...{ method: 'POST', body },
      headers: { 'content-type': 'application/json', 'x-smartwms-signature': '0'.repeat(64) },
    });
    expect(forged.status).toBe(401);
  });
});

function openOf(actions: Json[]): Json[] {
  return actions.filter(({ status }) => status === 'OPEN');
}
