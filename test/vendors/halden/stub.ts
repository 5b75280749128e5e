import { createHmac, randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { hostVendor, type VendorHost } from '../vendor-host.ts';
import { createWebhookSender, type WebhookSender } from '../webhook-sender.ts';
import { createApp } from './app.ts';
import { createFloor, type Floor } from './floor.ts';

const USER = 'crossdock';
const DELAYS_MS = [0, 10_000, 60_000];

export interface Halden extends VendorHost {
  floor: Floor;
  webhooks: WebhookSender;
  user: string;
  /** What it lets in from now on. */
  setPassword(password: string): void;
}

/** A warehouse that Crossdock has never heard of, with its state in memory. */
export async function startHalden(options: {
  password: string;
  /** Multiplies the waits between the attempts of a webhook. */
  timeScale: number;
}): Promise<Halden> {
  let { password } = options;
  const webhooks = createWebhookSender({
    ...{ delaysMs: DELAYS_MS, timeScale: options.timeScale, disablesAfterLast: false },
    isReceived: (status) => status >= 200 && status < 300,
    sign: (body, secret) => signedByHalden(body, secret, Math.floor(Date.now() / 1000)),
  });
  const floor = createFloor((kind, news) => {
    const id = `ev-${randomUUID()}`;
    webhooks.emit({ id, type: kind, body: JSON.stringify({ id, kind, ...news }) });
  });
  const host = await hostVendor(
    createApp(
      floor,
      basicAccess(() => password),
    ),
  );
  return {
    ...host,
    ...{ floor, webhooks, user: USER },
    setPassword: (next) => void (password = next),
    async close() {
      webhooks.close();
      await host.close();
    },
  };
}

function basicAccess(password: () => string): MiddlewareHandler {
  return async (c, next) => {
    const wanted = Buffer.from(`${USER}:${password()}`).toString('base64');
    if (c.req.header('authorization') === `Basic ${wanted}`) return next();
    c.header('WWW-Authenticate', 'Basic realm="halden"');
    return c.json({ fault: { code: 'NOT_KNOWN' } }, 401);
  };
}

export function signedByHalden(
  body: string | Buffer,
  secret: string,
  time: number,
): Record<string, string> {
  const sign = createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex');
  return { 'X-Halden-Sign': sign, 'X-Halden-Time': String(time) };
}
