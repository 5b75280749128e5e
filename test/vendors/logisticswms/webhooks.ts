import type { AuditEntry } from './stub-host.ts';

/** What the Webhooks tab holds: a target per operation, and one user and password. */
export interface WebhookSettings {
  targets: Readonly<Record<string, string>>;
  user: string;
  password: string;
}

/** Sends webhooks one after the other, each once: the document knows no retries. */
export class Webhooks {
  readonly #audit: AuditEntry[];
  #settings: WebhookSettings | null = null;
  #sent = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(audit: AuditEntry[]) {
    this.#audit = audit;
  }

  configure(settings: WebhookSettings | null): void {
    this.#settings = settings;
  }

  tell(operation: string, data: unknown): void {
    const settings = this.#settings;
    const url = settings?.targets[operation];
    if (settings === null || url === undefined) return;
    this.#sent += 1;
    const sentAt = new Date().toISOString();
    const body = JSON.stringify({ audit_id: this.#sent, operation, sent_at: sentAt, data });
    this.#last = this.#last.then(() => this.#send(url, { settings, body }));
  }

  /** Everything that was told so far has been sent. */
  settled(): Promise<void> {
    return this.#last;
  }

  async #send(
    url: string,
    { settings: { user, password }, body }: { settings: WebhookSettings; body: string },
  ): Promise<void> {
    const credentials = Buffer.from(`${user}:${password}`).toString('base64');
    const headers = {
      'content-type': 'application/json',
      authorization: `Basic ${credentials}`,
    };
    const status = await fetch(url, { method: 'POST', headers, body }).then(
      (answer) => answer.status,
      () => null,
    );
    const path = new URL(url).pathname;
    this.#audit.push({ way: 'out', method: 'POST', path, body: JSON.parse(body), status });
  }
}
