import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { Json } from '../support/product.ts';
import { scenarioStage, WAIT_MS } from '../support/scenario-stage.ts';
import { booksOfCannonWms } from '../vendors/cannonwms/books.ts';
import type { Order } from '../vendors/cannonwms/order.ts';
import { startCannonWms } from '../vendors/cannonwms/stub.ts';
import { expectVendorAgrees } from '../vendors/vendor-books.ts';

const SECRET = 'webhook-secret-of-cannonwms';
const SEARCH_LAG_MS = 2000;
/** Below what our file takes for granted, so that calls are refused for their rate. */
const RATE = { perSecond: 8, burst: 10 };
const vendor = await startCannonWms({
  ...{ timeScale: 0.001, searchLagMs: SEARCH_LAG_MS, rate: RATE },
});
const { warehouse } = vendor;

const stage = scenarioStage({
  CROSSDOCK_DEFAULT_WMS: 'cannonwms',
  CROSSDOCK_CANNONWMS_URL: vendor.url,
  CROSSDOCK_CANNONWMS_KEY: vendor.issueKey('read-write'),
  CROSSDOCK_WEBHOOK_SECRET_CANNONWMS: SECRET,
});

beforeAll(() => {
  const url = `${stage.product().ready.urls['api']}/webhooks/cannonwms`;
  vendor.webhooks.create({ url, events: '*', secret: SECRET });
});
afterAll(() => vendor.close());

const agrees = (id: string) => expectVendorAgrees(stage, booksOfCannonWms(warehouse), id);
const ordersOf = (id: string): Order[] =>
  warehouse.orders.filter(({ externalOrder }) => externalOrder === id);

function newSku(units: number): string {
  const sku = `SKU-${randomUUID().slice(0, 8)}`;
  if (units > 0) warehouse.receive(sku, units);
  return sku;
}

const orderAt = (id: string, index = 0): Promise<Order> =>
  eventually(() => ordersOf(id)[index], WAIT_MS);
const referenceOf = (order: Order): string => order.reference ?? '';

/** Picks and ships whatever is there until our order has ended. */
function workUntilFulfilled(id: string, withinMs = WAIT_MS): Promise<Json> {
  return eventually(async () => {
    for (const order of ordersOf(id)) {
      const reference = referenceOf(order);
      for (const { line, reserved: qty } of order.lines) {
        if (qty > 0) warehouse.pick({ reference, line, qty });
      }
      if (order.tour !== 'finished') warehouse.finishTour(reference);
      if (order.lines.some(({ picked, shipped }) => picked > shipped)) warehouse.ship(reference);
    }
    const seen = await stage.order(id);
    return seen.stage === 'FULFILLED' ? seen : undefined;
  }, withinMs);
}

describe('an order that goes to CannonWMS', () => {
  it('lives through a tour that misses units, and a backorder that a receipt fills', async () => {
    const sku = newSku(6);
    const id = await stage.place([{ sku, qty: 8 }], { account_priority: 'gold' });
    const first = await orderAt(id);
    expect(first).toMatchObject({
      level: 'expedited',
      lines: [{ ordered: 8, reserved: 6, short: 2 }],
    });
    const reference = referenceOf(first);
    warehouse.pick({ reference, line: 1, qty: 3 });
    warehouse.miss({ reference, line: 1, qty: 2 });
    // Nothing tells of single picks: they are seen by polling.
    await stage.until(id, ({ lines: [line] }) => line.picked === 3 && line.backordered === 4);
    warehouse.find({ reference, line: 1, qty: 1 });
    warehouse.pick({ reference, line: 1, qty: 1 });
    warehouse.finishTour(reference);
    await stage.until(id, ({ lines: [line] }) => line.picked === 5 && line.backordered === 3);
    warehouse.ship(reference);
    await stage.until(id, ({ lines: [line] }) => line.shipped === 5);
    warehouse.receive(sku, 3);
    await workUntilFulfilled(id);
    const closed = await agrees(id);
    expect(closed.lines).toMatchObject([{ ordered: 8, shipped: 8 }]);
    expect(warehouse.stock.row(sku)).toEqual({ onHand: 0, reserved: 0, staged: 0 });
  });

  it('whose request lost its answer is searched for once the index has it, and is there once', async () => {
    const sku = newSku(5);
    vendor.loseAnswers({ method: 'POST', path: '/v1/orders', times: 1 });
    const id = await stage.place([{ sku, qty: 2 }]);
    await stage.until(id, ({ headline }) => headline === 'ALLOCATED', 60_000);
    expect(ordersOf(id)).toHaveLength(1);
    const asked = vendor.requests.filter(({ method, body }) => {
      return method === 'POST' && body.includes(id);
    });
    expect(asked).toHaveLength(1);
    await workUntilFulfilled(id);
    await agrees(id);
    expect(warehouse.stock.available(sku)).toBe(3);
  });

  it('is cancelled by line, and then as far as it is not picked', async () => {
    const [one, other] = [newSku(5), newSku(5)];
    const id = await stage.place([
      { sku: one, qty: 4 },
      { sku: other, qty: 3 },
    ]);
    await stage.until(id, ({ headline }) => headline === 'ALLOCATED');
    const reference = referenceOf(await orderAt(id));
    await stage.cancel(id, { lines: [`${id}-2`] });
    await stage.until(id, ({ lines }) => lines[1].cancelled === 3);
    warehouse.pick({ reference, line: 1, qty: 1 });
    await stage.until(id, ({ lines: [line] }) => line.picked === 1);
    await stage.cancel(id);
    await stage.until(id, ({ lines: [line] }) => line.cancelled === 3);
    warehouse.ship(reference);
    await stage.untilStage(id, 'FULFILLED');
    const closed = await agrees(id);
    expect(closed.lines).toMatchObject([
      { shipped: 1, cancelled: 3 },
      { shipped: 0, cancelled: 3 },
    ]);
    expect(warehouse.stock.available(other)).toBe(5);
  });

  it('is one of twenty at once, which the rate of our key lets through in turn', async () => {
    const sku = newSku(20);
    const ids = await Promise.all(Array.from({ length: 20 }, () => stage.place([{ sku, qty: 1 }])));
    for (const id of ids) {
      await stage.until(id, ({ lines: [line] }) => line.allocated === 1, 60_000);
    }
    expect(vendor.requests.some(({ status }) => status === 429)).toBe(true);
    for (const id of ids) expect(ordersOf(id)).toHaveLength(1);
    expect(warehouse.stock.available(sku)).toBe(0);
    for (const id of ids) await workUntilFulfilled(id, 60_000);
    for (const id of ids) await agrees(id);
  });

  it('waits while CannonWMS is down, and is asked for once when it is back', async () => {
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
    const url = `${stage.product().ready.urls['api']}/webhooks/cannonwms`;
    const shipped = vendor.webhooks.deliveries().find(({ type }) => type === 'order.shipped');
    expect(shipped?.state).toBe('delivered');
    const address = `${shipped?.eventId}?connection=cannonwms`;
    await stage.eventOnceIt(address, ({ status }) => status === 'applied');
    const t = Math.floor(Date.now() / 1000);
    const forged = await fetch(url, {
      ...{ method: 'POST', body: shipped?.body ?? '' },
      headers: {
        'content-type': 'application/json',
        'x-cannon-signature': `t=${t},v1=${'0'.repeat(64)}`,
      },
    });
    expect(forged.status).toBe(401);
  });
});
