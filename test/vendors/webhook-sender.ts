import { randomUUID } from 'node:crypto';

export interface NewWebhook {
  url: string;
  /** Types of events; `*` for all. */
  events: readonly string[] | '*';
  secret: string;
}

export interface Webhook extends NewWebhook {
  id: string;
  enabled: boolean;
}

export interface DeliveryAttempt {
  at: number;
  /** Null when there was no answer. */
  status: number | null;
}

export interface Delivery {
  webhookId: string;
  eventId: string;
  type: string;
  body: string;
  state: 'pending' | 'delivered' | 'failed' | 'not sent';
  attempts: DeliveryAttempt[];
}

export interface OutgoingEvent {
  id: string;
  type: string;
  body: string;
}

export interface WebhookSender {
  create(webhook: NewWebhook): Webhook;
  list(): readonly Webhook[];
  enable(webhookId: string): void;
  emit(event: OutgoingEvent): void;
  /** One delivery at once, whatever becomes of it. */
  sendNow(webhookId: string, event: OutgoingEvent): Promise<DeliveryAttempt>;
  deliveries(): readonly Delivery[];
  close(): void;
}

export interface SenderOptions {
  /** Wait before each attempt, the first included, in ms before `timeScale`. */
  delaysMs: readonly number[];
  timeScale: number;
  disablesAfterLast: boolean;
  isReceived(status: number): boolean;
  sign(body: string, secret: string): Record<string, string>;
}

const TIMEOUT_MS = 10_000;

/** Sends events to those who registered, over and over by the vendor's own times. */
export function createWebhookSender(options: SenderOptions): WebhookSender {
  const webhooks: Webhook[] = [];
  const deliveries: Delivery[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let closed = false;
  const attempt = async (webhook: Webhook, body: string): Promise<DeliveryAttempt> => {
    const at = Date.now();
    try {
      const answer = await fetch(webhook.url, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...options.sign(body, webhook.secret) },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await answer.arrayBuffer();
      return { at, status: answer.status };
    } catch {
      return { at, status: null };
    }
  };
  const run = async (webhook: Webhook, delivery: Delivery): Promise<void> => {
    if (closed || !webhook.enabled) return;
    const made = await attempt(webhook, delivery.body);
    delivery.attempts.push(made);
    if (made.status !== null && options.isReceived(made.status)) {
      delivery.state = 'delivered';
      return;
    }
    if (delivery.attempts.length < options.delaysMs.length) return plan(webhook, delivery);
    delivery.state = 'failed';
    if (options.disablesAfterLast) webhook.enabled = false;
  };
  const plan = (webhook: Webhook, delivery: Delivery): void => {
    const delayMs = (options.delaysMs[delivery.attempts.length] ?? 0) * options.timeScale;
    const timer = setTimeout(() => {
      timers.delete(timer);
      void run(webhook, delivery);
    }, delayMs);
    timers.add(timer);
  };
  return {
    create(webhook) {
      const created = { ...webhook, id: `wh_${randomUUID().slice(0, 8)}`, enabled: true };
      webhooks.push(created);
      return created;
    },
    list: () => webhooks,
    enable(webhookId) {
      for (const webhook of webhooks) if (webhook.id === webhookId) webhook.enabled = true;
    },
    emit({ id, type, body }) {
      for (const webhook of webhooks) {
        if (webhook.events !== '*' && !webhook.events.includes(type)) continue;
        const state = webhook.enabled ? 'pending' : 'not sent';
        const base = { webhookId: webhook.id, eventId: id, type, body };
        const delivery: Delivery = { ...base, state, attempts: [] };
        deliveries.push(delivery);
        if (webhook.enabled) plan(webhook, delivery);
      }
    },
    async sendNow(webhookId, { body }) {
      const webhook = webhooks.find(({ id }) => id === webhookId);
      if (webhook === undefined) throw new Error(`No webhook ${webhookId}`);
      return attempt(webhook, body);
    },
    deliveries: () => deliveries,
    close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
