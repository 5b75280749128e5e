import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startCannonWms, type CannonWms } from '../vendors/cannonwms/stub.ts';
import { REFERENCE } from '../vendors/connect.ts';
import { alteredRequests, webhookReading } from '../vendors/read-webhook.ts';
import {
  startWebhookReceiver,
  type Received,
  type WebhookReceiver,
} from '../vendors/webhook-receiver.ts';

const SECRET = 'secret-of-cannonwms';
const HEADER = 'x-cannon-signature';
const reading = webhookReading('cannonwms', { CROSSDOCK_WEBHOOK_SECRET_CANNONWMS: SECRET });

describe('webhooks of CannonWMS', () => {
  let vendor: CannonWms;
  let receiver: WebhookReceiver;

  beforeEach(async () => {
    vendor = await startCannonWms({ timeScale: 1e-5 });
    receiver = await startWebhookReceiver();
    vendor.webhooks.create({ url: receiver.url, events: '*', secret: SECRET });
    vendor.warehouse.receive('1e5', 5);
  });
  afterEach(async () => {
    await vendor.close();
    await receiver.close();
  });

  const order = (reference: string | null) =>
    vendor.warehouse.create({
      external: { reference, order: 'ORD-1' },
      service: { level: 'standard' },
      fulfilment: { start_tour: true },
      lines: [{ external_line: 'ORD-1-1', item: { sku: '1e5' }, units: 2 }],
    });
  const received = (event: string): Promise<Received> =>
    eventually(() => receiver.received.find(({ value }) => value['event'] === event));

  test('lead to our order, which is then looked at', async () => {
    const { warehouse } = vendor;
    order(REFERENCE);
    warehouse.pick({ reference: REFERENCE, line: 1, qty: 2 });
    warehouse.finishTour(REFERENCE);
    warehouse.ship(REFERENCE);
    warehouse.deliver(REFERENCE);
    for (const [type, confirms] of [
      ['order.created', true],
      ['pick.completed', false],
      ['order.shipped', false],
      ['shipment.delivered', false],
    ] as const) {
      const request = await received(type);
      expect(reading.verify(request)).toMatchObject({ authentic: true, stale: false });
      const { event, normalised } = reading.read(request);
      expect(event).toMatchObject({ eventType: type, lane: 'crm/ORD-1', confirms });
      expect(Math.abs((event.sentAt ?? 0) - Date.now())).toBeLessThan(60_000);
      expect(normalised).toMatchObject({
        to: 'order',
        input: { type: 'pick_touched', pickId: 'ord_1', reference: REFERENCE },
      });
    }
  });

  test('of orders that are not ours are taken and concern nobody', async () => {
    order(null);
    expect(reading.read(await received('order.created')).normalised).toBeNull();
  });

  test('of stock concern the allocator when it has risen, and nobody when it has fallen', async () => {
    const risen = reading.read(await received('inventory.adjusted'));
    expect(risen.normalised).toEqual({ to: 'stock', wms: 'cannonwms', sku: '1e5' });
    receiver.received.length = 0;
    vendor.warehouse.receive('1e5', -1);
    const fallen = reading.read(await received('inventory.adjusted'));
    expect(fallen.event.lane).toBeNull();
    expect(fallen.normalised).toBeNull();
  });

  test('of types that nobody acts on are taken', async () => {
    const body = {
      ...{ id: 'whe_1', event: 'return.received', created: 1_763_629_200 },
      ...{ api_version: '2026-03-01', subject: { return: { id: 'ret_1' } } },
    };
    vendor.webhooks.emit({ id: 'whe_1', type: 'return.received', body: JSON.stringify(body) });
    const { event, normalised } = reading.read(await received('return.received'));
    expect(event).toMatchObject({ eventId: 'whe_1', sentAt: 1_763_629_200_000, lane: null });
    expect(normalised).toBeNull();
  });

  test('are refused with any bit altered, in the body or in the signature', async () => {
    const request = await received('inventory.adjusted');
    expect(reading.verify(request)).toMatchObject({ authentic: true });
    for (const altered of alteredRequests(request, HEADER)) {
      expect(reading.verify(altered), altered.what).toMatchObject({ authentic: false });
    }
  });

  test('are stale five minutes after they were signed', async () => {
    const request = await received('inventory.adjusted');
    const late = Date.now() + 302_000;
    expect(reading.verify(request, late)).toMatchObject({ authentic: true, stale: true });
  });

  test('that fail are sent again, and are given up without ado', async () => {
    await received('inventory.adjusted');
    receiver.answers.push(500, 500, 500);
    vendor.webhooks.emit({ id: 'whe_2', type: 'order.shipped', body: '{}' });
    await eventually(() => vendor.webhooks.deliveries().some(({ state }) => state === 'failed'));
    expect(vendor.webhooks.deliveries().at(-1)?.attempts).toHaveLength(3);
    expect(vendor.webhooks.list()).toMatchObject([{ enabled: true }]);
  });
});
