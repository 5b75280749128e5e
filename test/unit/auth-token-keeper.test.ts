import { describe, expect, test } from 'vitest';
import {
  createTokenKeeper,
  type Fetched,
  type Token,
} from '../../src/connections/auth/token-keeper.ts';

function keeperWith() {
  const waiting: ((fetched: Fetched) => void)[] = [];
  const state = { at: 0, fetches: 0 };
  const keeper = createTokenKeeper({
    now: () => state.at,
    fetch: () => {
      state.fetches += 1;
      return new Promise((resolve) => waiting.push(resolve));
    },
  });
  const give = (text: string): Token => {
    const token = { text, renewAt: state.at + 90, endsAt: state.at + 100 };
    waiting.shift()?.({ token });
    return token;
  };
  const fail = () =>
    waiting.shift()?.({ failure: { kind: 'unreachable', error: 'the login is away' } });
  return { keeper, state, give, fail };
}

describe('a token of all callers', () => {
  test('is not fetched anew for a call that was refused the one before', async () => {
    const { keeper, state, give } = keeperWith();
    const first = keeper.current();
    const one = give('one');
    await first;
    const renewed = keeper.after(one);
    const two = give('two');
    expect(await renewed).toEqual({ token: two });
    // A call of before comes back refused only now.
    expect(await keeper.after(one)).toEqual({ token: two });
    expect(state.fetches).toBe(2);
  });

  test('that was refused is shown to nobody while another is fetched', async () => {
    const { keeper, give, state } = keeperWith();
    const first = keeper.current();
    const one = give('one');
    await first;
    const retried = keeper.after(one);
    const next = keeper.current();
    const two = give('two');
    expect(await next).toEqual({ token: two });
    expect(await retried).toEqual({ token: two });
    expect(state.fetches).toBe(2);
  });

  test('that was refused does not serve to its end when the login fails', async () => {
    const { keeper, give, fail, state } = keeperWith();
    const first = keeper.current();
    const one = give('one');
    await first;
    state.at = 95;
    const early = keeper.current();
    const refused = keeper.after(one);
    fail();
    expect(await early).toHaveProperty('failure');
    expect(await refused).toHaveProperty('failure');
  });

  test('is fetched again by the next caller after a login that failed', async () => {
    const { keeper, give, fail, state } = keeperWith();
    const failed = [keeper.current(), keeper.current()];
    fail();
    for (const one of failed) expect(await one).toHaveProperty('failure');
    const next = keeper.current();
    const token = give('one');
    expect(await next).toEqual({ token });
    expect(state.fetches).toBe(2);
  });
});
