import type { AuditEntry } from '../logisticswms/stub-host.ts';

export interface NewWebhook {
  /** Of one goods owner, or an automation webhook, of all. */
  goodsOwnerId: number | 'all';
  template: string;
  url: string;
  auth: { kind: 'none' } | { kind: 'basic'; user: string; password: string } | HeaderAuth;
  retry: 'None' | 'One day';
}

interface HeaderAuth {
  kind: 'header';
  name: string;
  value: string;
}

export interface Webhook extends NewWebhook {
  webhookId: number;
  enabled: boolean;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const FIRST_WAITS_MS = [1, 5, 15, 30].map((minutes) => minutes * MINUTE_MS);
const LATER_WAIT_MS = 120 * MINUTE_MS;

/** Webhooks of the Ongoing stub, with the retries that each is set up with. */
export class Webhooks {
  readonly all: Webhook[] = [];
  readonly #audit: AuditEntry[];
  readonly #timeScale: number;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #flying = new Set<Promise<void>>();
  #events = 9000;

  /** `timeScale` multiplies the waits between attempts. */
  constructor(audit: AuditEntry[], timeScale: number) {
    this.#audit = audit;
    this.#timeScale = timeScale;
  }

  create(webhook: NewWebhook): Webhook {
    const created = { ...webhook, webhookId: this.all.length + 1, enabled: true };
    this.all.push(created);
    return created;
  }

  fire(template: string, goodsOwnerId: number, payload: object): void {
    this.#events += 1;
    for (const webhook of this.all) {
      const isMeant = webhook.goodsOwnerId === 'all' || webhook.goodsOwnerId === goodsOwnerId;
      if (!webhook.enabled || webhook.template !== template || !isMeant) continue;
      this.#begin(webhook, { goodsOwnerId, ...payload });
    }
  }

  /** The button Test in the list of webhooks. */
  test(webhook: Webhook): void {
    const goodsOwnerId = webhook.goodsOwnerId === 'all' ? 1 : webhook.goodsOwnerId;
    const order = { orderId: 0, orderNumber: 'TEST', orderStatus: { number: 200 } };
    const payload = webhook.template.startsWith('Article') ? { articleNumber: 'TEST' } : order;
    this.#events += 1;
    this.#begin(webhook, { goodsOwnerId, ...payload });
  }

  /** Every attempt that is under way has ended. */
  async settled(): Promise<void> {
    while (this.#flying.size > 0) await Promise.all(this.#flying);
  }

  close(): void {
    for (const webhook of this.all) webhook.enabled = false;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #begin(webhook: Webhook, payload: object): void {
    const { webhookId, template } = webhook;
    const names = { webhookId, webhookEventId: this.#events, webhookTemplate: template };
    this.#attempt(webhook, { body: JSON.stringify({ ...names, ...payload }), attempts: 0, ms: 0 });
  }

  #attempt(webhook: Webhook, letter: Letter): void {
    const flight = this.#send(webhook, letter).finally(() => this.#flying.delete(flight));
    this.#flying.add(flight);
  }

  async #send(webhook: Webhook, { body, attempts, ms }: Letter): Promise<void> {
    const headers = { 'content-type': 'application/json', ...headersOf(webhook.auth) };
    const status = await fetch(webhook.url, { method: 'POST', headers, body }).then(
      (answer) => answer.status,
      () => null,
    );
    const path = new URL(webhook.url).pathname;
    this.#audit.push({ way: 'out', method: 'POST', path, body: JSON.parse(body), status });
    const waitMs = FIRST_WAITS_MS[attempts] ?? LATER_WAIT_MS;
    const isTaken = status !== null && status < 300;
    if (isTaken || webhook.retry === 'None' || ms + waitMs > DAY_MS || !webhook.enabled) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#attempt(webhook, { body, attempts: attempts + 1, ms: ms + waitMs });
    }, waitMs * this.#timeScale);
    this.#timers.add(timer);
  }
}

interface Letter {
  body: string;
  attempts: number;
  /** Waited so far, before the time scale. */
  ms: number;
}

function headersOf(auth: NewWebhook['auth']): Record<string, string> {
  switch (auth.kind) {
    case 'none':
      return {};
    case 'header':
      return { [auth.name]: auth.value };
    case 'basic': {
      const credentials = Buffer.from(`${auth.user}:${auth.password}`).toString('base64');
      return { authorization: `Basic ${credentials}` };
    }
  }
}
