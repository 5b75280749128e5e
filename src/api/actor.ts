import type { Context } from 'hono';

const ACTOR = 'actor';

/** Id of the one key that the environment names. */
export const ENVIRONMENT_KEY = 'default';

export function setActor(c: Context, keyId: string): void {
  c.set(ACTOR, keyId);
}

/** Id of the API key that a request carried. */
export function actorOf(c: Context): string {
  const actor: unknown = c.get(ACTOR);
  return typeof actor === 'string' ? actor : 'unknown';
}
