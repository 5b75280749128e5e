import type { HttpResult } from '../http.ts';

export interface Token {
  text: string;
  /** Epoch ms; before its end, so that no call is made with one that ends on the way. */
  renewAt: number;
  endsAt: number;
}

/** Nothing was sent: the login is out of reach, or refuses our credentials. */
export type NoToken = Extract<HttpResult, { kind: 'unreachable' | 'denied' }>;

export type Fetched = { token: Token } | { failure: NoToken };

/** One token for all callers, fetched by one of them at a time. */
export interface TokenKeeper {
  current(): Promise<Fetched>;
  /** The token to try after this one was refused: another's, if it was fetched since, or a new one. */
  after(refused: Token): Promise<Fetched>;
}

interface TokenKeeperOptions {
  fetch(): Promise<Fetched>;
  now: () => number;
}

export function createTokenKeeper({ fetch, now }: TokenKeeperOptions): TokenKeeper {
  let held: Token | null = null;
  let flight: Promise<Fetched> | undefined;

  const renew = (): Promise<Fetched> => {
    flight ??= fetch()
      .then((fetched) => {
        if ('token' in fetched) held = fetched.token;
        return fetched;
      })
      .finally(() => {
        flight = undefined;
      });
    return flight;
  };

  const current = async (): Promise<Fetched> => {
    const old = held;
    if (old !== null && now() < old.renewAt) return { token: old };
    const fetched = await renew();
    if ('token' in fetched || old === null) return fetched;
    // The login fails, and the token that was to be renewed early still holds.
    return held === old && now() < old.endsAt ? { token: old } : fetched;
  };

  return {
    current,
    after(refused) {
      if (held !== null && held !== refused) return current();
      held = null;
      return renew();
    },
  };
}
