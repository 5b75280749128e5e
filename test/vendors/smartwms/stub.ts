import { createHmac, randomUUID } from 'node:crypto';
import { hostVendor, type VendorHost } from '../vendor-host.ts';
import {
  createWebhookSender,
  type DeliveryAttempt,
  type WebhookSender,
} from '../webhook-sender.ts';
import { createAccess, type Credentials } from './access.ts';
import { createApp } from './app.ts';
import { createWarehouse, type Warehouse } from './warehouse.ts';

/** Waits before each attempt, as the document lists them: after the fifth the webhook is disabled. */
const DELAYS_MS = [0, 60_000, 300_000, 1_800_000, 7_200_000];

export interface SmartWmsOptions {
  /** Multiplies the waits between the attempts of a webhook. */
  timeScale?: number;
  /** Whether only 200 acknowledges, as the document's words may be meant. */
  takes200Only?: boolean;
}

export interface SmartWms extends VendorHost {
  credentials: Credentials;
  warehouse: Warehouse;
  webhooks: WebhookSender;
  /** The button of the webhook's page. */
  sendTest(webhookId: string): Promise<DeliveryAttempt>;
}

/** A SmartWMS that behaves as its document says, with its state in memory. */
export async function startSmartWms(options: SmartWmsOptions = {}): Promise<SmartWms> {
  const { timeScale = 1, takes200Only = false } = options;
  const credentials = {
    tenant: 'main',
    apiKey: `sk_${randomUUID()}`,
    clientId: 'client-1',
    clientSecret: randomUUID(),
  };
  const webhooks = createWebhookSender({
    ...{ delaysMs: DELAYS_MS, timeScale, disablesAfterLast: true },
    isReceived: (status) => (takes200Only ? status === 200 : status >= 200 && status < 300),
    sign: (body, secret) => ({
      'X-SmartWMS-Signature': createHmac('sha256', secret).update(body).digest('hex'),
    }),
  });
  const warehouse = createWarehouse((type, data) => webhooks.emit(eventOf(type, data)));
  const host = await hostVendor(createApp(warehouse, createAccess(credentials)));
  return {
    ...host,
    ...{ credentials, warehouse, webhooks },
    sendTest: (webhookId) =>
      webhooks.sendNow(webhookId, eventOf('webhook.test', { message: 'Test from SmartWMS' })),
    async close() {
      webhooks.close();
      await host.close();
    },
  };
}

function eventOf(type: string, data: Record<string, unknown>) {
  const id = `evt_${randomUUID().slice(0, 12)}`;
  const timestamp = new Date().toISOString();
  return { id, type, body: JSON.stringify({ id, type, timestamp, data }) };
}
