import { createHmac, randomUUID } from 'node:crypto';
import { hostVendor, type VendorHost } from '../vendor-host.ts';
import { createWebhookSender, type WebhookSender } from '../webhook-sender.ts';
import { keyAccess, type ApiKey, type RateLimit } from './access.ts';
import { createApp } from './app.ts';
import { createWarehouse, type Warehouse } from './warehouse.ts';

const DELAYS_MS = [0, 30_000, 300_000];
const RATE: RateLimit = { perSecond: 10, burst: 20 };

export interface CannonWmsOptions {
  /** Multiplies the waits between the attempts of a webhook. */
  timeScale?: number;
  rate?: RateLimit;
  searchLagMs?: number;
}

export interface CannonWms extends VendorHost {
  warehouse: Warehouse;
  webhooks: WebhookSender;
  /** One for each integration. */
  issueKey(scope: ApiKey['scope']): string;
  revokeKey(key: string): void;
}

/** A CannonWMS that behaves as its document says, with its state in memory. */
export async function startCannonWms(options: CannonWmsOptions = {}): Promise<CannonWms> {
  const { timeScale = 1, rate = RATE, searchLagMs = 0 } = options;
  const keys: ApiKey[] = [];
  const webhooks = createWebhookSender({
    ...{ delaysMs: DELAYS_MS, timeScale, disablesAfterLast: false },
    isReceived: (status) => status >= 200 && status < 300,
    sign: (body, secret) => signed(body, secret, Math.floor(Date.now() / 1000)),
  });
  const warehouse = createWarehouse((event, news) => {
    const id = `whe_${randomUUID().slice(0, 12)}`;
    const created = Math.floor(Date.now() / 1000);
    const body = JSON.stringify({ id, event, created, api_version: '2026-03-01', ...news });
    webhooks.emit({ id, type: event, body });
  });
  const access = keyAccess(keys, rate);
  const host = await hostVendor(createApp({ warehouse, access, searchLagMs }));
  return {
    ...host,
    ...{ warehouse, webhooks },
    issueKey(scope) {
      const key = `ck_${randomUUID()}`;
      keys.push({ key, scope, isRevoked: false });
      return key;
    },
    revokeKey(revoked) {
      for (const each of keys) if (each.key === revoked) each.isRevoked = true;
    },
    async close() {
      webhooks.close();
      await host.close();
    },
  };
}

/** `t=<seconds>,v1=<hex>` over `t.body`. */
function signed(body: string, secret: string, t: number): Record<string, string> {
  const v1 = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
  return { 'X-Cannon-Signature': `t=${t},v1=${v1}` };
}
