import { createHash } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError } from '../../errors.ts';
import { problem } from '../../http/problem.ts';
import type { SentAnswer, WriteRequest, Writes } from '../writes.ts';

const KEY_CHARS_MAX = 255;

/** A call that moves goods may be repeated only under a key, so that the repeat is recognised. */
export const requireIdempotencyKey: MiddlewareHandler = async (c, next) => {
  if (!c.req.header('idempotency-key')) {
    return problem(c, {
      status: 400,
      problem: 'idempotency-key-missing',
      title: 'The header Idempotency-Key is missing',
      detail:
        'This call changes the warehouse, so it needs an Idempotency-Key. Nothing was done; send it again with a key of your own, and the same key for every repeat.',
    });
  }
  return next();
};

export interface WriteInput {
  writes: Writes;
  /** The validated body: equal bodies have equal text, whatever the order of their keys. */
  body: unknown;
  change: WriteRequest['change'];
  holds?: WriteRequest['holds'];
}

/** Runs a change under the call's `Idempotency-Key`, if it has one, and answers. */
export async function sendWrite(c: Context, input: WriteInput): Promise<Response> {
  const { writes, change, holds } = input;
  const call = { ...callOf(c, input.body), requestId: c.get('requestId') };
  return answerWith(c, await writes.run({ ...call, change, holds }));
}

/** The stored answer of a repeat, for a change that takes more than its transaction. */
export function sendStored(
  c: Context,
  { writes, body }: Pick<WriteInput, 'writes' | 'body'>,
): Response | undefined {
  const stored = writes.stored(callOf(c, body));
  return stored === undefined ? undefined : answerWith(c, stored);
}

function callOf(c: Context, body: unknown) {
  return {
    scope: `${c.req.method} ${c.req.path.replace(/^\/api\/(external\/)?v1/, '')}`,
    key: keyOf(c),
    requestHash: createHash('sha256')
      .update(JSON.stringify(body) ?? '')
      .digest('hex'),
  };
}

function answerWith(c: Context, answer: SentAnswer): Response {
  if (answer.replayed) c.set('effect', 'replayed');
  else if (answer.status < 300) c.set('effect', 'created');
  return c.body(answer.body, answer.status as ContentfulStatusCode, {
    'content-type': answer.contentType,
    ...(answer.replayed ? { 'idempotency-replayed': 'true' } : {}),
  });
}

function keyOf(c: Context): string | undefined {
  const key = c.req.header('idempotency-key');
  if (key === undefined || key === '') return undefined;
  if (key.length <= KEY_CHARS_MAX) return key;
  throw new AppError(
    'validation',
    `The Idempotency-Key is longer than ${KEY_CHARS_MAX} characters.`,
    {
      issues: [{ pointer: '', detail: 'Idempotency-Key is too long' }],
    },
  );
}
