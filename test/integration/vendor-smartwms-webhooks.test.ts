import { createHmac, timingSafeEqual } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { REFERENCE } from '../vendors/connect.ts';
import { alteredRequests, webhookReading } from '../vendors/read-webhook.ts';
import { startSmartWms, type SmartWms } from '../vendors/smartwms/stub.ts';
import {
  startWebhookReceiver,
  type Received,
  type WebhookReceiver,
} from '../vendors/webhook-receiver.ts';

const SECRET = 'secret-of-smartwms';
const HEADER = 'x-smartwms-signature';
const reading = webhookReading('smartwms', { CROSSDOCK_WEBHOOK_SECRET_SMARTWMS: SECRET });

/** Two hours pass in 72 ms. */
const TIME_SCALE = 1e-5;

describe('webhooks of SmartWMS', () => {
  let vendor: SmartWms;
  let receiver: WebhookReceiver;

  async function start(options: Parameters<typeof startSmartWms>[0] = {}): Promise<void> {
    vendor = await startSmartWms({ timeScale: TIME_SCALE, ...options });
    receiver = await startWebhookReceiver();
    vendor.webhooks.create({ url: receiver.url, events: '*', secret: SECRET });
  }

  beforeEach(() => start());
  afterEach(async () => {
    await vendor.close();
    await receiver.close();
  });

  const order = (orderNumber: string) =>
    vendor.warehouse.create({
      ...{ orderNumber, customerReference: 'ORD-1', priority: 3 },
      lines: [{ lineNumber: 1, externalLineId: 'ORD-1-1', sku: '00123', quantity: 2 }],
    });
  const received = (type: string): Promise<Received> =>
    eventually(() => receiver.received.find(({ value }) => value['type'] === type));

  test('lead to our order, which is then looked at', async () => {
    vendor.warehouse.receive('00123', 5);
    order(REFERENCE);
    vendor.warehouse.pick({ orderNumber: REFERENCE, lineNumber: 1, qty: 2 });
    vendor.warehouse.ship(REFERENCE);
    for (const [type, confirms] of [
      ['order.created', true],
      ['shipment.created', false],
      ['order.shipped', false],
    ] as const) {
      const request = await received(type);
      expect(reading.verify(request)).toMatchObject({ authentic: true });
      const { event, normalised } = reading.read(request);
      expect(event).toMatchObject({ eventType: type, lane: 'crm/ORD-1', confirms });
      expect(event.sentAt).toBeTypeOf('number');
      expect(normalised).toMatchObject({
        to: 'order',
        order: { connection: 'crm', orderId: 'ORD-1' },
        input: { type: 'pick_touched', pickId: 'ord_789', reference: REFERENCE },
      });
    }
  });

  test('of a cancel and of a change lead there too', async () => {
    vendor.warehouse.receive('00123', 5);
    order(REFERENCE);
    const [made] = vendor.warehouse.orders;
    if (made === undefined) throw new Error('no order');
    vendor.warehouse.prioritise(made, 1);
    vendor.warehouse.cancel(made);
    for (const type of ['order.updated', 'order.cancelled']) {
      expect(reading.read(await received(type)).order).toEqual({
        connection: 'crm',
        orderId: 'ORD-1',
      });
    }
  });

  test('of orders that are not ours, and of what nobody acts on, are taken and concern nobody', async () => {
    vendor.warehouse.receive('00123', 5);
    order('SO-2024-001');
    expect(reading.read(await received('order.created')).normalised).toBeNull();
    expect(reading.read(await received('receiving.completed')).normalised).toBeNull();
  });

  test('of stock concern the allocator when it has risen, and nobody when it has fallen', async () => {
    vendor.warehouse.receive('00123', 5);
    const risen = reading.read(await received('inventory.adjusted'));
    expect(risen.normalised).toEqual({ to: 'stock', wms: 'smartwms', sku: '00123' });
    receiver.received.length = 0;
    vendor.warehouse.receive('00123', -1);
    const fallen = reading.read(await received('inventory.adjusted'));
    expect(fallen.event.lane).toBeNull();
    expect(fallen.normalised).toBeNull();
  });

  test('are refused with any bit altered, in the body or in the signature', async () => {
    vendor.warehouse.receive('00123', 5);
    const request = await received('inventory.adjusted');
    let tried = 0;
    for (const altered of alteredRequests(request, HEADER)) {
      expect(reading.verify(altered), altered.what).toMatchObject({ authentic: false });
      tried += 1;
    }
    expect(tried).toBeGreaterThan(200);
  });

  test('verify by the code of their document too, and its own example is read', () => {
    const verifyWebhook = (payload: string, signature: string, secret: string): boolean => {
      const expected = createHmac('sha256', secret).update(payload).digest('hex');
      return timingSafeEqual(Buffer.from(signature), Buffer.from(expected));
    };
    const text = `{
  "id": "evt_123456",
  "type": "order.shipped",
  "timestamp": "2024-01-15T10:30:00Z",
  "data": {
    "orderId": "ord_789",
    "orderNumber": "SO-2024-001",
    "status": "shipped",
    "trackingNumber": "1Z999AA10123456784",
    "carrier": "UPS"
  }
}`;
    const signature = createHmac('sha256', SECRET).update(text).digest('hex');
    expect(verifyWebhook(text, signature, SECRET)).toBe(true);
    const [body, headers] = [Buffer.from(text), { [HEADER]: signature }];
    expect(reading.verify({ body, headers })).toMatchObject({ authentic: true, stale: false });
    const value = JSON.parse(text) as Received['value'];
    expect(reading.read({ body, headers, value })).toMatchObject({
      event: { eventId: 'evt_123456', sentAt: Date.UTC(2024, 0, 15, 10, 30), lane: null },
      normalised: null,
    });
  });

  test('are tried five times, and after the fifth failure the webhook is disabled', async () => {
    receiver.answers.push(500, 503, 500, 500, 500);
    vendor.webhooks.emit({ id: 'evt_1', type: 'order.updated', body: '{}' });
    const [webhook] = vendor.webhooks.list();
    await eventually(() => webhook?.enabled === false);
    const [failed] = vendor.webhooks.deliveries();
    expect(failed).toMatchObject({ state: 'failed', eventId: 'evt_1' });
    expect(failed?.attempts.map(({ status }) => status)).toEqual([500, 503, 500, 500, 500]);
    vendor.webhooks.emit({ id: 'evt_2', type: 'order.updated', body: '{}' });
    expect(vendor.webhooks.deliveries()[1]).toMatchObject({ state: 'not sent', attempts: [] });
    expect(receiver.received).toHaveLength(5);
  });

  test('that are answered by 202 come once, and twice where only 200 counts', async () => {
    receiver.answers.push(202, 202);
    vendor.webhooks.emit({ id: 'evt_1', type: 'order.updated', body: '{}' });
    await eventually(() => vendor.webhooks.deliveries()[0]?.state === 'delivered');
    expect(receiver.received).toHaveLength(1);
    await vendor.close();
    await receiver.close();
    await start({ takes200Only: true });
    receiver.answers.push(202);
    vendor.webhooks.emit({ id: 'evt_2', type: 'order.updated', body: '{}' });
    await eventually(() => vendor.webhooks.deliveries()[0]?.state === 'delivered');
    expect(vendor.webhooks.deliveries()[0]?.attempts.map(({ status }) => status)).toEqual([
      202, 200,
    ]);
  });

  test('may be tried out by their button, which concerns nobody', async () => {
    const [webhook] = vendor.webhooks.list();
    const attempt = await vendor.sendTest(webhook?.id ?? '');
    expect(attempt.status).toBe(200);
    const request = await received('webhook.test');
    expect(reading.verify(request)).toMatchObject({ authentic: true });
    expect(reading.read(request)).toMatchObject({ event: { lane: null }, normalised: null });
  });
});
