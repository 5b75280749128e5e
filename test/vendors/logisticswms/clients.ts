import { createHmac, randomBytes, randomUUID } from 'node:crypto';

interface ApiClient {
  secret: string;
  enabled: boolean;
}

const TOKEN_SECONDS = 3600;

/** API clients of the LogisticsWMS stub, and the one-hour tokens that they were given. */
export class Clients {
  /** Tokens that were given out, in all. */
  logins = 0;
  readonly #clients = new Map<string, ApiClient>();
  readonly #tokens = new Map<string, { clientId: string; endsAt: number }>();
  readonly #signingKey = randomBytes(32);

  /** The secret is shown this once. */
  create(): { clientId: string; clientSecret: string } {
    const clientId = `lw_${randomUUID().slice(0, 8)}`;
    this.#clients.set(clientId, { secret: '', enabled: true });
    return { clientId, clientSecret: this.regenerate(clientId) };
  }

  regenerate(clientId: string): string {
    const client = this.#of(clientId);
    client.secret = randomBytes(18).toString('base64url');
    this.#forget(clientId);
    return client.secret;
  }

  enable(clientId: string, enabled: boolean): void {
    this.#of(clientId).enabled = enabled;
    if (!enabled) this.#forget(clientId);
  }

  remove(clientId: string): void {
    this.#clients.delete(clientId);
    this.#forget(clientId);
  }

  /** Null when these are no credentials of an enabled client. */
  login(clientId: string, secret: string): { token: string; expires_in: number } | null {
    const client = this.#clients.get(clientId);
    if (client === undefined || !client.enabled || client.secret !== secret) return null;
    const endsAt = Date.now() + TOKEN_SECONDS * 1000;
    const token = this.#jwt({ sub: clientId, exp: Math.floor(endsAt / 1000), jti: randomUUID() });
    this.#tokens.set(token, { clientId, endsAt });
    this.logins += 1;
    return { token, expires_in: TOKEN_SECONDS };
  }

  admits(authorization: string | undefined): boolean {
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? '';
    const known = this.#tokens.get(token);
    return known !== undefined && known.endsAt > Date.now();
  }

  /** As if the hour of every token were over. */
  expireTokens(): void {
    this.#tokens.clear();
  }

  #jwt(claims: object): string {
    const part = (value: object): string =>
      Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
    return `${text}.${createHmac('sha256', this.#signingKey).update(text).digest('base64url')}`;
  }

  #of(clientId: string): ApiClient {
    const client = this.#clients.get(clientId);
    if (client === undefined) throw new Error(`There is no API client ${clientId}`);
    return client;
  }

  #forget(clientId: string): void {
    for (const [token, known] of this.#tokens) {
      if (known.clientId === clientId) this.#tokens.delete(token);
    }
  }
}
