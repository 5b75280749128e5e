import type { ResolvedAuth, TokenAuth } from './resolved.ts';

/** Headers of calls whose credentials never change. */
export function fixedHeaders(
  auth: Exclude<ResolvedAuth, TokenAuth>,
): Readonly<Record<string, string>> {
  switch (auth.kind) {
    case 'none':
      return {};
    case 'header':
      return { [auth.header]: auth.value };
    case 'bearer':
      return { authorization: `Bearer ${auth.token}` };
    case 'basic':
      return { authorization: basic(auth.user, auth.password) };
  }
}

/** RFC 7617 in UTF-8. */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

/** Headers of a call made with a token. */
export function tokenHeaders(auth: TokenAuth, token: string): Readonly<Record<string, string>> {
  if (auth.kind === 'oauth2') return { authorization: `Bearer ${token}` };
  return { [auth.header]: auth.template.split('{token}').join(token) };
}

/** All that must never be told. */
export function secretsOf(auth: ResolvedAuth): string[] {
  switch (auth.kind) {
    case 'none':
      return [];
    case 'header':
      return [auth.value];
    case 'bearer':
      return [auth.token];
    case 'basic':
      return [auth.password, basic(auth.user, auth.password).slice('Basic '.length)];
    case 'oauth2':
      return [auth.clientSecret, encodeURIComponent(auth.clientSecret)];
    case 'login':
      return [...auth.send.values()];
  }
}
