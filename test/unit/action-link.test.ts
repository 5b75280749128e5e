import fc from 'fast-check';
import { expect, test } from 'vitest';
import { actionLink, isActionToken } from '../../src/http/action-link.ts';

const SECRET = 'secret-of-links-0123';

function tokenOf(link: string): string {
  return new URL(link).searchParams.get('t') ?? '';
}

test('a link carries a token that opens its action and no other, under its secret alone', () => {
  // Every reader of addresses takes a part of dots alone for something else.
  const id = fc.string({ minLength: 1 }).filter((text) => !/^\.+$/.test(text));
  fc.assert(
    fc.property(id, id, (one, other) => {
      const link = actionLink('https://ops.example', SECRET, one);
      const url = new URL(link);
      expect(decodeURIComponent(url.pathname)).toBe(`/actions/${one}`);
      const token = tokenOf(link);
      expect(isActionToken(SECRET, one, token)).toBe(true);
      expect(isActionToken(SECRET, other, token)).toBe(one === other);
      expect(isActionToken(`${SECRET}x`, one, token)).toBe(false);
    }),
  );
});

test('a token that was cut, lengthened or made up opens nothing', () => {
  const token = tokenOf(actionLink('https://ops.example/', SECRET, 'A-1'));
  expect(token).toMatch(/^[\w-]{43}$/);
  for (const wrong of ['', token.slice(1), `${token}=`, `${token}A`, token.toLowerCase()]) {
    expect(isActionToken(SECRET, 'A-1', wrong)).toBe(false);
  }
});

test('without a secret there is no token, and none is taken', () => {
  expect(actionLink('https://ops.example', '', 'A-1')).toBe('https://ops.example/actions/A-1');
  const token = tokenOf(actionLink('https://ops.example', SECRET, 'A-1'));
  expect(isActionToken('', 'A-1', token)).toBe(false);
  expect(isActionToken('', 'A-1', '')).toBe(false);
});

test('the origin may end in a slash, and the id is escaped', () => {
  expect(actionLink('https://ops.example/', '', 'A/1 ?#')).toBe(
    'https://ops.example/actions/A%2F1%20%3F%23',
  );
});
