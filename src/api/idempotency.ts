import { createHash } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { z } from 'zod';
import { AppError } from '../errors.ts';

export const IdempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters');

export interface IdempotencyOptions {
  /** Answers kept; the oldest goes first. */
  keysMax: number;
  ttlMs: number;
  now: () => number;
}

interface Kept {
  fingerprint: string;
  expiresAt: number;
  /** Undefined when the first request had no success to repeat. */
  answer: Promise<Answer | undefined>;
}

/** Statuses of the answers that are kept. */
type Success = 200 | 201 | 202;

interface Answer {
  status: Success;
  contentType: string;
  body: string;
}

/**
 * A POST that repeats an `Idempotency-Key` gets the first answer again, also while the first is
 * under way. Only successes are kept, in memory: after a restart the effect itself is still
 * idempotent, as the order knows the key too.
 */
export function idempotentPosts(options: IdempotencyOptions): MiddlewareHandler {
  const kept = new Map<string, Kept>();
  return async (c, next) => {
    const key = c.req.header('idempotency-key');
    if (c.req.method !== 'POST' || key === undefined) return next();
    const name = `${c.req.path} ${key}`;
    const fingerprint = createHash('sha256')
      .update(await c.req.text())
      .digest('hex');
    const first = kept.get(name);
    if (first !== undefined && first.expiresAt > options.now()) {
      if (first.fingerprint !== fingerprint) throw reused(key);
      const answer = await first.answer;
      if (answer !== undefined) return repeat(c, answer);
    }
    const settle = keep({ kept, name, fingerprint, options });
    let answer: Answer | undefined;
    try {
      await next();
      answer = await answerOf(c.res);
    } finally {
      if (answer === undefined) kept.delete(name);
      settle(answer);
    }
  };
}

interface KeepInput {
  kept: Map<string, Kept>;
  name: string;
  fingerprint: string;
  options: IdempotencyOptions;
}

/** Remembers the request; the function returned ends the wait of its repeats. */
function keep({ kept, name, fingerprint, options }: KeepInput): (answer?: Answer) => void {
  let settle: (answer?: Answer) => void = () => undefined;
  const answer = new Promise<Answer | undefined>((resolve) => {
    settle = resolve;
  });
  kept.delete(name);
  kept.set(name, { fingerprint, expiresAt: options.now() + options.ttlMs, answer });
  const [oldest] = kept.keys();
  if (kept.size > options.keysMax && oldest !== undefined) kept.delete(oldest);
  return settle;
}

async function answerOf(response: Response): Promise<Answer | undefined> {
  const { status } = response;
  if (status !== 200 && status !== 201 && status !== 202) return undefined;
  const copy = response.clone();
  const contentType = copy.headers.get('content-type') ?? 'application/json';
  return { status, contentType, body: await copy.text() };
}

function repeat(c: Context, answer: Answer): Response {
  return c.body(answer.body, answer.status, {
    'content-type': answer.contentType,
    'idempotency-replayed': 'true',
  });
}

function reused(key: string): AppError {
  return new AppError(
    'conflict',
    `Idempotency-Key ${key} was used before for another body, so nothing was done. Use a new key for a new request.`,
    { problem: 'idempotency-key-reused' },
  );
}
