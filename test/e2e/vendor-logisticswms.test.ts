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
import type { Order } from '../vendors/logisticswms/orders.ts';
import { startLogisticsWms } from '../vendors/logisticswms/stub.ts';

const vendor = await startLogisticsWms();
const client = vendor.clients.create();
const webhooks = { user: 'crossdock', password: 'wärehouse-password' };

const stage = scenarioStage({
  CROSSDOCK_DEFAULT_WMS: 'logisticswms',
  CROSSDOCK_LOGISTICSWMS_URL: vendor.url,
  CROSSDOCK_LOGISTICSWMS_CLIENT_ID: client.clientId,
  CROSSDOCK_LOGISTICSWMS_CLIENT_SECRET: client.clientSecret,
  CROSSDOCK_WEBHOOK_SECRET_LOGISTICSWMS: `${webhooks.user}:${webhooks.password}`,
});

function webhooksOn(): void {
  const { urls } = stage.product().ready;
  const operations = ['order_updated', 'order_picked', 'order_cancelled', 'stock_updated'];
  const url = `${urls['api'] ?? ''}/webhooks/logisticswms`;
  const targets = Object.fromEntries(operations.map((operation) => [operation, url]));
  vendor.webhooks.configure({ ...webhooks, targets });
}

beforeAll(webhooksOn);
afterAll(() => vendor.close());

const ordersOf = (id: string): Order[] =>
  vendor.orders.all.filter((order) => order.customer_order === id);

function linesOf(id: string): VendorLine[] {
  return ordersOf(id).flatMap((order) =>
    order.items.map((item) => ({
      ...{ pick_id: String(order.id), line_id: item.external_line_id, sku: item.product_code },
      ...{ requested: item.quantity, allocated: item.reserved, picked: item.picked },
      ...{ shipped: 0, cancelled: item.cancelled },
    })),
  );
}

const agree = (id: string): Promise<Json> => expectBooksAgreeWith(stage, id, () => linesOf(id));

function stocked(units: number): string {
  const sku = `SKU-${randomUUID().slice(0, 8)}`;
  if (units > 0) vendor.receive(sku, units);
  return sku;
}

/** The order's first order at the vendor, once everything of it is reserved. */
async function reserved(id: string): Promise<number> {
  await stage.until(id, (order) => order.headline === 'ALLOCATED');
  return ordersOf(id)[0]?.id ?? 0;
}

/** The floor picks all that is reserved for the order, now and later. */
async function pickUntil(id: string, ended: string): Promise<void> {
  await eventually(async () => {
    for (const order of ordersOf(id)) {
      for (const item of order.items) {
        if (item.reserved > 0) vendor.orders.pick(order.id, item.line_number, item.reserved);
      }
    }
    return (await stage.order(id)).stage === ended;
  }, WAIT_MS);
}

describe('an order served by LogisticsWMS', () => {
  it('lives through a backorder, partial picks and a short, and ends picked', async () => {
    const plenty = stocked(5);
    const scarce = stocked(2);
    const id = await stage.place([
      { sku: plenty, qty: 4 },
      { sku: scarce, qty: 3 },
    ]);
    const missing = await stage.until(id, (order) => order.backorders.length === 1);
    expect(missing.lines).toMatchObject([{ allocated: 4 }, { allocated: 2, backordered: 1 }]);
    const [first] = ordersOf(id);
    expect(first?.items.map((item) => item.line_number)).toEqual([1, 2]);
    vendor.orders.pick(first?.id ?? 0, 1, 3);
    await stage.until(id, (order) => order.lines[0].picked === 3);
    vendor.orders.short(first?.id ?? 0, 1, 1);
    await stage.until(id, (order) => order.lines[0].backordered === 1);
    await agree(id);
    vendor.receive(scarce, 1, 'SUR-2');
    vendor.receive(plenty, 1, 'SUR-2');
    await pickUntil(id, 'FULFILLED');
    const closed = await agree(id);
    expect(closed.lines).toMatchObject([{ picked: 4 }, { picked: 3 }]);
    expect(closed.headline).toBe('FULFILLED');
    const [task] = await stage.tasks(id);
    await expect.poll(async () => (await stage.tasks(id))[0].status).toBe('COMPLETED');
    expect(task.metadata.order_id).toBe(id);
  });

  it('waits for stock when there is none of it', async () => {
    const sku = stocked(0);
    const id = await stage.place([{ sku, qty: 2 }]);
    await stage.until(id, (order) => order.headline === 'BACKORDERED');
    expect(ordersOf(id)).toEqual([]);
    vendor.receive(sku, 2);
    await pickUntil(id, 'FULFILLED');
    expect((await agree(id)).lines).toMatchObject([{ picked: 2 }]);
  });

  it('is at the vendor once, though the answer to its request was lost', async () => {
    vendor.loseAnswers({ method: 'POST', path: '/api/external/v1/orders', times: 1 });
    const id = await stage.place([{ sku: stocked(5), qty: 2 }]);
    await reserved(id);
    const lost = vendor.audit.filter(({ method, status }) => method === 'POST' && status === null);
    expect(lost).toHaveLength(1);
    await pickUntil(id, 'FULFILLED');
    expect((await agree(id)).picks).toHaveLength(1);
    expect(ordersOf(id)).toHaveLength(1);
  });

  it('that is cancelled is stopped by a person, because no call can', async () => {
    const sku = stocked(5);
    const id = await stage.place([{ sku, qty: 2 }]);
    const orderId = await reserved(id);
    await stage.cancel(id);
    const action = await actionOf(stage, id, 'cancel_unanswered');
    expect(action.choices).toEqual(['retry', 'wait']);
    expect((await stage.order(id)).lines).toMatchObject([{ allocated: 2, cancelled: 0 }]);
    vendor.orders.cancelByHand(orderId);
    const ended = await stage.untilStage(id, 'CANCELLED');
    expect(ended.lines).toMatchObject([{ cancelled: 2 }]);
    await agree(id);
    expect(vendor.stock.of(sku)).toMatchObject([{ onHand: 5, reserved: 0 }]);
    const shown = (await stage.product().api('GET', `/actions/${action.action_id}`)).body;
    expect(shown.status).toBe('SUPERSEDED');
  });

  it('is followed by looks alone when no webhook comes', async () => {
    vendor.webhooks.configure(null);
    const id = await stage.place([{ sku: stocked(5), qty: 2 }]);
    vendor.orders.pick(await reserved(id), 1, 2);
    await stage.untilStage(id, 'FULFILLED', 3 * WAIT_MS);
    expect((await agree(id)).lines).toMatchObject([{ picked: 2 }]);
    webhooksOn();
  });

  it('is not held up when all tokens end among twenty orders', async () => {
    const sku = stocked(100);
    const before = vendor.clients.logins;
    const placing = Array.from({ length: 20 }, () => stage.place([{ sku, qty: 1 }]));
    const ids = await Promise.all(placing);
    vendor.clients.expireTokens();
    for (const id of ids) {
      await reserved(id);
      expect(ordersOf(id)).toHaveLength(1);
    }
    // A worker that had a token begins anew once.
    expect(vendor.clients.logins - before).toBeLessThanOrEqual(1);
    for (const id of ids) await pickUntil(id, 'FULFILLED');
    await agree(ids[0] ?? '');
  });
});
