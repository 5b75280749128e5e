import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Delivery } from '../delivery/delivery.ts';
import type { Answer, Once } from './idempotency.ts';
import type { Work } from './work.ts';

const KEY_CHARS_MAX = 255;

export interface ReplyDeps {
  work: Work;
  once: Once;
  delivery: Delivery;
}

interface ReplyInput {
  c: Context;
  job: () => Answer;
}

/** Runs a command in a transaction, tells the request log its effect, and answers. */
export async function reply(deps: ReplyDeps, { c, job }: ReplyInput): Promise<Response> {
  const answer = await deps.work(job);
  c.set('effect', answer.effect);
  deps.delivery.wake();
  return c.json(answer.body, answer.status);
}

interface ReplyOnceInput {
  c: Context;
  /** The parsed body, which a repeat under the same key must equal. */
  request: unknown;
  perform: () => Answer;
}

/** The same, once per `Idempotency-Key` when there is one. */
export function replyOnce(deps: ReplyDeps, input: ReplyOnceInput): Promise<Response> {
  const { c, request, perform } = input;
  const endpoint = `${c.req.method} ${c.req.path}`;
  const key = idempotencyKey(c);
  return reply(deps, { c, job: () => deps.once({ endpoint, key, request, perform }) });
}

/** The `Idempotency-Key`; undefined when absent, 400 when it is longer than a key may be. */
export function idempotencyKey(c: Context): string | undefined {
  const key = c.req.header('idempotency-key');
  if (key === undefined || key.length <= KEY_CHARS_MAX) return key || undefined;
  throw new HTTPException(400, {
    message: `An Idempotency-Key may have ${KEY_CHARS_MAX} characters. Nothing was done.`,
  });
}
