import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The address of the page on which a person decides an action. Its token opens this one action and
 * nothing else; without a secret there is none, and the page asks for an API key.
 */
export function actionLink(origin: string, secret: string, actionId: string): string {
  const page = `${origin.replace(/\/+$/, '')}/actions/${encodeURIComponent(actionId)}`;
  return secret === '' ? page : `${page}?t=${tokenOf(secret, actionId)}`;
}

/** Whether a token was made for this action under this secret. */
export function isActionToken(secret: string, actionId: string, token: string): boolean {
  if (secret === '') return false;
  const expected = Buffer.from(tokenOf(secret, actionId));
  const offered = Buffer.from(token);
  return offered.length === expected.length && timingSafeEqual(offered, expected);
}

function tokenOf(secret: string, actionId: string): string {
  return createHmac('sha256', secret).update(actionId).digest('base64url');
}
